package dev.soliton.engine.runtime;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.Supplier;

/**
 * A clock that goes on while the machine sleeps, and that nobody can set back. It adds to the monotonic time what the
 * wall clock has gained on it: while a machine sleeps, one of the two may stand still.
 *
 * <p>If the wall clock is set back, its gain up to then still counts, and the comparison begins again from there. If it
 * is set ahead, that looks as if the machine had slept. A sleep cannot be seen if the monotonic clock stands still and
 * the wall clock is set back meanwhile.
 */
public final class SleepAwareClock {
    /** How far back the wall clock may go when its reading is trimmed, without having been set. */
    public static final Duration TRIM = Duration.ofMillis(100);

    private final Supplier<Duration> elapsed;
    private final InstantSource wall;
    private final Instant begun;
    private Duration reference;
    private Duration furthest;
    private Duration slept = Duration.ZERO;

    /**
     * Creates a clock that has not seen the machine sleep.
     *
     * @param elapsed the monotonic time, by a clock that nobody sets
     * @param wall the time by the wall clock, which shows the date
     */
    SleepAwareClock(Supplier<Duration> elapsed, InstantSource wall) {
        this.elapsed = elapsed;
        this.wall = wall;
        this.begun = wall.instant();
        this.reference = elapsed.get().negated();
        this.furthest = reference;
    }

    /**
     * A moment by this clock, which cannot be compared with one by another clock.
     *
     * @param time the time since a fixed moment in the past
     */
    public record Moment(Duration time) {
        public boolean isFurtherThan(Duration limit, Moment since) {
            return time.minus(since.time).compareTo(limit) > 0;
        }
    }

    /** The present moment, which is never before an earlier one. */
    synchronized Moment now() {
        Duration monotonic = elapsed.get();
        Duration beyond = Duration.between(begun, wall.instant()).minus(monotonic);
        if (beyond.compareTo(furthest) > 0) {
            furthest = beyond;
        } else if (beyond.compareTo(furthest.minus(TRIM)) < 0) {
            slept = slept.plus(furthest.minus(reference));
            reference = beyond;
            furthest = beyond;
        }
        return new Moment(monotonic.plus(slept).plus(furthest.minus(reference)));
    }
}
