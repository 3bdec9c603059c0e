package dev.soliton.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.soliton.client.Instance;
import dev.soliton.client.StartRequest;
import dev.soliton.engine.runtime.EngineFailureException;
import dev.soliton.orchestration.Registry;
import dev.soliton.store.FaultyInstanceStore.Crash;
import dev.soliton.store.ForwardingInstanceStore;
import dev.soliton.store.InMemoryWorkQueue;
import dev.soliton.store.InboxEntry;
import dev.soliton.store.InboxItem;
import dev.soliton.store.InboxRow;
import dev.soliton.store.InstanceRow;
import dev.soliton.store.InstanceStore;
import dev.soliton.store.RowChange;
import dev.soliton.store.RuntimeStatus;
import dev.soliton.store.StorageException;
import dev.soliton.store.WriteOutcome;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Ends of executions, of generations and of calls that a turn has decided on and cannot write. */
final class LostEndTest {
    private final EngineFixture hub = new EngineFixture();

    @AfterEach
    void close() {
        hub.close();
    }

    /** Refuses to write such a row, however often it is asked. */
    private InstanceStore without(Predicate<InstanceRow> lost) {
        return new ForwardingInstanceStore(hub.instances) {
            @Override
            public WriteOutcome write(String instanceId, List<RowChange> changes) {
                for (RowChange change : changes) {
                    if (change instanceof RowChange.ReplaceInstance replace && lost.test(replace.row())) {
                        throw new StorageException("planned: not written", null);
                    }
                }
                return super.write(instanceId, changes);
            }
        };
    }

    private Instance instance(String id) {
        return hub.client.status(id, false).orElseThrow();
    }

    private List<InboxItem> inbox() {
        return hub.instances.load("i").inbox().stream()
                .map(InboxEntry::row)
                .map(InboxRow::item)
                .toList();
    }

    private void processNext(Engine worker) {
        InMemoryWorkQueue.Delivery next = hub.queue.receive().orElseThrow();
        worker.process(next.message(), hub.log);
        hub.queue.delete(next);
    }

    private void handOffWithout(Predicate<InstanceRow> lost) {
        processNext(hub.worker(hub.storage(without(lost))));
        assertThat(instance("i").owner()).isNull();
    }

    @Test
    void terminationThatIsNotWrittenIsStillAskedFor() {
        hub.registry.orchestrator(
                "Job", () -> context -> context.waitForExternalEvent("go").await());
        hub.client.start(new StartRequest("Job", "i", null));
        hub.client.raiseEvent("i", "other", "1", null);
        hub.client.terminate("i", "enough", false);
        handOffWithout(row -> row.status() == RuntimeStatus.TERMINATED);
        assertThat(inbox()).hasSize(2).hasAtLeastOneElementOfType(InboxItem.Terminate.class);
        hub.drain(hub.worker());
        assertThat(instance("i").status()).isEqualTo(RuntimeStatus.TERMINATED);
        assertThat(inbox()).isEmpty();
    }

    @Test
    void completionThatIsNotWrittenLosesNoEvent() {
        hub.registry.orchestrator("Job", () -> context -> null);
        hub.client.start(new StartRequest("Job", "i", null));
        hub.client.raiseEvent("i", "other", "1", null);
        handOffWithout(row -> row.status() == RuntimeStatus.COMPLETED);
        assertThat(inbox()).hasSize(1);
        hub.drain(hub.worker());
        assertThat(instance("i").status()).isEqualTo(RuntimeStatus.COMPLETED);
        assertThat(inbox()).isEmpty();
    }

    @Test
    void generationThatIsNotWrittenDropsNoEvent() {
        hub.registry.orchestrator("Job", () -> context -> {
            if (context.getGeneration() == 0) {
                context.continueAsNew(null, false);
            }
            return context.waitForExternalEvent("other", String.class).await();
        });
        hub.client.start(new StartRequest("Job", "i", null));
        hub.client.raiseEvent("i", "other", "\"before\"", null);
        handOffWithout(row -> row.key().generation() == 1);
        assertThat(inbox()).hasSize(1);
        hub.drain(hub.worker());
        assertThat(inbox()).isEmpty();
        hub.client.raiseEvent("i", "other", "\"behind\"", null);
        hub.drain(hub.worker());
        assertThat(instance("i").output()).isEqualTo("\"behind\"");
    }

    /** Of two builds of the app, one knows the sub-orchestration. */
    @Test
    void childThatAnotherBuildHasStartedIsAwaitedByOneThatDoesNotKnowIt() {
        Registry older = new Registry();
        for (Registry app : List.of(hub.registry, older)) {
            app.orchestrator(
                    "Parent",
                    () -> context -> context.callSubOrchestrator("Child", null, "c", String.class)
                            .await());
        }
        hub.registry.orchestrator("Child", () -> context -> "done");
        InstanceStore dies = new ForwardingInstanceStore(hub.instances) {
            @Override
            public WriteOutcome write(String instanceId, List<RowChange> changes) {
                WriteOutcome outcome = super.write(instanceId, changes);
                if (instanceId.equals("c")) {
                    throw new Crash();
                }
                return outcome;
            }
        };
        hub.client.start(new StartRequest("Parent", "i", null));
        try {
            hub.drainNow(hub.workerWithoutRoomForChildren(hub.storage(dies)));
        } catch (EngineFailureException died) {
            // Nothing of it goes on.
        }
        assertThat(instance("c").status()).isEqualTo(RuntimeStatus.PENDING);
        hub.workers.expireAll();
        hub.clock.advance(
                Duration.between(hub.clock.instant(), hub.queue.nextVisibleAt().orElseThrow()));
        processNext(hub.worker(older));
        hub.drain(hub.worker());
        assertThat(instance("c").status()).isEqualTo(RuntimeStatus.COMPLETED);
        assertThat(instance("i").output()).isEqualTo("\"done\"");
    }
}
