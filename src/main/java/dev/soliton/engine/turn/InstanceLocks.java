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
 * The instances for which this process has a turn, or an activity that outlived its turn. Each has one turn at a time,
 * and none beside an activity of an earlier turn.
 *
 * <p>An instance may be suspected of ending its processes, see {@link Suspects}; others may have to wait for it.
 */
public final class InstanceLocks {
    private final Map<String, Lock> busy = new HashMap<>();
    private final IdleInstanceCache idle = new IdleInstanceCache();
    private final AtomicLong ticks = new AtomicLong();
    private final Supplier<Duration> elapsed;
    private final Suspects suspects;
    private volatile boolean stopping;

    /**
     * Locks for one process, with none held yet.
     *
     * @param elapsed the time since some moment of the past
     */
    public InstanceLocks(Supplier<Duration> elapsed, SharingLimits sharing) {
        this.elapsed = elapsed;
        this.suspects = new Suspects(sharing);
    }

    /** The instances for which there is probably nothing to do. */
    IdleInstanceCache quiet() {
        return idle;
    }

    /** A moment that is later than all moments that were given before. */
    long tick() {
        return ticks.incrementAndGet();
    }

    /** Locks an instance; empty if it is busy, or has to wait for a suspect. */
    synchronized Optional<Lock> tryLock(String instanceId) {
        return busy.containsKey(instanceId) || wait(instanceId) != null
                ? Optional.empty()
                : Optional.of(enter(instanceId));
    }

    /**
     * Locks an instance that is suspected of ending its processes; empty if it is busy, or has to wait.
     *
     * @param company how many suspects there may be with it, itself included; 1 if nothing else may run beside it
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

    /** Whether a suspect is at work. */
    synchronized boolean hasSuspects() {
        return suspects.areHere();
    }

    private Lock enter(String instanceId) {
        Lock lock = new Lock(instanceId);
        busy.put(instanceId, lock);
        return lock;
    }

    /** How long an instance that is not suspected has to wait for a suspect; null if it need not. */
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

    /** The lock of the instance, if it is busy. */
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
        /** Each waiter passes it to the next once the turn is over. */
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
         * Registers the turn of this lock.
         *
         * @param onChange notifies the turn that something may have arrived
         * @param stop asks the turn to leave the rest to another
         * @param isOwner whether the turn belongs to that worker and owns that execution for it
         */
        void serves(Runnable onChange, Runnable stop, BiPredicate<String, String> isOwner) {
            onInboxChanged = onChange;
            onStop = stop;
            owner = isOwner;
            if (stopping) {
                // The request to stop went to all turns before this one was registered.
                stop.run();
            }
        }

        /**
         * Whether a turn is under way that owns the execution for that worker, as far as the turn knows, and has sent
         * no write that releases the instance. Such a turn cannot release the instance without having read what arrived
         * before this call; nor can a worker that has taken the instance over.
         */
        boolean isOwnedBy(String worker, String executionId) {
            return !turnIsOver && owner.test(worker, executionId);
        }

        /** Whether the instance is suspected of ending its processes. */
        boolean isSuspected() {
            return suspected;
        }

        /** Whether the instance was to be alone, and is not. */
        boolean isShared() {
            return shared;
        }

        /** Whether the instance is alone, and others have waited for long enough. */
        boolean isToShare() {
            return toShare;
        }

        /** Notes that the row of the instance says that it is not suspected any more. */
        void isCleared() {
            cleared(this);
        }

        /** Notes that the row of the instance says that it is not alone any more. */
        void shares() {
            sharing(this);
        }

        /** Notifies the turn that something may have arrived. */
        void inboxChanged() {
            onInboxChanged.run();
        }

        /**
         * Notes that the turn is over; an activity may have outlived it.
         *
         * @param well whether the turn has processed all that had arrived when it began its last write
         */
        void turnIsOver(boolean well) {
            if (!well) {
                settledAt = 0;
            }
            turnIsOver = true;
            over.add(well);
        }

        /** Notes that the turn begins the write that releases the instance, provided that nothing has arrived. */
        void releasing() {
            settledAt = tick();
        }

        /**
         * Whether the turn ended well, and began its last write after that moment, so that it has processed all that
         * had arrived by then.
         */
        boolean hasRead(long moment) {
            return turnIsOver && settledAt > moment;
        }

        /** Holds an entry once the turn is over; a waiter that takes the entry adds it again for the others. */
        BlockingQueue<Boolean> over() {
            return over;
        }

        /** Gives up the right to run a turn. */
        void unlock() {
            remove(this);
        }
    }

    /** Asks all turns to leave the rest to others, including those that are about to begin. */
    public void stopAll() {
        stopping = true;
        stopRunning();
    }

    /** Asks the turns that are under way to leave the rest to others. A turn that begins later is not asked. */
    public void stopRunning() {
        Map<String, Lock> all;
        synchronized (this) {
            all = Map.copyOf(busy);
        }
        all.values().forEach(lock -> lock.onStop.run());
    }
}
