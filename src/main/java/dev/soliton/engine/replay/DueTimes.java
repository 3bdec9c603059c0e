package dev.soliton.engine.replay;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;

/** The times at which timers are due, which have an end. */
final class DueTimes {
    /** The last second of the last year that every storage and every reader can write. */
    static final Instant LATEST = Instant.parse("9999-12-31T23:59:59Z");

    private DueTimes() {}

    /** A time later on, or earlier. */
    static Instant after(Instant time, Duration delay) {
        if (delay.compareTo(Duration.between(time, LATEST)) >= 0) {
            return LATEST;
        }
        return delay.isNegative() ? time : time.plus(delay);
    }

    /** A due time that is not before the time given, and not after the end of times. */
    static Instant within(Instant time, Instant due) {
        if (due.isBefore(time)) {
            return time;
        }
        return due.isAfter(LATEST) ? LATEST : due;
    }

    /** A duration times a factor, to the nanosecond, but no longer than a limit. */
    static Duration times(Duration duration, double factor, Duration longest) {
        // An infinite factor is no decimal; it is beyond any limit.
        BigDecimal product = seconds(duration).multiply(BigDecimal.valueOf(Math.min(factor, Double.MAX_VALUE)));
        if (product.compareTo(seconds(longest)) >= 0) {
            return longest;
        }
        BigDecimal[] parts = product.setScale(9, RoundingMode.HALF_UP).divideAndRemainder(BigDecimal.ONE);
        return Duration.ofSeconds(
                parts[0].longValueExact(), parts[1].movePointRight(9).longValueExact());
    }

    private static BigDecimal seconds(Duration duration) {
        return BigDecimal.valueOf(duration.getSeconds()).add(BigDecimal.valueOf(duration.getNano(), 9));
    }
}
