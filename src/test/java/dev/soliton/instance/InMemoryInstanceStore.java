package dev.soliton.instance;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * An instance store in memory that is as strict as the real one: it checks each condition and each limit, writes all or
 * nothing, and gives every written row an ETag of its own.
 */
public final class InMemoryInstanceStore implements InstanceStore {
    private static final String INSTANCE = "instance";
    private static final int MAX_ROW_BYTES = 1024 * 1024;
    private static final int MAX_WRITE_BYTES = 4 * 1024 * 1024;

    private final Map<String, NavigableMap<String, Versioned<Object>>> partitions = new HashMap<>();
    private long writes;

    @Override
    public synchronized Optional<Versioned<InstanceRow>> find(String instanceId) {
        return Optional.ofNullable(rowsOf(instanceId).get(INSTANCE)).map(row -> cast(row, InstanceRow.class));
    }

    @Override
    public synchronized Optional<AnswerRow> findAnswer(String instanceId, String key) {
        return Optional.ofNullable(rowsOf(instanceId).get("key|" + key)).map(row -> (AnswerRow) row.row());
    }

    @Override
    public synchronized Partition load(String instanceId) {
        List<Versioned<Gate>> gates = new ArrayList<>();
        List<JournalRow> journal = new ArrayList<>();
        for (Versioned<Object> row : rowsOf(instanceId).values()) {
            if (row.row() instanceof Gate) {
                gates.add(cast(row, Gate.class));
            } else if (row.row() instanceof JournalRow events) {
                journal.add(events);
            }
        }
        return new Partition(gates, find(instanceId), journal);
    }

    @Override
    public synchronized WriteOutcome write(String instanceId, List<RowChange> changes) {
        checkLimits(instanceId, changes);
        NavigableMap<String, Versioned<Object>> rows = rowsOf(instanceId);
        for (RowChange change : changes) {
            if (!holds(change, rows.get(rowKey(change)))) {
                return new WriteOutcome.Conflict();
            }
        }
        String instanceEtag = "";
        for (RowChange change : changes) {
            Object row = rowOf(change);
            if (row == null) {
                rows.remove(rowKey(change));
                continue;
            }
            // Each row has its own, as in a real table: whoever mistakes one row's ETag for another's finds out.
            String etag = "W/\"" + ++writes + "\"";
            rows.put(rowKey(change), new Versioned<>(row, etag));
            if (row instanceof InstanceRow) {
                instanceEtag = etag;
            }
        }
        return new WriteOutcome.Written(instanceEtag);
    }

    /** Removes all rows of an instance, as a purge by hand does. */
    public synchronized void purge(String instanceId) {
        partitions.remove(instanceId);
    }

    private NavigableMap<String, Versioned<Object>> rowsOf(String instanceId) {
        return partitions.computeIfAbsent(instanceId, id -> new TreeMap<>());
    }

    private static <T> Versioned<T> cast(Versioned<Object> row, Class<T> type) {
        return new Versioned<>(type.cast(row.row()), row.etag());
    }

    private static boolean holds(RowChange change, @Nullable Versioned<Object> present) {
        if (change instanceof RowChange.ReplaceInstance replace) {
            return present != null && present.etag().equals(replace.etag());
        }
        if (change instanceof RowChange.DeleteGate delete) {
            return present != null && present.etag().equals(delete.etag());
        }
        return present == null;
    }

    private static String rowKey(RowChange change) {
        if (change instanceof RowChange.InsertGate insert) {
            return "gate|" + insert.gate().executionId();
        }
        if (change instanceof RowChange.DeleteGate delete) {
            return "gate|" + delete.executionId();
        }
        if (change instanceof RowChange.InsertJournal insert) {
            ExecutionKey key = insert.row().key();
            return String.format(
                    "journal|%s|%010d|%010d",
                    key.executionId(), key.generation(), insert.row().number());
        }
        if (change instanceof RowChange.InsertAnswer insert) {
            return "key|" + insert.row().key();
        }
        return INSTANCE;
    }

    private static @Nullable Object rowOf(RowChange change) {
        if (change instanceof RowChange.InsertInstance insert) {
            return insert.row();
        }
        if (change instanceof RowChange.ReplaceInstance replace) {
            return replace.row();
        }
        if (change instanceof RowChange.InsertGate insert) {
            return insert.gate();
        }
        if (change instanceof RowChange.InsertJournal insert) {
            return insert.row();
        }
        if (change instanceof RowChange.InsertAnswer insert) {
            return insert.row();
        }
        return null;
    }

    private static void checkLimits(String instanceId, List<RowChange> changes) {
        InstanceId.check(instanceId);
        if (changes.isEmpty() || changes.size() > MAX_CHANGES) {
            throw new IllegalArgumentException(
                    "A write has 1 to " + MAX_CHANGES + " changes, not " + changes.size() + ".");
        }
        Set<String> keys = new HashSet<>();
        long bytes = 0;
        for (RowChange change : changes) {
            if (!keys.add(rowKey(change))) {
                throw new IllegalArgumentException("A write changes a row once: " + rowKey(change));
            }
            Object row = rowOf(change);
            if (row == null) {
                continue;
            }
            if (!instanceIdOf(row, instanceId).equals(instanceId)) {
                throw new IllegalArgumentException("A row of another instance than " + instanceId + ": " + row);
            }
            String text = textOf(row);
            if (text.length() * 2L > MAX_ROW_BYTES) {
                throw new IllegalArgumentException("A row has at most 1 MiB: " + rowKey(change));
            }
            bytes += text.chars().mapToLong(InMemoryInstanceStore::bytesOf).sum();
        }
        if (bytes > MAX_WRITE_BYTES) {
            throw new IllegalArgumentException("A write has at most 4 MiB, not " + bytes + " bytes.");
        }
    }

    /** What the character takes in a request: control characters and surrogates are escaped. */
    private static long bytesOf(int character) {
        if (character < ' ' || Character.isSurrogate((char) character)) {
            return 6;
        }
        if (character == '"' || character == '\\') {
            return 2;
        }
        return character < 0x80 ? 1 : character < 0x800 ? 2 : 3;
    }

    private static String instanceIdOf(Object row, String otherwise) {
        if (row instanceof InstanceRow instance) {
            return instance.key().instanceId();
        }
        if (row instanceof JournalRow events) {
            return events.key().instanceId();
        }
        return row instanceof AnswerRow answer ? answer.instanceId() : otherwise;
    }

    /** About what a table would have to hold. */
    private static String textOf(Object row) {
        return row instanceof JournalRow events ? events.events() : row.toString();
    }
}
