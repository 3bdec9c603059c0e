package dev.soliton.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.soliton.client.StartRequest;
import dev.soliton.store.ForwardingInstanceStore;
import dev.soliton.store.InMemoryWorkQueue;
import dev.soliton.store.InstanceStore;
import dev.soliton.store.Partition;
import dev.soliton.store.RuntimeStatus;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A turn that owns its instance while events for it come in without a pause. */
final class FloodedTurnTest {
    private static final int EVENTS = 300;

    private final EngineFixture hub = new EngineFixture();
    private final CountDownLatch allSeen = new CountDownLatch(EVENTS);
    private final AtomicInteger raised = new AtomicInteger();
    private final AtomicInteger loads = new AtomicInteger();
    private final Engine[] worker = new Engine[1];

    @BeforeEach
    void register() {
        hub.registry.orchestrator("Actor", () -> context -> {
            context.callActivity("UnderWay");
            for (int event = 0; event < EVENTS; event++) {
                context.waitForExternalEvent("add", Integer.class).await();
                if (!context.getIsReplaying()) {
                    allSeen.countDown();
                }
            }
            return "all";
        });
    }

    @AfterEach
    void close() {
        hub.close();
    }

    /** One event more, if there is to be one, and all messages that it leads to. */
    private void raise() {
        int number = raised.get();
        if (number < EVENTS && raised.compareAndSet(number, number + 1)) {
            hub.client.raiseEvent("actor", "add", String.valueOf(number), null);
            for (Optional<InMemoryWorkQueue.Delivery> wake = hub.queue.receive();
                    wake.isPresent();
                    wake = hub.queue.receive()) {
                worker[0].process(wake.get().message(), hub.log);
                hub.queue.delete(wake.get());
            }
        }
    }

    private void run(Runnable onLook) {
        worker[0] = hub.worker((InstanceStore store) -> new ForwardingInstanceStore(store) {
            @Override
            public Partition load(String instanceId) {
                loads.incrementAndGet();
                return super.load(instanceId);
            }

            @Override
            public Partition loadWithoutJournal(String instanceId) {
                Partition found = super.loadWithoutJournal(instanceId);
                onLook.run();
                return found;
            }
        });
        hub.client.start(new StartRequest("Actor", "actor", null));
        InMemoryWorkQueue.Delivery start = hub.queue.receive().orElseThrow();
        worker[0].process(start.message(), hub.log);
        hub.queue.delete(start);
        assertThat(hub.client.status("actor", false).orElseThrow().status()).isEqualTo(RuntimeStatus.COMPLETED);
    }

    @Test
    void turnProcessesTheInboxThatItReadBeforeItReadsAgain() {
        AtomicInteger seenMeanwhile = new AtomicInteger();
        hub.registry.activity("UnderWay", () -> context -> {
            raise();
            allSeen.await();
            return null;
        });
        run(() -> {
            raise();
            if (raised.get() == EVENTS) {
                seenMeanwhile.compareAndSet(0, EVENTS - (int) allSeen.getCount());
            }
        });
        assertThat(seenMeanwhile.get())
                .as("events that were seen before no more came in, of %s", EVENTS)
                .isGreaterThan(EVENTS / 2);
    }

    @Test
    void wakeMessagesOfAnInstanceThatATurnHereOwnsCostNoRead() {
        hub.registry.activity("UnderWay", () -> context -> {
            while (raised.get() < EVENTS) {
                raise();
            }
            allSeen.await();
            return null;
        });
        run(() -> {});
        assertThat(loads)
                .as("reads of the whole instance for %s events", EVENTS)
                .hasValue(1);
    }
}
