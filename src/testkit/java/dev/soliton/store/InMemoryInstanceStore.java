package dev.soliton.store;

import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * An instance store in memory that is as strict as the real one: it checks each condition and each limit, writes all or
 * nothing, and gives every written row an ETag of its own.
 */
public final class InMemoryInstanceStore implements InstanceStore {
    private static final String INSTANCE = "instance";
    private static final int MAX_ROW_BYTES = 1024 * 1024;
    private static final int MAX_WRITE_BYTES = 4 * 1024 * 1024;

    private final Map<String, NavigableMap<String, Stored>> partitions = new HashMap<>();
    private final InstantSource clock;
    private Instant lastWrite = Instant.MIN;
    private long writes;
    private int inboxPart = Integer.MAX_VALUE;

    /** A row with what the store adds to it. */
    private record Stored(Object row, String etag, Instant at) {
        <T> Versioned<T> as(Class<T> type) {
            return new Versioned<>(type.cast(row), etag);
        }
    }

    /** A store whose own clock goes on by a microsecond with each write. */
    public InMemoryInstanceStore() {
        AtomicLong micros = new AtomicLong();
        this.clock = () -> Instant.EPOCH.plus(micros.incrementAndGet(), ChronoUnit.MICROS);
    }

    /**
     * A store whose clock is set from outside.
     *
     * @param clock tells when rows arrive; where it goes back, the store's time stands still
     */
    public InMemoryInstanceStore(InstantSource clock) {
        this.clock = clock;
    }

    /** Lets reads see only so many rows of an inbox at a time, the first to arrive, as if the rest came meanwhile. */
    public synchronized void readInboxInPartsOf(int rows) {
        inboxPart = rows;
    }

    @Override
    public Instant serviceTime() {
        return clock.instant();
    }

    @Override
    public synchronized Optional<Versioned<InstanceRow>> findRow(String instanceId) {
        return Optional.ofNullable(rowsOf(instanceId).get(INSTANCE)).map(row -> row.as(InstanceRow.class));
    }

    @Override
    public synchronized Optional<Receipt> findReceipt(String instanceId, String key) {
        return Optional.ofNullable(rowsOf(instanceId).get("key|" + key)).map(row -> (Receipt) row.row());
    }

    @Override
    public synchronized Partition load(String instanceId) {
        return read(instanceId, true);
    }

    @Override
    public synchronized Partition loadWithoutJournal(String instanceId) {
        return read(instanceId, false);
    }

    private Partition read(String instanceId, boolean withJournal) {
        List<Versioned<Gate>> gates = new ArrayList<>();
        List<InboxEntry> inbox = new ArrayList<>();
        List<JournalRow> journal = new ArrayList<>();
        NavigableMap<String, Stored> rows = rowsOf(instanceId).headMap(withJournal ? "key|" : "journal|", false);
        for (Stored stored : rows.values()) {
            if (stored.row() instanceof Gate) {
                gates.add(stored.as(Gate.class));
            } else if (stored.row() instanceof InboxRow row) {
                inbox.add(new InboxEntry(row, stored.at()));
            } else if (stored.row() instanceof JournalRow events) {
                journal.add(events);
            }
        }
        // What executions have left that have no gate, or a tombstone, is nothing that comes meanwhile: it takes no
        // place
        // of what does.
        Set<String> live = gates.stream()
                .filter(gate -> !gate.row().tombstone())
                .map(gate -> gate.row().executionId())
                .collect(Collectors.toSet());
        Set<InboxEntry> shown = inbox.stream()
                .filter(entry -> live.contains(entry.row().executionId()))
                .sorted(InboxEntry.ORDER)
                .limit(inboxPart)
                .collect(Collectors.toSet());
        List<InboxEntry> part = inbox.stream()
                .filter(entry ->
                        shown.contains(entry) || !live.contains(entry.row().executionId()))
                .sorted(InboxEntry.ORDER)
                .toList();
        return new Partition(gates, part, part.size() == inbox.size(), findRow(instanceId), journal);
    }

    @Override
    public synchronized WriteOutcome write(String instanceId, List<RowChange> changes) {
        checkLimits(instanceId, changes);
        NavigableMap<String, Stored> rows = rowsOf(instanceId);
        for (RowChange change : changes) {
            if (!holds(change, rows.get(rowKey(change)))) {
                return new WriteOutcome.Conflict();
            }
        }
        Instant now = clock.instant();
        lastWrite = now.isBefore(lastWrite) ? lastWrite : now;
        String instanceEtag = "";
        String gateEtag = "";
        for (RowChange change : changes) {
            Object row = rowAfter(change, rows.get(rowKey(change)));
            if (row == null) {
                rows.remove(rowKey(change));
                continue;
            }
            // Each row has its own, as in a real table: whoever mistakes one row's ETag for another's finds out.
            String etag = "W/\"" + ++writes + "\"";
            rows.put(rowKey(change), new Stored(row, etag, lastWrite));
            if (row instanceof InstanceRow) {
                instanceEtag = etag;
            } else if (row instanceof Gate gate && !gate.tombstone()) {
                gateEtag = etag;
            }
        }
        return new WriteOutcome.Written(instanceEtag, gateEtag);
    }

    /** What is left of executions, see {@link InstanceCatalog#purgeableRows}. */
    public synchronized List<PurgeableRow> remnants(String instanceId) {
        List<PurgeableRow> remnants = new ArrayList<>();
        for (Stored stored : rowsOf(instanceId).values()) {
            if (stored.row() instanceof Gate gate && gate.tombstone()) {
                RowChange removal = new RowChange.DeleteTombstone(gate.executionId());
                remnants.add(new PurgeableRow(gate.executionId(), stored.at(), removal));
            } else if (stored.row() instanceof InboxRow row) {
                RowChange removal = new RowChange.DeleteInbox(row.executionId(), row.key());
                remnants.add(new PurgeableRow(row.executionId(), stored.at(), removal));
            } else if (stored.row() instanceof JournalRow row) {
                RowChange removal = new RowChange.DeleteJournal(row.key(), row.number());
                remnants.add(new PurgeableRow(row.key().executionId(), stored.at(), removal));
            } else if (stored.row() instanceof Receipt row) {
                remnants.add(new PurgeableRow(row.executionId(), stored.at(), new RowChange.DeleteReceipt(row.key())));
            }
        }
        return remnants;
    }

    /** The rows of all instances, in the order of their IDs. */
    public synchronized List<InstanceRow> instances() {
        return new TreeMap<>(partitions)
                .values().stream()
                        .map(rows -> rows.get(INSTANCE))
                        .filter(Objects::nonNull)
                        .map(row -> (InstanceRow) row.row())
                        .toList();
    }

    /** The IDs under which there are rows. */
    public synchronized List<String> instanceIds() {
        return List.copyOf(new TreeMap<>(partitions).keySet());
    }

    /** Removes all rows of an instance, as a purge by hand does. */
    public synchronized void purge(String instanceId) {
        partitions.remove(instanceId);
    }

    /**
     * A row as it lies in the table.
     *
     * @param row a gate, a row of the inbox or the journal, an answer, or the instance
     * @param at when it was written
     */
    public record Kept(Object row, String etag, Instant at) {}

    /** All rows of an instance. */
    public synchronized List<Kept> rows(String instanceId) {
        return rowsOf(instanceId).values().stream()
                .map(stored -> new Kept(stored.row(), stored.etag(), stored.at()))
                .toList();
    }

    /** The keys of all rows of an instance. */
    public synchronized List<String> keys(String instanceId) {
        return List.copyOf(rowsOf(instanceId).keySet());
    }

    private NavigableMap<String, Stored> rowsOf(String instanceId) {
        return partitions.computeIfAbsent(instanceId, id -> new TreeMap<>());
    }

    private static boolean holds(RowChange change, @Nullable Stored present) {
        if (change instanceof RowChange.ReplaceInstance replace) {
            return present != null && present.etag().equals(replace.etag());
        }
        if (change instanceof RowChange.DeleteInstance delete) {
            return present != null && present.etag().equals(delete.etag());
        }
        if (change instanceof RowChange.TouchGate touch) {
            return isGate(present, touch.etag());
        }
        if (change instanceof RowChange.QueueRun) {
            return isGate(present, null);
        }
        if (change instanceof RowChange.DeleteGate delete) {
            return isGate(present, delete.etag());
        }
        if (change instanceof RowChange.DeleteTombstone) {
            return present != null && present.row() instanceof Gate gate && gate.tombstone();
        }
        if (change instanceof RowChange.DeleteInbox
                || change instanceof RowChange.DeleteJournal
                || change instanceof RowChange.DeleteReceipt) {
            return present != null;
        }
        return present == null;
    }

    private static boolean isGate(@Nullable Stored present, @Nullable String etag) {
        return present != null
                && present.row() instanceof Gate gate
                && !gate.tombstone()
                && (etag == null || present.etag().equals(etag));
    }

    private static String rowKey(RowChange change) {
        if (change instanceof RowChange.InsertGate insert) {
            return gateKey(insert.gate().incarnation());
        }
        if (change instanceof RowChange.TouchGate touch) {
            return gateKey(touch.incarnation());
        }
        if (change instanceof RowChange.QueueRun queue) {
            return gateKey(queue.incarnation());
        }
        if (change instanceof RowChange.DeleteGate delete) {
            return gateKey(delete.incarnation());
        }
        if (change instanceof RowChange.DeleteTombstone delete) {
            return "gate|" + delete.executionId();
        }
        if (change instanceof RowChange.InsertInbox insert) {
            return "inbox|" + insert.row().executionId() + "|" + insert.row().key();
        }
        if (change instanceof RowChange.DeleteInbox delete) {
            return "inbox|" + delete.executionId() + "|" + delete.key();
        }
        if (change instanceof RowChange.InsertJournal insert) {
            return journalKey(insert.row().key(), insert.row().number());
        }
        if (change instanceof RowChange.DeleteJournal delete) {
            return journalKey(delete.key(), delete.number());
        }
        if (change instanceof RowChange.InsertReceipt insert) {
            return "key|" + insert.row().key();
        }
        if (change instanceof RowChange.DeleteReceipt delete) {
            return "key|" + delete.key();
        }
        return INSTANCE;
    }

    private static String gateKey(Incarnation incarnation) {
        return "gate|" + incarnation.executionId() + (incarnation.rewinds() == 0 ? "" : "|" + incarnation.rewinds());
    }

    private static String journalKey(ExecutionKey key, int number) {
        return "journal|" + key.executionId() + "|" + inOrder(key.generation()) + "|" + inOrder(number);
    }

    private static String inOrder(int number) {
        String digits = Integer.toString(number);
        return "0".repeat(10 - digits.length()) + digits;
    }

    /** What a change leaves where that row was; null for nothing. */
    private static @Nullable Object rowAfter(RowChange change, @Nullable Stored present) {
        return change instanceof RowChange.TouchGate && present != null ? present.row() : rowOf(change);
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
        if (change instanceof RowChange.QueueRun queue) {
            return new Gate(queue.incarnation(), false, queue.run());
        }
        if (change instanceof RowChange.InsertInbox insert) {
            return insert.row();
        }
        if (change instanceof RowChange.InsertJournal insert) {
            return insert.row();
        }
        if (change instanceof RowChange.InsertReceipt insert) {
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
            if (change instanceof RowChange.DeleteJournal delete
                    && !delete.key().instanceId().equals(instanceId)) {
                throw new IllegalArgumentException("A row of another instance than " + instanceId + ": " + delete);
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
            for (int i = 0; i < text.length(); i++) {
                bytes += bytesOf(text.charAt(i));
            }
        }
        if (bytes > MAX_WRITE_BYTES) {
            throw new IllegalArgumentException("A write has at most 4 MiB, not " + bytes + " bytes.");
        }
    }

    /** What the character takes in a request: control characters and surrogates are escaped. */
    private static int bytesOf(char character) {
        if (character < ' ' || Character.isSurrogate(character)) {
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
        return row instanceof Receipt receipt ? receipt.instanceId() : otherwise;
    }

    /** About what a table would have to hold. */
    private static String textOf(Object row) {
        if (row instanceof InstanceRow instance) {
            InstanceRow.Values values = instance.values();
            StringBuilder text = new StringBuilder(instance.name());
            for (Payload payload : Arrays.asList(values.input(), values.output(), values.failure())) {
                text.append(payload instanceof Payload.Inline inline ? inline.json() : "");
            }
            return text.append(values.customStatus()).append(values.reason()).toString();
        }
        return row instanceof JournalRow events ? events.events() : row.toString();
    }
}
