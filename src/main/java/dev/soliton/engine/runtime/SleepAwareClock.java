package dev.soliton.engine.runtime;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.Supplier;

/**
 * Time that goes on while the machine sleeps, and that nobody can set back. It is that of the clock that nobody sets, and
 * what the clock of the wall has gone on beyond that: while a machine sleeps, one of the two may stand still.
 *
 * <p>Where the clock of the wall is set back, what it had gone on beyond the other up to then counts still, and it is
 * compared anew from there. Where it is set ahead, it looks as if the machine had slept. What it cannot see is a sleep in
 * which one clock stands still and the other is set back.
 */
public final class SleepAwareClock {
    /** How far back the clock of the wall may go as its reading is trimmed, without having been set. */
    public static final Duration TRIM = Duration.ofMillis(100);

    private final Supplier<Duration> elapsed;
    private final InstantSource wall;
    private final Instant begun;
    private Duration reference;
    private Duration furthest;
    private Duration slept = Duration.ZERO;

    /**
     * A clock that has not seen the machine sleep.
     *
     * @param elapsed the time by a clock that nobody sets
     * @param wall the time by the one that shows the date
     */
    SleepAwareClock(Supplier<Duration> elapsed, InstantSource wall) {
        this.elapsed = elapsed;
        this.wall = wall;
        this.begun = wall.instant();
        this.reference = elapsed.get().negated();
        this.furthest = reference;
    }

    /**
     * A moment by this clock, which is not to be taken for one by another.
     *
     * @param time since some moment of the past
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
