package dev.soliton.engine.turn;

import dev.soliton.store.JournalRow;
import dev.soliton.store.Partition;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The instances with a long journal for which the last message had nothing to do, and the next one probably has nothing
 * either.
 *
 * <p>If many events arrive at once, one message leads to a turn that processes all of them. Each of the other messages
 * would read the journal for nothing. So the handler first reads the instance without its journal, and reads the
 * journal only if there is something to do. A wrong guess costs one request more, which is why a short journal is read
 * at once.
 */
final class IdleInstanceCache {
    private static final int MAX_ENTRIES = 1_000;

    /** The length in characters from which a journal is worth the extra read. */
    private static final int LONG = 64 * 1024;

    private final Map<String, Boolean> entries = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
            return size() > MAX_ENTRIES;
        }
    };

    /** Notes that there was nothing to do for an instance, after all of it was read. */
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

    /** Notes that there is something to do for an instance. */
    void noteBusy(String instanceId) {
        synchronized (entries) {
            entries.remove(instanceId);
        }
    }

    /** Whether an instance is read without its journal first. */
    boolean isQuiet(String instanceId) {
        synchronized (entries) {
            return entries.get(instanceId) != null;
        }
    }
}
