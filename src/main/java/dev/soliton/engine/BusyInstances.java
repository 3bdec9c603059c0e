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

    /** Whether the instance is busy with the work on that message. */
    boolean isBusyWith(String instanceId, String messageId) {
        Entry entry = busy.get(instanceId);
        return entry != null && entry.messageId.equals(messageId);
    }

    /** The right to run a turn. */
    final class Entry {
        private final String instanceId;
        private final String messageId;

        private Entry(String instanceId, String messageId) {
            this.instanceId = instanceId;
            this.messageId = messageId;
        }

        /** Gives the right back. */
        void leave() {
            busy.remove(instanceId, this);
        }
    }
}
