package dev.soliton.engine.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How the times that a turn keeps to follow from those of the host. */
final class EngineLimitsTest {
    @ParameterizedTest
    @CsvSource({
        "PT10M, PT4M, PT9M30S",
        "PT5M, PT2M, PT4M30S",
        "PT1M, PT24S, PT54S",
        "PT10S, PT4S, PT9S",
        "PT240000H, PT4M, PT239999H59M30S"
    })
    void turnEndsBeforeItsFunctionDoes(Duration timeout, Duration turn, Duration lastCall) {
        EngineLimits limits = new EngineLimits(1, EngineLimits.DEFAULT_LEASE, timeout);
        assertThat(limits.turn()).isEqualTo(turn);
        assertThat(limits.deadline()).isEqualTo(lastCall);
        assertThat(limits.deadline()
                        .plus(limits.gracePeriod())
                        .plus(limits.activityGracePeriod())
                        .plus(limits.activityGracePeriod()))
                .as("when what does not heed two interruptions is left")
                .isLessThan(timeout);
        assertThat(limits.deadline().plus(limits.childGracePeriod())).isLessThan(timeout);
    }

    @ParameterizedTest
    @CsvSource({"PT20S, PT10S", "PT60S, PT30S"})
    void leaseIsTrustedForLessThanItsTimeAndForMoreThanARenewalTakes(Duration lease, Duration renewal) {
        EngineLimits limits = new EngineLimits(1, lease, Duration.ofMinutes(10));
        assertThat(limits.renewal()).isEqualTo(renewal);
        assertThat(limits.trust()).isBetween(renewal, lease.minusMillis(1));
    }
}
