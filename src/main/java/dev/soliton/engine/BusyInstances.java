package dev.soliton.engine;

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
final class BusyInstances {
    private final Map<String, Entry> busy = new HashMap<>();
    private final QuietInstances quiet = new QuietInstances();
    private final AtomicLong ticks = new AtomicLong();
    private final Supplier<Duration> elapsed;
    private final Suspects suspects;
    private volatile boolean stopping;

    /**
     * Nothing is busy yet.
     *
     * @param elapsed the time since some moment of the past
     */
    BusyInstances(Supplier<Duration> elapsed, Sharing sharing) {
        this.elapsed = elapsed;
        this.suspects = new Suspects(sharing);
    }

    /** Those that nothing is likely to be done for. */
    QuietInstances quiet() {
        return quiet;
    }

    /** A moment that is later than all that were asked for before. */
    long tick() {
        return ticks.incrementAndGet();
    }

    /** Enters the instance; empty if it is busy, or has to wait for a suspect. */
    synchronized Optional<Entry> tryEnter(String instanceId) {
        return busy.containsKey(instanceId) || wait(instanceId) != null
                ? Optional.empty()
                : Optional.of(enter(instanceId));
    }

    /**
     * Enters an instance that is suspected of ending its processes; empty if it is busy, or has to wait.
     *
     * @param company how many suspects there may be with it, itself included; 1 if it is to be alone altogether
     */
    synchronized Optional<Entry> tryEnterSuspect(String instanceId, int company) {
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
        Entry entry = enter(instanceId);
        entry.shared = company == 1 && way != Suspects.Way.ALONE;
        entry.suspected = true;
        return Optional.of(entry);
    }

    /** Whether something is at work that is suspected. */
    synchronized boolean hasSuspects() {
        return suspects.areHere();
    }

    private Entry enter(String instanceId) {
        Entry entry = new Entry(instanceId);
        busy.put(instanceId, entry);
        return entry;
    }

    /** How long an instance that is not suspected has to wait for one that is; null if it has not. */
    synchronized @Nullable Duration wait(String instanceId) {
        Duration now = elapsed.get();
        Duration wait = suspects.wait(now);
        String toShare = suspects.toShare(now);
        Entry alone = toShare == null ? null : busy.get(toShare);
        if (alone != null && !alone.toShare) {
            alone.toShare = true;
            alone.knock();
        }
        return instanceId.equals(toShare) ? null : wait;
    }

    /** Who has the instance, if it is busy. */
    synchronized Optional<Entry> find(String instanceId) {
        return Optional.ofNullable(busy.get(instanceId));
    }

    private synchronized void remove(Entry entry) {
        if (busy.remove(entry.instanceId, entry)) {
            suspects.ends(entry.instanceId);
        }
    }

    private synchronized void cleared(Entry entry) {
        entry.suspected = false;
        suspects.ends(entry.instanceId);
    }

    private synchronized void sharing(Entry entry) {
        entry.toShare = false;
        entry.shared = true;
        suspects.shares(entry.instanceId);
    }

    /** The right to run a turn. */
    final class Entry {
        /** Handed from one waiter to the next once the turn is over. */
        private final BlockingQueue<Boolean> over = new LinkedBlockingQueue<>();

        private final String instanceId;
        private volatile Runnable onKnock = () -> {};
        private volatile Runnable onStop = () -> {};
        private volatile BiPredicate<String, String> owner = (worker, executionId) -> false;
        private volatile boolean turnIsOver;
        private volatile long settledAt;
        private volatile boolean suspected;
        private volatile boolean shared;
        private volatile boolean toShare;

        private Entry(String instanceId) {
            this.instanceId = instanceId;
        }

        BusyInstances instances() {
            return BusyInstances.this;
        }

        boolean turnIsOver() {
            return turnIsOver;
        }

        /**
         * Makes the turn known.
         *
         * @param knock tells it that something may have come in
         * @param stop tells it to leave the rest to another
         * @param isOwner whether the turn is of that worker and owns that execution for it
         */
        void serves(Runnable knock, Runnable stop, BiPredicate<String, String> isOwner) {
            onKnock = knock;
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
        void knock() {
            onKnock.run();
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
        void settles() {
            settledAt = tick();
        }

        /** Whether the turn ended well, and took in all that had come in by then. */
        boolean tookIn(long moment) {
            return turnIsOver && settledAt > moment;
        }

        /** Where the end of the turn is found; whoever takes it puts it back for the others. */
        BlockingQueue<Boolean> over() {
            return over;
        }

        /** Gives the right back. */
        void leave() {
            remove(this);
        }
    }

    /** Tells all turns to leave the rest to others, those too that are about to begin. */
    void stopAll() {
        stopping = true;
        stopThoseUnderWay();
    }

    /** Tells the turns that are under way to leave the rest to others; what begins later is not told. */
    void stopThoseUnderWay() {
        Map<String, Entry> all;
        synchronized (this) {
            all = Map.copyOf(busy);
        }
        all.values().forEach(entry -> entry.onStop.run());
    }
}
