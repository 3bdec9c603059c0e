package dev.soliton.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.soliton.client.StartRequest;
import dev.soliton.store.ForwardingInstanceStore;
import dev.soliton.store.InMemoryWorkQueue.Delivery;
import dev.soliton.store.InstanceStore;
import dev.soliton.store.RowChange;
import dev.soliton.store.RuntimeStatus;
import dev.soliton.store.WriteOutcome;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** An event that comes in when the write has arrived that lets its instance go, and the turn does not know that yet. */
final class HandOffTest {
    private final EngineFixture hub = new EngineFixture();
    private final AtomicBoolean owned = new AtomicBoolean();
    private final AtomicInteger lettingGo = new AtomicInteger();
    private final Engine worker = hub.worker((InstanceStore store) -> new ForwardingInstanceStore(store) {
        @Override
        public WriteOutcome write(String instanceId, List<RowChange> changes) {
            WriteOutcome outcome = super.write(instanceId, changes);
            boolean isOwned =
                    store.findRow(instanceId).orElseThrow().row().ownership().owner() != null;
            if (owned.getAndSet(isOwned) && !isOwned && lettingGo.incrementAndGet() == 1) {
                beforeTheTurnHearsOfIt();
            }
            return outcome;
        }
    });

    @AfterEach
    void close() {
        hub.close();
    }

    private void beforeTheTurnHearsOfIt() {
        // Whatever message was put for the rest is served elsewhere.
        hub.drainNow(hub.worker());
        hub.client.raiseEvent("waiting", "go", null, null);
        hub.drainNow(worker);
    }

    private void startAndDrain() {
        hub.client.start(new StartRequest("Waiting", "waiting", null));
        Delivery start = hub.queue.receive().orElseThrow();
        worker.process(start.message(), hub.log);
        hub.queue.delete(start);
        hub.drain(hub.worker());
        assertThat(lettingGo).hasPositiveValue();
        assertThat(hub.client.status("waiting", false).orElseThrow().status()).isEqualTo(RuntimeStatus.COMPLETED);
    }

    @Test
    void eventIsProcessedByTheNextTurnAfterARelease() {
        hub.registry.orchestrator("Waiting", () -> context -> {
            context.waitForExternalEvent("go", Void.class).await();
            return null;
        });
        startAndDrain();
    }

    @Test
    void eventIsProcessedByTheNextTurnAfterAHandOff() {
        hub.registry
                .activity("Long", () -> context -> {
                    hub.clock.advance(Duration.ofMinutes(5));
                    return null;
                })
                .orchestrator("Waiting", () -> context -> {
                    context.callActivity("Long").await();
                    context.waitForExternalEvent("go", Void.class).await();
                    return null;
                });
        startAndDrain();
    }
}
