package dev.soliton.orchestration;

import static dev.soliton.orchestration.OneInstance.thrownBy;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.soliton.testkit.TestHub;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The rules of retries. */
final class RetriesContractTest {
    private static final Duration HOUR = Duration.ofHours(1);

    private final OneInstance it = new OneInstance();
    private final TestHub hub = it.hub;
    private final List<Instant> attempts = new ArrayList<>();

    @AfterEach
    void close() {
        it.close();
    }

    /** An activity that fails so many times. */
    private void flaky(int failures) {
        hub.activity("Flaky", context -> {
            attempts.add(hub.now());
            if (attempts.size() <= failures) {
                throw new IllegalStateException("failure " + attempts.size());
            }
            return "at last";
        });
    }

    private void run(RetryPolicy policy) {
        it.run(context -> {
            try {
                return context.callActivity("Flaky", TaskOptions.withRetryPolicy(policy), String.class)
                        .await();
            } catch (TaskFailedException failed) {
                return failed.getFailureDetails().message();
            }
        });
    }

    private List<Duration> pauses() {
        List<Duration> pauses = new ArrayList<>();
        for (int i = 1; i < attempts.size(); i++) {
            pauses.add(Duration.between(attempts.get(i - 1), attempts.get(i)));
        }
        return pauses;
    }

    @Test
    void attemptsMaxNumberOfAttemptsCountsTheFirstTry() {
        assertThatIllegalArgumentException().isThrownBy(() -> new RetryPolicy(0, HOUR));
        flaky(10);
        run(new RetryPolicy(1, HOUR));
        assertThat(it.output()).isEqualTo("\"failure 1\"");
        assertThat(attempts).hasSize(1);
    }

    @Test
    void stopWhenTheAttemptsAreUsedUp() {
        flaky(10);
        run(new RetryPolicy(4, HOUR));
        hub.advance(HOUR.multipliedBy(10));
        assertThat(it.output()).isEqualTo("\"failure 4\"");
        assertThat(attempts).hasSize(4);
    }

    @Test
    void delayGrowsByTheCoefficientIsNotTruncatedAndIsCapped() {
        flaky(6);
        run(new RetryPolicy(7, Duration.ofMillis(3_100))
                .setBackoffCoefficient(1.5)
                .setMaxRetryInterval(Duration.ofSeconds(12)));
        hub.advance(HOUR);
        assertThat(it.output()).isEqualTo("\"at last\"");
        // 3.1 s times 1.5 to the power of 0, 1, 2 and 3; the queue wakes the instance in whole seconds, never early.
        assertThat(pauses()).hasSize(6);
        List<Double> exact = List.of(3.1, 4.65, 6.975, 10.4625, 12.0, 12.0);
        for (int i = 0; i < exact.size(); i++) {
            assertThat(pauses().get(i).toMillis() / 1000.0)
                    .as("pause %s", i + 1)
                    .isBetween(exact.get(i), exact.get(i) + 1);
        }
    }

    @Test
    void delayIsADurableTimer() {
        flaky(1);
        run(new RetryPolicy(2, Duration.ofDays(30)));
        // Nobody works on it meanwhile: no process has to live that long.
        assertThat(hub.status("i").owner()).isNull();
        hub.advance(Duration.ofDays(30).minusSeconds(1));
        assertThat(attempts).hasSize(1);
        hub.advance(Duration.ofSeconds(1));
        assertThat(it.output()).isEqualTo("\"at last\"");
    }

    @Test
    void stopAtAFailureThatIsMarkedNonRetriable() {
        hub.activity("Flaky", context -> {
            attempts.add(hub.now());
            throw new NonRetriableException("hopeless");
        });
        run(new RetryPolicy(5, HOUR));
        hub.advance(HOUR.multipliedBy(5));
        assertThat(it.output()).isEqualTo("\"hopeless\"");
        assertThat(attempts).hasSize(1);
    }

    @Test
    void stopWhenTheRetryTimeoutHasPassed() {
        flaky(10);
        run(new RetryPolicy(10, HOUR).setRetryTimeout(Duration.ofMinutes(150)));
        hub.advance(HOUR.multipliedBy(10));
        // The third failure is 120 minutes after the first attempt was asked for, the fourth 180.
        assertThat(it.output()).isEqualTo("\"failure 4\"");
    }

    @Test
    void independenceEachTaskRetriesOnItsOwnClock() {
        List<String> tries = new ArrayList<>();
        for (String name : List.of("Quick", "Slow")) {
            hub.activity(name, context -> {
                tries.add(
                        name + " " + Duration.between(TestHub.START, hub.now()).toMinutes());
                if (context.getAttempt() < 3) {
                    throw new IllegalStateException("again");
                }
                return name;
            });
        }
        it.run(context -> {
            Task<String> slow = context.callActivity(
                    "Slow", TaskOptions.withRetryPolicy(new RetryPolicy(3, Duration.ofMinutes(60))), String.class);
            Task<String> quick = context.callActivity(
                    "Quick", TaskOptions.withRetryPolicy(new RetryPolicy(3, Duration.ofMinutes(7))), String.class);
            return context.allOf(List.of(slow, quick)).await();
        });
        hub.advance(Duration.ofHours(3));
        assertThat(it.output()).isEqualTo("[\"Slow\",\"Quick\"]");
        assertThat(tries).containsExactly("Slow 0", "Quick 0", "Quick 7", "Quick 14", "Slow 60", "Slow 120");
    }

    @Test
    void withRetryHandlerCodeDecidesAndMayWait() {
        flaky(3);
        it.run(context -> {
            Task<String> task = context.callActivity(
                    "Flaky",
                    TaskOptions.withRetryHandler(failed -> {
                        assertThat(failed.getLastFailure().message())
                                .isEqualTo("failure " + failed.getLastAttemptNumber());
                        context.createTimer(HOUR).await();
                        return failed.getTotalRetryTime().compareTo(Duration.ofMinutes(90)) < 0;
                    }),
                    String.class);
            return thrownBy(task).getMessage();
        });
        hub.advance(HOUR.multipliedBy(10));
        assertThat(it.output()).contains("failure 3");
        assertThat(pauses()).containsExactly(HOUR, HOUR);
    }
}
