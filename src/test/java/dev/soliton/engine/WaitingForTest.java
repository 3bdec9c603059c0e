package dev.soliton.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.soliton.client.Instance;
import dev.soliton.client.StartOptions;
import dev.soliton.client.StartRequest;
import dev.soliton.orchestration.Orchestrator;
import dev.soliton.orchestration.RetryPolicy;
import dev.soliton.orchestration.TaskOptions;
import dev.soliton.store.RuntimeStatus;
import dev.soliton.store.WaitingFor;
import dev.soliton.store.WaitingFor.Calls;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the status of an instance says that it waits for. */
final class WaitingForTest {
    private static final Instant NOON = EngineFixture.START.plus(Duration.ofHours(12));

    private final EngineFixture hub = new EngineFixture();

    @AfterEach
    void close() {
        hub.close();
    }

    private void run(Orchestrator orchestrator) {
        hub.registry.orchestrator("Job", () -> orchestrator);
        hub.client.start(new StartRequest("Job", "job", null));
        hub.drainNow(hub.worker());
    }

    private Instance status() {
        return hub.client.status("job", false).orElseThrow();
    }

    private WaitingFor seen() {
        return Objects.requireNonNull(status().waitingFor());
    }

    private static WaitingFor events(String... names) {
        return new WaitingFor(List.of(names), List.of(), List.of(), List.of(), 0, 0, false);
    }

    @Test
    void statusNamesTheEventsAsTheyWereWrittenAndInTheirOrder() {
        run(context -> {
            context.waitForExternalEvent("Approve");
            context.waitForExternalEvent("cancel");
            context.waitForExternalEvent("APPROVE");
            return context.waitForExternalEvent("last").await();
        });
        assertThat(status().status()).isEqualTo(RuntimeStatus.RUNNING);
        assertThat(seen()).isEqualTo(events("Approve", "cancel", "last"));
    }

    @Test
    void statusFollowsWhatIsWaitedForNext() {
        run(context -> {
            context.waitForExternalEvent("first").await();
            return context.waitForExternalEvent("second").await();
        });
        assertThat(seen()).isEqualTo(events("first"));
        hub.client.raiseEvent("job", "first", null, null);
        hub.drainNow(hub.worker());
        assertThat(seen()).isEqualTo(events("second"));
        hub.client.raiseEvent("job", "second", null, null);
        hub.drainNow(hub.worker());
        assertThat(status().status()).isEqualTo(RuntimeStatus.COMPLETED);
        assertThat(status().waitingFor()).isNull();
    }

    @Test
    void statusSaysWhenTimersAreDueThoseOfTimeoutsToo() {
        run(context -> {
            context.createTimer(Duration.ofHours(24));
            return context.waitForExternalEvent("late", Duration.ofHours(12)).await();
        });
        assertThat(seen())
                .isEqualTo(new WaitingFor(
                        List.of("late"),
                        List.of(NOON, NOON.plus(Duration.ofHours(12))),
                        List.of(),
                        List.of(),
                        0,
                        0,
                        false));
    }

    @Test
    void statusCountsActivitiesAndSubOrchestrationsByNameWhileTheyRun() throws InterruptedException {
        CountDownLatch begun = new CountDownLatch(3);
        CountDownLatch go = new CountDownLatch(1);
        hub.registry
                .activity("Slow", () -> context -> {
                    begun.countDown();
                    go.await();
                    return null;
                })
                .orchestrator(
                        "Child",
                        () -> context -> context.waitForExternalEvent("never").await());
        hub.registry.orchestrator("Job", () -> context -> {
            context.callSubOrchestrator("Child");
            context.callActivity("Slow");
            context.callActivity("Slow");
            return context.callActivity("Slow").await();
        });
        hub.client.start(new StartRequest("Job", "job", null));
        Thread turn = new Thread(() -> hub.drainNow(hub.worker()));
        turn.start();
        begun.await();
        WaitingFor during = seen();
        go.countDown();
        turn.join();
        assertThat(during)
                .isEqualTo(new WaitingFor(
                        List.of(),
                        List.of(),
                        List.of(new Calls("Slow", 3)),
                        List.of(new Calls("Child", 1)),
                        0,
                        0,
                        false));
    }

    @Test
    void statusSaysWhenACallIsTriedAgain() {
        hub.registry.activity("Flaky", () -> context -> {
            throw new IllegalStateException("no luck");
        });
        run(context -> context.callActivity(
                        "Flaky", TaskOptions.withRetryPolicy(new RetryPolicy(2, Duration.ofHours(12))))
                .await());
        assertThat(seen().timers()).containsExactly(NOON);
        assertThat(seen().activities()).isEmpty();
    }

    @Test
    void statusOfASuspendedInstanceShowsItsWaitsAndCountsItsEvents() {
        run(context -> context.waitForExternalEvent("go").await());
        hub.client.suspend("job", "stock-taking");
        hub.client.raiseEvent("job", "other", "\"1234\"", null);
        hub.drainNow(hub.worker());
        assertThat(status().status()).isEqualTo(RuntimeStatus.SUSPENDED);
        assertThat(seen()).isEqualTo(new WaitingFor(List.of("go"), List.of(), List.of(), List.of(), 1, 6, false));
        hub.client.resume("job", null);
        hub.drainNow(hub.worker());
        assertThat(seen().unclaimedEvents()).isEqualTo(1);
        assertThat(seen().unclaimedCharacters()).isEqualTo(6);
    }

    @Test
    void eventThatIsTakenIsNotCountedAnyMore() {
        run(context -> {
            context.waitForExternalEvent("go").await();
            context.waitForExternalEvent("other").await();
            return context.waitForExternalEvent("go").await();
        });
        hub.client.raiseEvent("job", "other", null, null);
        hub.drainNow(hub.worker());
        assertThat(seen().unclaimedEvents()).isEqualTo(1);
        hub.client.raiseEvent("job", "go", null, null);
        hub.drainNow(hub.worker());
        assertThat(seen()).isEqualTo(events("go"));
    }

    @Test
    void longListsAreCut() {
        run(context -> {
            for (int i = 0; i < 1_000; i++) {
                context.waitForExternalEvent("event " + i);
                context.createTimer(Duration.ofHours(1_000 - i));
            }
            return context.waitForExternalEvent("last").await();
        });
        assertThat(seen().events()).hasSize(WaitingFor.MOST).startsWith("event 0", "event 1");
        assertThat(seen().timers()).hasSize(WaitingFor.MOST).startsWith(EngineFixture.START.plus(Duration.ofHours(1)));
        assertThat(seen().more()).isTrue();
    }

    @Test
    void instanceThatHasNotBegunWaitsForNothingButItsTime() {
        hub.registry.orchestrator("Job", () -> context -> null);
        hub.client.start(new StartRequest("Job", "job", null, StartOptions.DEFAULT.withStartAt(NOON)));
        hub.client.suspend("job", null);
        hub.drainNow(hub.worker());
        assertThat(status().startAt()).isEqualTo(NOON);
        assertThat(status().waitingFor()).isNull();
    }

    @Test
    void nextGenerationShowsWhatItWaitsForItself() {
        run(context -> {
            if (context.getGeneration() == 0) {
                context.waitForExternalEvent("go").await();
                context.continueAsNew(null);
            }
            return context.waitForExternalEvent("second").await();
        });
        hub.client.raiseEvent("job", "go", null, null);
        hub.drainNow(hub.worker());
        assertThat(seen()).isEqualTo(events("second"));
    }
}
