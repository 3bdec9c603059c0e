package dev.soliton.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.soliton.client.Instance;
import dev.soliton.client.StartRequest;
import dev.soliton.orchestration.OrchestrationContext;
import dev.soliton.orchestration.Task;
import dev.soliton.store.RuntimeStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Instances that wait for something that is not there yet: events, timers, sub-orchestrations. */
final class WaitingTest {
    private final EngineFixture hub = new EngineFixture();

    @AfterEach
    void close() {
        hub.close();
    }

    private void start(String name, @Nullable String input) {
        hub.client.start(new StartRequest(name, "job", input));
    }

    private Instance status() {
        return hub.client.status("job", true).orElseThrow();
    }

    private void assertCompletedWith(String output) {
        assertThat(status().status()).as("status of %s", status()).isEqualTo(RuntimeStatus.COMPLETED);
        assertThat(status().output()).isEqualTo(output);
        assertThat(status().owner()).isNull();
        assertThat(hub.instances.load("job").gates()).isEmpty();
        assertThat(hub.instances.load("job").inbox()).isEmpty();
        assertThat(hub.queue.messages()).isEmpty();
    }

    @Test
    void instanceSleepsWithoutAnOwnerUntilItsEventComes() {
        hub.registry.orchestrator(
                "Waits",
                () -> context ->
                        context.waitForExternalEvent("go", String.class).await());
        start("Waits", null);
        Engine worker = hub.worker();
        hub.drain(worker);
        assertThat(status().status()).isEqualTo(RuntimeStatus.RUNNING);
        assertThat(status().owner()).isNull();
        hub.client.raiseEvent("job", "other", "1", null);
        hub.client.raiseEvent("job", "GO", "\"now\"", null);
        hub.drain(worker);
        assertCompletedWith("\"now\"");
    }

    @Test
    void timerFiresWhenItIsDueHoweverFar() {
        hub.registry.orchestrator("Sleeps", () -> context -> {
            context.createTimer(Duration.ofDays(30)).await();
            return context.getCurrentInstant();
        });
        start("Sleeps", null);
        hub.drain(hub.worker());
        assertCompletedWith("\"2030-01-31T00:00:00Z\"");
    }

    @Test
    void shortTimerIsWaitedForInTheTurn() {
        hub.registry.orchestrator("Naps", () -> context -> {
            context.createTimer(Duration.ofSeconds(1)).await();
            return context.getCurrentInstant();
        });
        start("Naps", null);
        hub.drain(hub.worker());
        assertCompletedWith("\"2030-01-01T00:00:01Z\"");
    }

    private static int number(@Nullable Integer number) {
        return number == null ? 0 : number;
    }

    private static Object counter(OrchestrationContext context) {
        int count = number(context.getInput(Integer.class));
        for (int events = 0; events < 100; events++) {
            int more = number(context.waitForExternalEvent("add", Integer.class).await());
            if (more < 0) {
                return count;
            }
            count += more;
            context.setCustomStatus(count);
        }
        context.continueAsNew(count);
        return "never";
    }

    @Test
    void actorContinuesAsNewAndLosesNothing() {
        hub.registry.orchestrator("Counter", () -> WaitingTest::counter);
        start("Counter", "5");
        Engine worker = hub.worker();
        hub.drain(worker);
        for (int i = 0; i < 250; i++) {
            hub.client.raiseEvent("job", "add", "1", null);
        }
        hub.drain(worker);
        assertThat(status().customStatus()).isEqualTo("255");
        for (int i = 0; i < 250; i++) {
            hub.client.raiseEvent("job", "add", "1", null);
            hub.drain(worker);
        }
        assertThat(status().customStatus()).isEqualTo("505");
        hub.client.raiseEvent("job", "add", "-1", null);
        hub.drain(worker);
        assertCompletedWith("505");
        assertThat(hub.instances.load("job").journal()).hasSizeLessThan(110);
    }

    @Test
    void subOrchestrationsGiveTheirResults() {
        hub.registry
                .orchestrator("Parent", () -> context -> {
                    List<Task<Integer>> tasks = new ArrayList<>();
                    for (int i = 0; i < 5; i++) {
                        tasks.add(context.callSubOrchestrator("Child", i, Integer.class));
                    }
                    return context.allOf(tasks).await();
                })
                .orchestrator("Child", () -> context -> {
                    int number = number(context.getInput(Integer.class));
                    if (number % 2 == 0) {
                        context.createTimer(Duration.ofHours(number + 1)).await();
                    }
                    return context.callActivity("Double", number, Integer.class).await();
                })
                .activity("Double", () -> context -> number(context.getInput(Integer.class)) * 2);
        start("Parent", null);
        hub.drain(hub.worker());
        assertCompletedWith("[0,2,4,6,8]");
    }

    @Test
    void eventIsSentToAnotherInstance() {
        hub.registry
                .orchestrator(
                        "Waits",
                        () -> context ->
                                context.waitForExternalEvent("go", String.class).await())
                .orchestrator("Sends", () -> context -> {
                    context.sendEvent("job", "go", "hello");
                    context.sendEvent("nobody", "go", "hello");
                    return null;
                });
        start("Waits", null);
        Engine worker = hub.worker();
        hub.drain(worker);
        hub.client.start(new StartRequest("Sends", "sender", null));
        hub.drain(worker);
        assertCompletedWith("\"hello\"");
    }

    @Test
    void suspendedInstanceWaitsAndTerminatedOneEnds() {
        hub.registry.orchestrator("Counter", () -> WaitingTest::counter);
        start("Counter", "5");
        Engine worker = hub.worker();
        hub.drain(worker);
        hub.client.suspend("job", "later");
        hub.client.raiseEvent("job", "add", "1", null);
        hub.drain(worker);
        assertThat(status().status()).isEqualTo(RuntimeStatus.SUSPENDED);
        assertThat(status().customStatus()).isNull();
        hub.client.resume("job", "now");
        hub.drain(worker);
        assertThat(status().customStatus()).isEqualTo("6");
        hub.client.terminate("job", "enough");
        hub.drain(worker);
        assertThat(status().status()).isEqualTo(RuntimeStatus.TERMINATED);
        assertThat(status().output()).isEqualTo("\"enough\"");
        assertThat(hub.instances.load("job").inbox()).isEmpty();
    }
}
