package dev.soliton.engine.turn;

import dev.soliton.store.JournalRow;
import dev.soliton.store.Partition;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The instances with a long journal that the last message had nothing to do for, and the next is not likely to have.
 *
 * <p>Of many events that come in at once, one message leads to the turn that takes all of them in; each of the others
 * would read the journal for nothing. So the journal is only read where a look without it finds something to do. That
 * costs an instance a request where it was wrong, which is why a short journal is read at once.
 */
final class IdleInstanceCache {
    private static final int MAX_ENTRIES = 1_000;

    /** What a journal has to have, in characters, that it is worth while. */
    private static final int LONG = 64 * 1024;

    private final Map<String, Boolean> entries = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
            return size() > MAX_ENTRIES;
        }
    };

    /** Takes note that there was nothing to do for an instance, after all of it was read. */
    void noteQuiet(String instanceId, Partition read) {
        long length = 0;
        for (JournalRow row : read.journal()) {
            length += row.events().length();
        }
        if (length >= LONG) {
            synchronized (entries) {
                entries.put(instanceId, true);
            }
        }
    }

    /** Takes note that there is something to do for an instance. */
    void noteBusy(String instanceId) {
        synchronized (entries) {
            entries.remove(instanceId);
        }
    }

    /** Whether a look at an instance comes before a read of all of it. */
    boolean isQuiet(String instanceId) {
        synchronized (entries) {
            return entries.get(instanceId) != null;
        }
    }
}
