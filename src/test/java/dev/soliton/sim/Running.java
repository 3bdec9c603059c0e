package dev.soliton.sim;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** An activity that runs, and what is known of when it was told to stop. */
final class Running {
    static final String HAS_ENDED = "the execution has ended while an activity that would listen still runs";

    static final String IS_RELEASED = "the instance was released while an activity of it still runs";

    /** How long activities that are told to stop are waited for, at least. */
    private static final Duration GRACE_PERIOD = Duration.ofSeconds(5);

    /** The same, where the function timeout is short: so many parts of it. */
    private static final int GRACE_PERIODS_OF_A_TIMEOUT = 60;

    /** For how long an activity that does not heed its interruption keeps an instance from going on elsewhere. */
    private static final Duration LONGEST_GRACE_PERIOD = Duration.ofMinutes(1);

    /** How long a process that stood still may take to find that out. */
    private static final Duration WAKING_UP = Duration.ofSeconds(2);

    private final Scheduler scheduler;
    private final SimProcess process;
    private final Run run;
    private final boolean stubborn;
    private final @Nullable String worker;
    private long toldAt = Scheduler.NEVER;
    private Instant toldTime = Instant.MAX;
    private boolean leftBehind;

    /**
     * One that begins on the strand which calls.
     *
     * @param stubborn whether it goes on when it is told to stop
     * @param worker whose it is; null if nobody owns its instance
     */
    Running(Scheduler scheduler, SimProcess process, Run run, boolean stubborn, @Nullable String worker) {
        this.scheduler = scheduler;
        this.process = process;
        this.run = run;
        this.stubborn = stubborn;
        this.worker = worker;
        scheduler.current().onInterrupt(this::told);
    }

    private void told() {
        if (toldAt == Scheduler.NEVER) {
            toldAt = scheduler.now();
            toldTime = process.time();
        }
    }

    SimProcess process() {
        return process;
    }

    Run run() {
        return run;
    }

    @Nullable
    String worker() {
        return worker;
    }

    /** Whether nobody can tell it anything: its process has died, or stands still, or did until just now. */
    boolean isOutOfReach() {
        return process.isDead() || process.pausedUntil() + WAKING_UP.toNanos() > scheduler.now();
    }

    /**
     * Whether it was waited for as it is to be, and has not returned: it does not heed its interruption, or the strand that
     * it is on got no turn in all that time, over which time has jumped.
     */
    boolean hasOutstayed() {
        Duration part = process.functionTimeout().dividedBy(GRACE_PERIODS_OF_A_TIMEOUT);
        Duration gracePeriod = part.compareTo(GRACE_PERIOD) < 0 ? part : GRACE_PERIOD;
        return toldAt != Scheduler.NEVER && scheduler.now() - toldAt >= gracePeriod.toNanos();
    }

    /** Whether its instance may go on elsewhere beside it: by one of the clocks it was told to stop long ago. */
    boolean mayBeLeftBehind() {
        return toldAt != Scheduler.NEVER
                && (scheduler.now() - toldAt >= LONGEST_GRACE_PERIOD.toNanos()
                        || Duration.between(toldTime, process.time()).compareTo(LONGEST_GRACE_PERIOD) >= 0);
    }

    /** Its instance was released. */
    void leaveBehind() {
        leftBehind = true;
    }

    /** Whether its instance was released while it ran. */
    boolean isLeftBehind() {
        return leftBehind;
    }

    @Override
    public String toString() {
        return run + (stubborn ? " (stubborn)" : "") + " in " + process + " of " + worker;
    }
}
