package dev.soliton.engine;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The instances that this process has a turn of, or an activity that outlived its turn: one turn at a time each, and
 * none beside an activity of an earlier one.
 */
final class BusyInstances {
    private final Map<String, Entry> busy = new ConcurrentHashMap<>();

    /** Enters the instance for the work on a message; empty if it is busy. */
    Optional<Entry> tryEnter(String instanceId, String messageId) {
        Entry entry = new Entry(instanceId, messageId);
        return busy.putIfAbsent(instanceId, entry) == null ? Optional.of(entry) : Optional.empty();
    }

    /** Whether a turn for that message is under way. */
    boolean isBusyWith(String instanceId, String messageId) {
        Entry entry = busy.get(instanceId);
        return entry != null && entry.messageId.equals(messageId) && !entry.turnIsOver;
    }

    /** The right to run a turn. */
    final class Entry {
        private final String instanceId;
        private final String messageId;
        private volatile boolean turnIsOver;

        private Entry(String instanceId, String messageId) {
            this.instanceId = instanceId;
            this.messageId = messageId;
        }

        /** Notes that the turn is over; an activity may have outlived it. */
        void turnIsOver() {
            turnIsOver = true;
        }

        /** Gives the right back. */
        void leave() {
            busy.remove(instanceId, this);
        }
    }
}
