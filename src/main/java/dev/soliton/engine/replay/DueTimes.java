package dev.soliton.engine.replay;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;

/** The arithmetic of due times, which have a latest value. */
final class DueTimes {
    /** The last second of the last year that every storage and every reader supports. */
    static final Instant LATEST = Instant.parse("9999-12-31T23:59:59Z");

    private DueTimes() {}

    /** The time after a delay, at most {@link #LATEST}; a negative delay counts as none. */
    static Instant after(Instant time, Duration delay) {
        if (delay.compareTo(Duration.between(time, LATEST)) >= 0) {
            return LATEST;
        }
        return delay.isNegative() ? time : time.plus(delay);
    }

    /** The due time, moved to the given time if it is before that, and to {@link #LATEST} if it is after that. */
    static Instant within(Instant time, Instant due) {
        if (due.isBefore(time)) {
            return time;
        }
        return due.isAfter(LATEST) ? LATEST : due;
    }

    /** A duration times a factor, to the nanosecond, but at most the limit. */
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
