package dev.soliton.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.soliton.client.Instance;
import dev.soliton.client.StartRequest;
import dev.soliton.orchestration.OrchestrationContext;
import dev.soliton.orchestration.Orchestrator;
import dev.soliton.orchestration.Registry;
import dev.soliton.store.InMemoryWorkQueue;
import dev.soliton.store.RuntimeStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A deployment whose code does not fit the journals of live instances: they wait for code that does. */
final class DivergenceTest {
    private static final Duration PATIENCE = Duration.ofDays(7);

    /** Two steps and an event between them. */
    private static final Orchestrator OLD = context -> {
        String first = call(context, "a");
        String event = context.waitForExternalEvent("go", String.class).await();
        return first + event + call(context, "b");
    };

    /** A step was inserted in front, without a guard. */
    private static final Orchestrator BROKEN = context -> {
        call(context, "inserted");
        String first = call(context, "a");
        String event = context.waitForExternalEvent("go", String.class).await();
        return first + event + call(context, "b");
    };

    /** The same step, behind a guard. */
    private static final Orchestrator MENDED = context -> {
        if (context.getVersion("inserted", OrchestrationContext.DEFAULT_VERSION, 1) == 1) {
            call(context, "inserted");
        }
        String first = call(context, "a");
        String event = context.waitForExternalEvent("go", String.class).await();
        return first + event + call(context, "b");
    };

    private final EngineFixture hub = new EngineFixture();
    private final List<String> ran = new CopyOnWriteArrayList<>();

    @AfterEach
    void close() {
        hub.close();
    }

    private static String call(OrchestrationContext context, String name) {
        return String.valueOf(context.callActivity(name, null, String.class).await());
    }

    private Registry app(Orchestrator code) {
        Registry app = new Registry().orchestrator("Job", () -> code);
        for (String name : List.of("a", "b", "inserted")) {
            app.activity(name, () -> activity -> {
                ran.add(name);
                return name;
            });
        }
        return app;
    }

    private void begun(Orchestrator code) {
        hub.registry.orchestrator("Job", () -> code);
        hub.client.start(new StartRequest("Job", "job", null));
        hub.drainNow(hub.worker(app(code)));
        assertThat(ran).containsExactly("a");
    }

    private void serve(Duration time, Engine worker) {
        Instant until = hub.clock.instant().plus(time);
        while (hub.clock.instant().isBefore(until)) {
            for (Optional<InMemoryWorkQueue.Delivery> delivery = hub.queue.receive();
                    delivery.isPresent();
                    delivery = hub.queue.receive()) {
                worker.process(delivery.get().message(), hub.log);
                hub.queue.delete(delivery.get());
            }
            hub.clock.advance(Duration.ofSeconds(10));
        }
    }

    private Instance status() {
        return hub.client.status("job", false).orElseThrow();
    }

    @Test
    void instanceWaitsForCodeThatFitsAndGoesOn() {
        begun(OLD);
        hub.client.raiseEvent("job", "go", "\"-\"", null);
        serve(Duration.ofHours(1), hub.waitingWorker(app(BROKEN), PATIENCE));
        assertThat(status().status()).isEqualTo(RuntimeStatus.RUNNING);
        assertThat(status().reason())
                .startsWith("It waits for code that fits its history:")
                .contains("'inserted'");
        assertThat(ran).containsExactly("a");
        serve(Duration.ofMinutes(5), hub.waitingWorker(app(MENDED), PATIENCE));
        assertThat(status().status()).isEqualTo(RuntimeStatus.COMPLETED);
        assertThat(status().output()).isEqualTo("\"a-b\"");
        assertThat(status().reason()).isNull();
        assertThat(ran).containsExactly("a", "b");
    }

    @Test
    void instanceFailsWhenItHasWaitedInVain() {
        begun(OLD);
        hub.client.raiseEvent("job", "go", "\"-\"", null);
        serve(Duration.ofHours(3), hub.waitingWorker(app(BROKEN), Duration.ofHours(2)));
        assertThat(status().status()).isEqualTo(RuntimeStatus.FAILED);
        assertThat(status().output()).contains("NonDeterministicOrchestratorException");
    }

    @Test
    void waitingInstanceCanBeTerminated() {
        begun(OLD);
        hub.client.raiseEvent("job", "go", "\"-\"", null);
        Engine broken = hub.waitingWorker(app(BROKEN), PATIENCE);
        serve(Duration.ofMinutes(5), broken);
        hub.client.terminate("job", "enough", false);
        serve(Duration.ofMinutes(2), broken);
        assertThat(status().status()).isEqualTo(RuntimeStatus.TERMINATED);
    }

    /** Its worker died with the instance in its hand, so that the next one claims it before it knows of the divergence. */
    @Test
    void instanceThatIsTakenOverWaitsWithoutAnOwner() {
        begun(OLD);
        hub.client.suspend("job", "hold on");
        hub.drainNow(hub.worker(app(OLD)));
        Engine broken = hub.waitingWorker(app(BROKEN), PATIENCE);
        hub.client.raiseEvent("job", "go", "\"-\"", null);
        hub.client.resume("job", null);
        serve(Duration.ofMinutes(5), broken);
        assertThat(status().owner()).isNull();
        assertThat(status().reason()).contains("'inserted'");
        serve(Duration.ofMinutes(5), hub.waitingWorker(app(OLD), PATIENCE));
        assertThat(status().output()).isEqualTo("\"a-b\"");
    }

    /** A rewind puts the instance before the code that it failed with, and the event is there still. */
    @Test
    void instanceThatFailedByItsDivergenceGoesOnAfterARewind() {
        begun(OLD);
        hub.client.raiseEvent("job", "go", "\"-\"", null);
        hub.drain(hub.worker(app(BROKEN)));
        assertThat(status().status()).isEqualTo(RuntimeStatus.FAILED);
        hub.client.rewind("job", "code mended");
        hub.drain(hub.worker(app(OLD)));
        assertThat(status().status()).isEqualTo(RuntimeStatus.COMPLETED);
        assertThat(status().output()).isEqualTo("\"a-b\"");
        assertThat(ran).containsExactly("a", "b");
    }

    /** The rewound instance is claimed before its code runs. */
    @Test
    void rewoundInstanceWaitsForCodeThatFits() {
        begun(OLD);
        hub.client.raiseEvent("job", "go", "\"-\"", null);
        hub.drain(hub.worker(app(BROKEN)));
        hub.client.rewind("job", "too early");
        serve(Duration.ofMinutes(10), hub.waitingWorker(app(BROKEN), PATIENCE));
        assertThat(status().status()).isEqualTo(RuntimeStatus.RUNNING);
        assertThat(status().owner()).isNull();
        assertThat(status().reason()).contains("'inserted'");
        assertThat(hub.queue.messages()).hasSize(1);
        serve(Duration.ofMinutes(5), hub.waitingWorker(app(MENDED), PATIENCE));
        assertThat(status().output()).isEqualTo("\"a-b\"");
    }
}
