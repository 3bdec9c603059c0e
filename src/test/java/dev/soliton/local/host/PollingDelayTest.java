package dev.soliton.local.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

final class PollingDelayTest {

    /** Half of every range: the growth is then 100 % of 100, 200, 400 ... ms. */
    private static final RandomGenerator MIDDLE = new RandomGenerator() {
        @Override
        public long nextLong() {
            return Long.MIN_VALUE;
        }
    };

    @Test
    void growsFrom100MillisecondsToTheLongestAndStaysThereUntilSomethingIsFound() {
        PollingDelay delay = new PollingDelay(Duration.ofSeconds(1), MIDDLE);

        assertThat(delay.afterEmptyPoll()).hasMillis(100);
        assertThat(delay.afterEmptyPoll()).hasMillis(200);
        assertThat(delay.afterEmptyPoll()).hasMillis(300);
        assertThat(delay.afterEmptyPoll()).hasMillis(500);
        assertThat(delay.afterEmptyPoll()).hasMillis(900);
        assertThat(delay.afterEmptyPoll()).hasMillis(1000);
        assertThat(delay.afterEmptyPoll()).hasMillis(1000);
        delay.found();
        assertThat(delay.afterEmptyPoll()).hasMillis(100);
    }
}
