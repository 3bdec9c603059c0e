package dev.soliton.engine.replay;

import static dev.soliton.engine.replay.ReplayTest.thrownBy;
import static dev.soliton.engine.replay.Scenario.fails;
import static dev.soliton.engine.replay.Scenario.fires;
import static dev.soliton.engine.replay.Scenario.returns;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.soliton.engine.journal.JournalEvent.SubOrchestrationScheduled;
import dev.soliton.engine.journal.JournalEvent.TaskScheduled;
import dev.soliton.engine.journal.JournalEvent.TimerCreated;
import dev.soliton.engine.replay.Scenario.Ran;
import dev.soliton.orchestration.RetryPolicy;
import dev.soliton.orchestration.Task;
import dev.soliton.orchestration.TaskFailedException;
import dev.soliton.orchestration.TaskOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Calls that are tried again. */
final class ReplayRetriesTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    private static TaskOptions policy(int attempts, Duration first) {
        return TaskOptions.withRetryPolicy(new RetryPolicy(attempts, first));
    }

    /** The pauses that a journal has timers for. */
    private static List<Duration> pauses(Ran ran) {
        return ran.events(TimerCreated.class).stream()
                .map(timer -> Duration.between(timer.at(), timer.fireAt()))
                .toList();
    }

    @Test
    void attemptsCountTheFirstTry() {
        Ran succeeds = Scenario.run(context -> context.callActivity("flaky2", 7, policy(3, SECOND), String.class)
                .await());
        assertThat(succeeds.output()).isEqualTo("\"flaky2#4\"");
        assertThat(succeeds.events(TaskScheduled.class))
                .extracting(TaskScheduled::attempt)
                .containsExactly(null, 2, 3);
        assertThat(succeeds.events(TaskScheduled.class))
                .extracting(TaskScheduled::input)
                .containsOnly(Scenario.inline(7));
        Ran gives = Scenario.run(context -> {
            Exception thrown = thrownBy(context.callActivity("flaky3", policy(3, SECOND)));
            assertThat(thrown).isInstanceOf(TaskFailedException.class).hasMessageContaining("failure 3");
            return ((TaskFailedException) thrown).getTaskId();
        });
        assertThat(gives.output()).isEqualTo("4");
        Ran once = Scenario.run(context ->
                thrownBy(context.callActivity("flaky1", policy(1, SECOND))).getMessage());
        assertThat(once.output()).contains("failure 1");
        assertThat(once.events(TimerCreated.class)).isEmpty();
    }

    @Test
    void pausesGrowByTheCoefficientAreNotTruncatedAndHaveALimit() {
        RetryPolicy policy = new RetryPolicy(7, Duration.ofMillis(1500))
                .setBackoffCoefficient(1.5)
                .setMaxRetryInterval(Duration.ofSeconds(7));
        Ran ran = Scenario.run(context -> context.callActivity("flaky6", TaskOptions.withRetryPolicy(policy))
                .await());
        assertThat(pauses(ran))
                .containsExactly(
                        Duration.ofMillis(1500),
                        Duration.ofMillis(2250),
                        Duration.ofMillis(3375),
                        Duration.ofNanos(5_062_500_000L),
                        Duration.ofSeconds(7),
                        Duration.ofSeconds(7));
    }

    @Test
    void pausesThatAreBeyondAllTimesEndWithThem() {
        RetryPolicy policy = new RetryPolicy(3, Duration.ofDays(1)).setBackoffCoefficient(1e300);
        Ran ran = Scenario.run(context -> context.callActivity("flaky2", TaskOptions.withRetryPolicy(policy))
                .await());
        assertThat(ran.events(TimerCreated.class))
                .extracting(TimerCreated::fireAt)
                .containsExactly(Scenario.START.plusSeconds(1).plus(Duration.ofDays(1)), DueTimes.LATEST);
        assertThat(DueTimes.times(SECOND, Double.POSITIVE_INFINITY, Duration.ofHours(1)))
                .isEqualTo(Duration.ofHours(1));
        assertThat(DueTimes.times(Duration.ofNanos(3), 1.5, Duration.ofHours(1)))
                .isEqualTo(Duration.ofNanos(5));
    }

    @Test
    void failureThatIsMarkedNonRetriableIsFinal() {
        Ran ran = Scenario.run(context -> {
            Exception byPolicy = thrownBy(context.callActivity("final", policy(3, SECOND)));
            Exception byHandler = thrownBy(context.callActivity("final", TaskOptions.withRetryHandler(failure -> {
                throw new AssertionError("not to be asked");
            })));
            assertThat(byPolicy).isInstanceOf(TaskFailedException.class);
            assertThat(byHandler).isInstanceOf(TaskFailedException.class);
            throw byPolicy;
        });
        assertThat(ran.events(TaskScheduled.class)).hasSize(2);
        assertThat(ran.details().isNonRetriable()).isTrue();
    }

    @Test
    void retryTimeoutEndsTheRetries() {
        // The answers come after a second each: the failures are 1, 5 and 9 seconds after the first attempt.
        RetryPolicy policy = new RetryPolicy(10, Duration.ofSeconds(3)).setRetryTimeout(Duration.ofSeconds(9));
        Ran ran = Scenario.run(context -> {
            thrownBy(context.callActivity("fail", TaskOptions.withRetryPolicy(policy)));
            return Scenario.sinceStart(context.getCurrentInstant());
        });
        assertThat(ran.output()).isEqualTo("\"PT9S\"");
        assertThat(ran.events(TaskScheduled.class)).hasSize(3);
    }

    @Test
    void policyIsCopiedAtTheCall() {
        Ran ran = Scenario.run(context -> {
            RetryPolicy policy = new RetryPolicy(2, SECOND);
            Task<String> task = context.callActivity("flaky1", TaskOptions.withRetryPolicy(policy), String.class);
            policy.setMaxNumberOfAttempts(1);
            return task.await();
        });
        assertThat(ran.output()).isEqualTo("\"flaky1#2\"");
    }

    @Test
    void eachTaskRetriesOnItsOwnClock() {
        Ran ran = Scenario.of(context -> {
                    Task<String> slow = context.callActivity("a", policy(2, Duration.ofHours(1)), String.class);
                    Task<String> quick = context.callActivity("b", policy(2, SECOND), String.class);
                    Task<?> first = context.anyOf(slow, quick).await();
                    assertThat(first).isSameAs(quick);
                    assertThat(Scenario.sinceStart(context.getCurrentInstant())).isLessThan(Duration.ofMinutes(1));
                    slow.await();
                    return Scenario.sinceStart(context.getCurrentInstant());
                })
                .plan(fails("a"), fails("b"), fires(), returns("b"), fires(), returns("a"))
                .run();
        // The first failed a second after the start; an hour later it is called again, and answers in a second.
        assertThat(ran.output()).isEqualTo("\"PT1H2S\"");
    }

    @Test
    void retriesGoOnWhetherTheTaskIsAwaitedOrNot() {
        Ran ran = Scenario.of(context -> {
                    Task<String> retried = context.callActivity("flaky1", policy(2, SECOND), String.class);
                    Task<Integer> length = retried.thenApply(value -> value == null ? 0 : value.length());
                    Task<List<Integer>> all = context.allOf(List.of(length));
                    context.createTimer(Duration.ofHours(1)).await();
                    assertThat(retried.isDone()).isTrue();
                    assertThat(all.isDone()).isTrue();
                    return all.await();
                })
                .run();
        assertThat(ran.output()).isEqualTo("[8]");
    }

    @Test
    void subOrchestrationIsTriedAgainAsAFreshInstance() {
        Ran ran = Scenario.run(context -> context.callSubOrchestrator("flaky2", 7, policy(3, SECOND), String.class)
                .await());
        assertThat(ran.output()).isEqualTo("\"flaky2#4\"");
        List<SubOrchestrationScheduled> attempts = ran.events(SubOrchestrationScheduled.class);
        assertThat(attempts)
                .extracting(SubOrchestrationScheduled::instanceId)
                .hasSize(3)
                .doesNotHaveDuplicates();
        assertThat(attempts).extracting(SubOrchestrationScheduled::input).containsOnly(Scenario.inline(7));
        Ran named = Scenario.run(
                context -> context.callSubOrchestrator("flaky1", null, "child", policy(2, SECOND), String.class)
                        .await());
        assertThat(named.events(SubOrchestrationScheduled.class))
                .extracting(SubOrchestrationScheduled::instanceId)
                .containsExactly("child", "child");
    }

    @Test
    void handlerReceivesTheFailureAndRetriesAtOnce() {
        Ran ran = Scenario.run(context -> {
            List<Object> received = new ArrayList<>();
            String value = context.callActivity(
                            "flaky2",
                            TaskOptions.withRetryHandler(failed -> {
                                assertThat(failed.getOrchestrationContext()).isSameAs(context);
                                received.add(failed.getLastAttemptNumber());
                                received.add(failed.getLastFailure().message());
                                received.add(failed.getTotalRetryTime());
                                return true;
                            }),
                            String.class)
                    .await();
            received.add(String.valueOf(value));
            return received;
        });
        assertThat(ran.output()).isEqualTo("[1,\"failure 1\",\"PT1S\",2,\"failure 2\",\"PT2S\",\"flaky2#2\"]");
        assertThat(ran.events(TimerCreated.class)).isEmpty();
    }

    @Test
    void handlerThatDeclinesFailsTheTask() {
        Ran ran = Scenario.run(context -> {
            Exception thrown = thrownBy(context.callActivity(
                    "fail", TaskOptions.withRetryHandler(failed -> failed.getLastAttemptNumber() < 3)));
            assertThat(thrown).isInstanceOf(TaskFailedException.class);
            return ((TaskFailedException) thrown).getTaskId();
        });
        assertThat(ran.output()).isEqualTo("2");
    }

    @Test
    void handlerMayWait() {
        Ran ran = Scenario.run(context -> {
            context.callActivity("flaky2", TaskOptions.withRetryHandler(failed -> {
                        context.createTimer(Duration.ofMinutes(failed.getLastAttemptNumber()))
                                .await();
                        return true;
                    }))
                    .await();
            return Scenario.sinceStart(context.getCurrentInstant());
        });
        assertThat(ran.output()).isEqualTo("\"PT3M3S\"");
    }

    @Test
    void exceptionOfAHandlerComesOutAtAwait() {
        IllegalStateException mine = new IllegalStateException("mine");
        Ran ran = Scenario.run(context -> {
            Task<Void> task = context.callActivity("fail", TaskOptions.withRetryHandler(failed -> {
                throw mine;
            }));
            context.createTimer(SECOND).await();
            assertThat(thrownBy(task)).isSameAs(mine);
            return "done";
        });
        assertThat(ran.output()).isEqualTo("\"done\"");
    }

    @Test
    @SuppressWarnings("NullAway") // What an author who does not care may give.
    void policyAndOptionsCheckTheirArguments() {
        List<Runnable> refused = List.of(
                () -> new RetryPolicy(0, SECOND),
                () -> new RetryPolicy(1, Duration.ZERO),
                () -> new RetryPolicy(1, null),
                () -> new RetryPolicy(1, SECOND).setMaxNumberOfAttempts(0),
                () -> new RetryPolicy(1, SECOND).setFirstRetryInterval(Duration.ofSeconds(-1)),
                () -> new RetryPolicy(1, SECOND).setBackoffCoefficient(0.9),
                () -> new RetryPolicy(1, SECOND).setBackoffCoefficient(Double.NaN),
                () -> new RetryPolicy(1, SECOND).setBackoffCoefficient(Double.POSITIVE_INFINITY),
                () -> new RetryPolicy(1, SECOND).setMaxRetryInterval(Duration.ofMillis(999)),
                () -> new RetryPolicy(1, SECOND).setRetryTimeout(Duration.ofMillis(999)),
                () -> TaskOptions.withRetryPolicy(null),
                () -> TaskOptions.withRetryHandler(null));
        for (Runnable one : refused) {
            assertThatIllegalArgumentException().isThrownBy(one::run);
        }
    }
}
