package dev.soliton.engine.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.soliton.client.Instance;
import dev.soliton.client.StartRequest;
import dev.soliton.engine.Engine;
import dev.soliton.engine.EngineFixture;
import dev.soliton.engine.PoisonDrain;
import dev.soliton.store.FaultyInstanceStore;
import dev.soliton.store.InMemoryWorkQueue;
import dev.soliton.store.InstanceStore;
import dev.soliton.store.RuntimeStatus;
import dev.soliton.store.WorkMessage;
import dev.soliton.store.WorkMessageJson;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a status says of an instance that is not where somebody would expect it to be. */
final class StatusReasonsTest {
    private final EngineFixture hub = new EngineFixture();

    @AfterEach
    void close() {
        hub.close();
    }

    private Instance status() {
        return hub.client.status("job", false).orElseThrow();
    }

    private void start(String name) {
        hub.client.start(new StartRequest(name, "job", null));
    }

    @Test
    void instanceThatIsSuspendedSaysWhyUntilItIsResumed() {
        hub.registry.orchestrator(
                "Waits", () -> context -> context.waitForExternalEvent("go").await());
        Engine worker = hub.worker();
        start("Waits");
        hub.drainNow(worker);
        hub.client.suspend("job", "inventory");
        hub.drainNow(worker);
        assertThat(status().status()).isEqualTo(RuntimeStatus.SUSPENDED);
        assertThat(status().reason()).isEqualTo("inventory");
        hub.client.raiseEvent("job", "other", null, null);
        hub.drainNow(worker);
        assertThat(status().reason()).isEqualTo("inventory");
        hub.client.resume("job", "done");
        hub.drainNow(worker);
        assertThat(status().reason()).isNull();
    }

    @Test
    void instanceThatIsSuspendedBeforeItBeginsSaysWhyAlsoWhileItIsOwned() {
        hub.registry.orchestrator(
                "Waits", () -> context -> context.waitForExternalEvent("go").await());
        start("Waits");
        hub.client.suspend("job", "too early");
        hub.drainNow(hub.worker());
        assertThat(status().reason()).isEqualTo("too early");
    }

    @Test
    void instanceWhoseWorkersVanishSaysSoUntilItGetsSomethingDone() {
        List<String> seen = new ArrayList<>();
        int deaths = 0;
        hub.registry
                .orchestrator("Job", () -> context -> {
                    context.callActivity("Step").await();
                    seen.add(String.valueOf(status().reason()));
                    return context.waitForExternalEvent("go").await();
                })
                .activity("Step", () -> context -> {
                    seen.add(String.valueOf(status().reason()));
                    return null;
                });
        start("Job");
        InMemoryWorkQueue.Delivery start = hub.queue.receive().orElseThrow();
        while (deaths++ < 3) {
            Engine dying = hub.worker((InstanceStore store) -> {
                FaultyInstanceStore faulty = new FaultyInstanceStore(store);
                faulty.plan(FaultyInstanceStore.Fault.NONE);
                faulty.plan(FaultyInstanceStore.Fault.NONE);
                // Whoever dies says nothing more.
                Collections.nCopies(20, FaultyInstanceStore.Fault.CRASH).forEach(faulty::plan);
                return faulty;
            });
            try {
                dying.process(start.message(), hub.log);
            } catch (RuntimeException | Error theEndOfTheProcess) {
                hub.workers.expireAll();
            }
        }
        hub.drain(hub.worker());
        assertThat(seen.get(0)).contains("3 workers in a row vanished", "suspected");
        assertThat(status().status()).isEqualTo(RuntimeStatus.RUNNING);
        assertThat(status().reason()).isNull();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void processThatRunsOutOfMemoryFailsTheTurnAndNotTheInstance(boolean classIsMissing) {
        AtomicInteger runs = new AtomicInteger();
        hub.registry.orchestrator("Innocent", () -> context -> {
            if (runs.incrementAndGet() == 1) {
                throw classIsMissing ? new NoClassDefFoundError("app/Part") : new OutOfMemoryError("Java heap space");
            }
            return "done";
        });
        start("Innocent");
        InMemoryWorkQueue.Delivery delivery = hub.queue.receive().orElseThrow();
        Engine worker = hub.worker();
        boolean counted = false;
        try {
            worker.process(delivery.message(), hub.log);
        } catch (EngineFailureException counts) {
            counted = true;
        }
        assertThat(counted).as("whether it counts against the message").isTrue();
        assertThat(status().status()).isEqualTo(RuntimeStatus.RUNNING);
        assertThat(status().reason()).contains("are tried again", classIsMissing ? "app/Part" : "Java heap space");
        worker.process(delivery.message(), hub.log);
        assertThat(status().output()).isEqualTo("\"done\"");
        assertThat(status().reason()).isNull();
    }

    @Test
    void instanceWhoseMessagesAreGivenUpSaysWhatTheLastOfThemFailedBy() {
        hub.registry.orchestrator("Broken", () -> context -> {
            throw new OutOfMemoryError("Java heap space");
        });
        start("Broken");
        InMemoryWorkQueue.Delivery delivery = hub.queue.receive().orElseThrow();
        Engine worker = hub.worker();
        try {
            worker.process(delivery.message(), hub.log);
        } catch (EngineFailureException counts) {
            // It is delivered again, and once too often.
        }
        PoisonDrain poison =
                new PoisonDrain(hub.storage, hub.payloads, new TimeAndIds(hub.clock, () -> "poison", hub.waits()));
        WorkMessage last = delivery.message().afterFailures().afterFailures().afterFailures();
        poison.drain(WorkMessageJson.write(last), "poisoned", hub.log);
        hub.drain(worker);
        assertThat(status().status()).isEqualTo(RuntimeStatus.FAILED);
        assertThat(status().output()).contains("GivenUp", "Java heap space");
    }
}
