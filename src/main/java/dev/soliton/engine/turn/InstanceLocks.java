package dev.soliton.engine.turn;

import dev.soliton.engine.runtime.SharingLimits;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiPredicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The instances that this process has a turn of, or an activity that outlived its turn: one turn at a time each, and
 * none beside an activity of an earlier one.
 *
 * <p>Those that are suspected of ending their processes are {@link Suspects}, for whom others may have to wait.
 */
public final class InstanceLocks {
    private final Map<String, Lock> busy = new HashMap<>();
    private final IdleInstanceCache idle = new IdleInstanceCache();
    private final AtomicLong ticks = new AtomicLong();
    private final Supplier<Duration> elapsed;
    private final Suspects suspects;
    private volatile boolean stopping;

    /**
     * Nothing is busy yet.
     *
     * @param elapsed the time since some moment of the past
     */
    public InstanceLocks(Supplier<Duration> elapsed, SharingLimits sharing) {
        this.elapsed = elapsed;
        this.suspects = new Suspects(sharing);
    }

    /** Those that nothing is likely to be done for. */
    IdleInstanceCache quiet() {
        return idle;
    }

    /** A moment that is later than all that were asked for before. */
    long tick() {
        return ticks.incrementAndGet();
    }

    /** Enters the instance; empty if it is busy, or has to wait for a suspect. */
    synchronized Optional<Lock> tryLock(String instanceId) {
        return busy.containsKey(instanceId) || wait(instanceId) != null
                ? Optional.empty()
                : Optional.of(enter(instanceId));
    }

    /**
     * Enters an instance that is suspected of ending its processes; empty if it is busy, or has to wait.
     *
     * @param company how many suspects there may be with it, itself included; 1 if it is to be alone altogether
     */
    synchronized Optional<Lock> tryLockSuspect(String instanceId, int company) {
        if (busy.containsKey(instanceId)) {
            return Optional.empty();
        }
        Suspects.Way way = suspects.way(instanceId, company, busy.isEmpty(), elapsed.get());
        if (way == Suspects.Way.AFTER_SUSPECTS || way == Suspects.Way.AFTER_ALL) {
            return Optional.empty();
        }
        if (company > 1 && wait(instanceId) != null) {
            return Optional.empty();
        }
        suspects.begins(instanceId, company, way);
        Lock lock = enter(instanceId);
        lock.shared = company == 1 && way != Suspects.Way.ALONE;
        lock.suspected = true;
        return Optional.of(lock);
    }

    /** Whether something is at work that is suspected. */
    synchronized boolean hasSuspects() {
        return suspects.areHere();
    }

    private Lock enter(String instanceId) {
        Lock lock = new Lock(instanceId);
        busy.put(instanceId, lock);
        return lock;
    }

    /** How long an instance that is not suspected has to wait for one that is; null if it has not. */
    synchronized @Nullable Duration wait(String instanceId) {
        Duration now = elapsed.get();
        Duration wait = suspects.wait(now);
        String toShare = suspects.toShare(now);
        Lock alone = toShare == null ? null : busy.get(toShare);
        if (alone != null && !alone.toShare) {
            alone.toShare = true;
            alone.inboxChanged();
        }
        return instanceId.equals(toShare) ? null : wait;
    }

    /** Who has the instance, if it is busy. */
    synchronized Optional<Lock> find(String instanceId) {
        return Optional.ofNullable(busy.get(instanceId));
    }

    private synchronized void remove(Lock lock) {
        if (busy.remove(lock.instanceId, lock)) {
            suspects.ends(lock.instanceId);
        }
    }

    private synchronized void cleared(Lock lock) {
        lock.suspected = false;
        suspects.ends(lock.instanceId);
    }

    private synchronized void sharing(Lock lock) {
        lock.toShare = false;
        lock.shared = true;
        suspects.shares(lock.instanceId);
    }

    /** The right to run a turn. */
    final class Lock {
        /** Handed from one waiter to the next once the turn is over. */
        private final BlockingQueue<Boolean> over = new LinkedBlockingQueue<>();

        private final String instanceId;
        private volatile Runnable onInboxChanged = () -> {};
        private volatile Runnable onStop = () -> {};
        private volatile BiPredicate<String, String> owner = (worker, executionId) -> false;
        private volatile boolean turnIsOver;
        private volatile long settledAt;
        private volatile boolean suspected;
        private volatile boolean shared;
        private volatile boolean toShare;

        private Lock(String instanceId) {
            this.instanceId = instanceId;
        }

        InstanceLocks instances() {
            return InstanceLocks.this;
        }

        boolean turnIsOver() {
            return turnIsOver;
        }

        /**
         * Makes the turn known.
         *
         * @param onChange notifies it that something may have arrived
         * @param stop tells it to leave the rest to another
         * @param isOwner whether the turn is of that worker and owns that execution for it
         */
        void serves(Runnable onChange, Runnable stop, BiPredicate<String, String> isOwner) {
            onInboxChanged = onChange;
            onStop = stop;
            owner = isOwner;
            if (stopping) {
                // All were told before this one could hear it.
                stop.run();
            }
        }

        /**
         * Whether a turn is under way that owns the execution for that worker, as far as it knows, and has sent nothing that
         * lets the instance go. It cannot let it go without having seen what came in before this was asked; nor can whoever
         * has taken it from it.
         */
        boolean isOwnedBy(String worker, String executionId) {
            return !turnIsOver && owner.test(worker, executionId);
        }

        /** Whether it is suspected of ending its processes. */
        boolean isSuspected() {
            return suspected;
        }

        /** Whether it was to be alone, and is not. */
        boolean isShared() {
            return shared;
        }

        /** Whether it is alone, and others have waited for long enough. */
        boolean isToShare() {
            return toShare;
        }

        /** Its row says that it is not suspected any more. */
        void isCleared() {
            cleared(this);
        }

        /** Its row says that it is not alone any more. */
        void shares() {
            sharing(this);
        }

        /** Tells the turn that something may have come in. */
        void inboxChanged() {
            onInboxChanged.run();
        }

        /**
         * Notes that the turn is over; an activity may have outlived it.
         *
         * @param well whether all that had come in when it began its last write was taken in
         */
        void turnIsOver(boolean well) {
            if (!well) {
                settledAt = 0;
            }
            turnIsOver = true;
            over.add(well);
        }

        /** Notes that the write begins which lets the instance go, provided that nothing has come in. */
        void releasing() {
            settledAt = tick();
        }

        /** Whether the turn ended well, and took in all that had come in by then. */
        boolean hasRead(long moment) {
            return turnIsOver && settledAt > moment;
        }

        /** Where the end of the turn is found; whoever takes it puts it back for the others. */
        BlockingQueue<Boolean> over() {
            return over;
        }

        /** Gives the right back. */
        void unlock() {
            remove(this);
        }
    }

    /** Tells all turns to leave the rest to others, those too that are about to begin. */
    public void stopAll() {
        stopping = true;
        stopRunning();
    }

    /** Tells the turns that are under way to leave the rest to others; what begins later is not told. */
    public void stopRunning() {
        Map<String, Lock> all;
        synchronized (this) {
            all = Map.copyOf(busy);
        }
        all.values().forEach(lock -> lock.onStop.run());
    }
}
