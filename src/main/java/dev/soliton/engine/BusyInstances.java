package dev.soliton.engine;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;

/**
 * The instances that this process has a turn of, or an activity that outlived its turn: one turn at a time each, and
 * none beside an activity of an earlier one.
 */
final class BusyInstances {
    private final Map<String, Entry> busy = new ConcurrentHashMap<>();
    private final AtomicLong ticks = new AtomicLong();

    /** A moment that is later than all that were asked for before. */
    long tick() {
        return ticks.incrementAndGet();
    }

    /** Enters the instance for the work on a message; empty if it is busy. */
    Optional<Entry> tryEnter(String instanceId, String messageId) {
        Entry entry = new Entry(instanceId, messageId);
        return busy.putIfAbsent(instanceId, entry) == null ? Optional.of(entry) : Optional.empty();
    }

    /** Who has the instance, if it is busy. */
    Optional<Entry> find(String instanceId) {
        return Optional.ofNullable(busy.get(instanceId));
    }

    /** The right to run a turn. */
    final class Entry {
        /** Handed from one waiter to the next once the turn is over. */
        private final BlockingQueue<Boolean> over = new LinkedBlockingQueue<>();

        private final String instanceId;
        private final String messageId;
        private volatile Runnable onKnock = () -> {};
        private volatile BooleanSupplier claimed = () -> false;
        private volatile boolean turnIsOver;
        private volatile long settledAt;

        private Entry(String instanceId, String messageId) {
            this.instanceId = instanceId;
            this.messageId = messageId;
        }

        BusyInstances instances() {
            return BusyInstances.this;
        }

        /** Whether the turn is for that message, and under way. */
        boolean isFor(String message) {
            return messageId.equals(message) && !turnIsOver;
        }

        boolean turnIsOver() {
            return turnIsOver;
        }

        /**
         * Makes the turn known.
         *
         * @param action tells it that something may have come in
         * @param isClaimed whether it owns the instance
         */
        void serves(Runnable action, BooleanSupplier isClaimed) {
            onKnock = action;
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
            busy.remove(instanceId, this);
        }
    }
}
