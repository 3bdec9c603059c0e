package dev.soliton.engine;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The instances that this process has a turn of, or an activity that outlived its turn: one turn at a time each, and
 * none beside an activity of an earlier one.
 *
 * <p>An instance that is suspected of killing its worker is alone in the process. While it waits for that, nothing else
 * begins; should it not come back, its wish is forgotten after a while.
 */
final class BusyInstances {
    /** How long others make way: a bit longer than its message is ever put back for. */
    private static final Duration MAKE_WAY = Duration.ofSeconds(35);

    private final Map<String, Entry> busy = new HashMap<>();
    private final QuietInstances quiet = new QuietInstances();
    private final AtomicLong ticks = new AtomicLong();
    private final Supplier<Duration> elapsed;
    private boolean alone;
    private @Nullable String wantsToBeAlone;
    private Duration wantsUntil = Duration.ZERO;

    /**
     * Nothing is busy yet.
     *
     * @param elapsed the time since some moment of the past
     */
    BusyInstances(Supplier<Duration> elapsed) {
        this.elapsed = elapsed;
    }

    /** Those that nothing is likely to be done for. */
    QuietInstances quiet() {
        return quiet;
    }

    /** A moment that is later than all that were asked for before. */
    long tick() {
        return ticks.incrementAndGet();
    }

    /** Enters the instance; empty if it is busy, or something has to be alone. */
    synchronized Optional<Entry> tryEnter(String instanceId) {
        if (alone || isToMakeWay(instanceId) || busy.containsKey(instanceId)) {
            return Optional.empty();
        }
        Entry entry = new Entry(instanceId);
        busy.put(instanceId, entry);
        return Optional.of(entry);
    }

    /** Enters the instance with nothing beside it; empty if there is something still. */
    synchronized Optional<Entry> tryEnterAlone(String instanceId) {
        if (busy.containsKey(instanceId)) {
            // It has what it wants. Should it leave before this message comes again, nobody is to wait for it.
            return Optional.empty();
        }
        if (!busy.isEmpty() || isToMakeWay(instanceId)) {
            if (!isToMakeWay(instanceId)) {
                wantsToBeAlone = instanceId;
                wantsUntil = elapsed.get().plus(MAKE_WAY);
            }
            return Optional.empty();
        }
        wantsToBeAlone = null;
        Optional<Entry> entry = tryEnter(instanceId);
        alone = entry.isPresent();
        return entry;
    }

    private boolean isToMakeWay(String instanceId) {
        return wantsToBeAlone != null
                && !wantsToBeAlone.equals(instanceId)
                && elapsed.get().compareTo(wantsUntil) < 0;
    }

    /** Who has the instance, if it is busy. */
    synchronized Optional<Entry> find(String instanceId) {
        return Optional.ofNullable(busy.get(instanceId));
    }

    private synchronized void remove(Entry entry) {
        if (busy.remove(entry.instanceId, entry)) {
            alone = false;
        }
    }

    /** The right to run a turn. */
    final class Entry {
        /** Handed from one waiter to the next once the turn is over. */
        private final BlockingQueue<Boolean> over = new LinkedBlockingQueue<>();

        private final String instanceId;
        private volatile Runnable onKnock = () -> {};
        private volatile Runnable onStop = () -> {};
        private volatile BooleanSupplier claimed = () -> false;
        private volatile boolean turnIsOver;
        private volatile long settledAt;

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
         * @param isClaimed whether it owns the instance
         */
        void serves(Runnable knock, Runnable stop, BooleanSupplier isClaimed) {
            onKnock = knock;
            onStop = stop;
            claimed = isClaimed;
        }

        /** Whether the turn owns the instance, as far as it knows. */
        boolean isClaimed() {
            return claimed.getAsBoolean();
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

    /** Tells all turns to leave the rest to others. */
    void stopAll() {
        Map<String, Entry> all;
        synchronized (this) {
            all = Map.copyOf(busy);
        }
        all.values().forEach(entry -> entry.onStop.run());
    }
}
