package dev.soliton.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.soliton.client.PurgeOutcome;
import dev.soliton.client.StartRequest;
import dev.soliton.store.ForwardingInstanceStore;
import dev.soliton.store.InMemoryWorkQueue;
import dev.soliton.store.RowChange;
import dev.soliton.store.WriteOutcome;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The numbers by which others can tell an older owner of an ID from a newer one. */
final class FenceTest {
    private final EngineFixture hub = new EngineFixture();
    private final List<Long> fences = new CopyOnWriteArrayList<>();

    FenceTest() {
        hub.registry
                .orchestrator(
                        "Job", () -> context -> context.callActivity("Note").await())
                .orchestrator(
                        "Parent",
                        () -> context ->
                                context.callSubOrchestrator("Job", null, "job").await())
                .activity("Note", () -> context -> {
                    fences.add(context.getFencingToken());
                    return null;
                });
    }

    @AfterEach
    void close() {
        hub.close();
    }

    /** An insert of the instance arrives only when another execution of its ID has come, gone and been purged. */
    private final class LateInsert extends ForwardingInstanceStore {
        private final AtomicBoolean arrived = new AtomicBoolean();

        LateInsert() {
            super(hub.instances);
        }

        @Override
        public WriteOutcome write(String instanceId, List<RowChange> changes) {
            boolean inserts = changes.stream().anyMatch(RowChange.InsertInstance.class::isInstance);
            if (instanceId.equals("job") && inserts && !arrived.getAndSet(true)) {
                // The message was put before the insert. Who met it now would refuse the insert for good.
                Optional<InMemoryWorkQueue.Delivery> late = hub.queue.receive();
                hub.client.start(new StartRequest("Job", "job", null));
                hub.drainNow(hub.worker());
                assertThat(hub.client.purge("job")).isEqualTo(new PurgeOutcome.Purged());
                late.ifPresent(message -> hub.queue.put(message.message(), Duration.ZERO));
            }
            return super.write(instanceId, changes);
        }
    }

    private void assertFencesGrow() {
        assertThat(fences).hasSize(2).isSorted().doesNotHaveDuplicates();
    }

    @Test
    void startThatArrivesAfterThePurgeOfALaterOneGetsAHigherFence() {
        hub.client(hub.storage(new LateInsert())).start(new StartRequest("Job", "job", null));
        hub.drainNow(hub.worker());
        assertFencesGrow();
    }

    @Test
    void childThatArrivesAfterThePurgeOfALaterOneGetsAHigherFence() {
        hub.client.start(new StartRequest("Parent", "parent", null));
        hub.drainNow(hub.worker(hub.storage(new LateInsert())));
        assertFencesGrow();
    }
}
