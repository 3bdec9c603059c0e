package dev.soliton.sim;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The lock by which the hosts see to it that a timer fires in one process only. Who has it renews it for as long as it
 * lives and does not stand still; a while after that another can have it.
 */
final class TimerLock {
    private static final Duration PERIOD = Duration.ofSeconds(15);

    private final Scheduler scheduler;
    private @Nullable SimProcess holder;

    TimerLock(Scheduler scheduler) {
        this.scheduler = scheduler;
    }

    /** Gives a process the lock, if it is free. */
    boolean tryTake(SimProcess process) {
        if (holder != null && holder.lastActive() + PERIOD.toNanos() > scheduler.now()) {
            return false;
        }
        holder = process;
        return true;
    }
}
