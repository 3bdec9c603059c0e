package dev.soliton.engine.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.soliton.store.SettableClock;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** What goes by while a machine sleeps, or has its clock set. */
final class SleepAwareClockTest {
    private static final Instant START = Instant.parse("2030-01-01T00:00:00Z");
    private static final Duration MINUTE = Duration.ofMinutes(1);

    private final SettableClock wall = new SettableClock(START);
    private final SettableClock monotonic = new SettableClock(START);
    private final SleepAwareClock clock = new SleepAwareClock(() -> Duration.between(START, monotonic.instant()), wall);

    private void pass(Duration time) {
        wall.advance(time);
        monotonic.advance(time);
    }

    @Test
    void goesOnWithBoth() {
        pass(MINUTE);
        assertThat(clock.now().time()).isEqualTo(MINUTE);
    }

    @Test
    void goesOnWhicheverStandsStill() {
        wall.advance(MINUTE);
        assertThat(clock.now().time()).isEqualTo(MINUTE);
        pass(MINUTE);
        monotonic.advance(MINUTE);
        pass(MINUTE);
        assertThat(clock.now().time()).isEqualTo(MINUTE.multipliedBy(4));
    }

    @Test
    void doesNotGoBackWhenTheWallClockIsSetBack() {
        pass(MINUTE);
        clock.now();
        wall.advance(Duration.ofHours(-1));
        assertThat(clock.now().time()).isEqualTo(MINUTE);
        pass(MINUTE);
        assertThat(clock.now().time()).isEqualTo(MINUTE.multipliedBy(2));
    }

    /** The difference to a moment before the wall clock was set back would hide the sleep. */
    @Test
    void seesASleepAfterTheWallClockWasSetBack() {
        clock.now();
        wall.advance(Duration.ofHours(-1));
        clock.now();
        wall.advance(MINUTE);
        assertThat(clock.now().time()).isEqualTo(MINUTE);
    }

    @Test
    void keepsWhatItHasSeenOfASleepWhenTheWallClockIsSetBack() {
        wall.advance(MINUTE);
        clock.now();
        wall.advance(Duration.ofHours(-1));
        clock.now();
        wall.advance(MINUTE);
        assertThat(clock.now().time()).isEqualTo(MINUTE.multipliedBy(2));
    }

    /** The two never show the same to the microsecond; each look would add to it. */
    @Test
    void clockIsNotQuickerForAWallClockThatTrembles() {
        for (int look = 0; look < 1_000; look++) {
            pass(Duration.ofMillis(1));
            wall.advance(Duration.ofMillis(look % 2 == 0 ? 15 : -15));
            clock.now();
        }
        assertThat(clock.now().time()).isBetween(Duration.ofSeconds(1), Duration.ofMillis(1_015));
    }
}
