package dev.soliton.azure;

import com.azure.data.tables.models.TableEntity;
import com.azure.data.tables.models.TableTransactionAction;
import com.azure.data.tables.models.TableTransactionActionType;
import dev.soliton.store.ExecutionKey;
import dev.soliton.store.Gate;
import dev.soliton.store.Incarnation;
import dev.soliton.store.InstanceRow;
import dev.soliton.store.JournalRow;
import dev.soliton.store.Ownership;
import dev.soliton.store.ParentTask;
import dev.soliton.store.PurgeableRow;
import dev.soliton.store.QueuedRun;
import dev.soliton.store.Receipt;
import dev.soliton.store.RowChange;
import dev.soliton.store.RuntimeStatus;
import dev.soliton.store.Versioned;
import dev.soliton.store.WaitingForJson;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The format of an instance's rows in the table.
 *
 * <p>The names of the rows sort in the order in which a turn reads them: {@code gate|…}, {@code grave|…},
 * {@code inbox|…}, {@code instance}, {@code journal|…}; the rows that a turn does not read, {@code key|…}, sort behind.
 *
 * <p>A gate is two rows, since its writes need two conditions. A tombstone must prevent the insert of the gate. And a
 * writer that touches the gate checks only that the row exists, so it must not find the tombstone there. So the
 * tombstone has a row of its own, and a live execution has a row in that place which is none.
 *
 * <p>The class is longer than 300 lines: it has the names and columns of all rows, so that the stored format can be read in one
 * place.
 */
final class InstanceEntities {
    static final String GATE = "gate|";
    static final String TOMBSTONE = "grave|";
    static final String INBOX = "inbox|";
    static final String INSTANCE = "instance";
    static final String JOURNAL = "journal|";
    static final String RECEIPT = "key|";

    /** Separates execution and incarnation in the name of a gate whose execution was rewound. */
    private static final String INCARNATION_SEPARATOR = "|";

    private static final String ETAG = "odata.etag";

    private InstanceEntities() {}

    /** The change as parts of a transaction. */
    static Stream<TableTransactionAction> actions(String instanceId, RowChange change) {
        if (change instanceof RowChange.InsertGate insert) {
            Gate gate = insert.gate();
            TableTransactionAction tombstone = create(new TableEntity(instanceId, TOMBSTONE + gate.executionId())
                    .addProperty("tombstone", gate.tombstone()));
            if (gate.tombstone()) {
                return Stream.of(tombstone);
            }
            TableTransactionAction own = create(gate(instanceId, gate.incarnation(), gate.queuedRun()));
            return keepsTombstoneOut(gate.incarnation()) ? Stream.of(own, tombstone) : Stream.of(own);
        }
        if (change instanceof RowChange.DeleteGate delete) {
            TableTransactionAction own = ifUnchanged(
                    TableTransactionActionType.DELETE,
                    new TableEntity(instanceId, gateKey(delete.incarnation())),
                    delete.etag());
            return keepsTombstoneOut(delete.incarnation())
                    ? Stream.of(
                            own,
                            delete(new TableEntity(
                                    instanceId, TOMBSTONE + delete.incarnation().executionId())))
                    : Stream.of(own);
        }
        return Stream.of(action(instanceId, change));
    }

    private static TableTransactionAction action(String instanceId, RowChange change) {
        if (change instanceof RowChange.InsertInstance insert) {
            return create(entity(insert.row()));
        }
        if (change instanceof RowChange.ReplaceInstance replace) {
            return ifUnchanged(TableTransactionActionType.UPDATE_REPLACE, entity(replace.row()), replace.etag());
        }
        if (change instanceof RowChange.DeleteInstance delete) {
            return ifUnchanged(TableTransactionActionType.DELETE, new TableEntity(instanceId, INSTANCE), delete.etag());
        }
        if (change instanceof RowChange.TouchGate touch) {
            // Merging nothing into a row changes nothing but its ETag.
            TableEntity gate = new TableEntity(instanceId, gateKey(touch.incarnation()));
            return touch.etag() == null
                    ? new TableTransactionAction(TableTransactionActionType.UPDATE_MERGE, gate)
                    : ifUnchanged(TableTransactionActionType.UPDATE_MERGE, gate, touch.etag());
        }
        if (change instanceof RowChange.QueueRun queue) {
            // Replaced if it is there, so that no column of the previous queued run is left.
            return new TableTransactionAction(
                    TableTransactionActionType.UPDATE_REPLACE, gate(instanceId, queue.incarnation(), queue.run()));
        }
        if (change instanceof RowChange.DeleteTombstone delete) {
            return delete(new TableEntity(instanceId, TOMBSTONE + delete.executionId()));
        }
        if (change instanceof RowChange.InsertInbox insert) {
            return create(InboxEntities.entity(instanceId, insert.row()));
        }
        if (change instanceof RowChange.DeleteInbox delete) {
            return delete(new TableEntity(instanceId, InboxEntities.rowKey(delete.executionId(), delete.key())));
        }
        if (change instanceof RowChange.InsertJournal insert) {
            return create(entity(insert.row()));
        }
        if (change instanceof RowChange.DeleteJournal delete) {
            ExecutionKey key = delete.key();
            return delete(new TableEntity(key.instanceId(), journalRowKey(key, delete.number())));
        }
        if (change instanceof RowChange.DeleteReceipt delete) {
            return delete(new TableEntity(instanceId, RECEIPT + delete.key()));
        }
        return create(entity(((RowChange.InsertReceipt) change).row()));
    }

    /** A rewound execution was started long ago, so no late start of it can arrive: there is nothing to hold free. */
    private static boolean keepsTombstoneOut(Incarnation incarnation) {
        return incarnation.rewinds() == 0;
    }

    private static String gateKey(Incarnation incarnation) {
        return GATE
                + incarnation.executionId()
                + (incarnation.rewinds() == 0 ? "" : INCARNATION_SEPARATOR + incarnation.rewinds());
    }

    private static Incarnation incarnation(TableEntity gate) {
        int rewinds = number(gate, "rewinds");
        int suffix = rewinds == 0 ? 0 : (INCARNATION_SEPARATOR + rewinds).length();
        String rowKey = gate.getRowKey();
        return new Incarnation(rowKey.substring(GATE.length(), rowKey.length() - suffix), rewinds);
    }

    private static TableEntity gate(String instanceId, Incarnation incarnation, @Nullable QueuedRun queuedRun) {
        TableEntity gate = new TableEntity(instanceId, gateKey(incarnation));
        if (incarnation.rewinds() > 0) {
            gate.addProperty("rewinds", incarnation.rewinds());
        }
        put(gate, queuedRun);
        return gate;
    }

    private static TableTransactionAction create(TableEntity entity) {
        EntitySize.check(entity);
        return new TableTransactionAction(TableTransactionActionType.CREATE, entity);
    }

    private static TableTransactionAction delete(TableEntity entity) {
        return new TableTransactionAction(TableTransactionActionType.DELETE, entity);
    }

    private static TableTransactionAction ifUnchanged(
            TableTransactionActionType type, TableEntity entity, String etag) {
        EntitySize.check(entity);
        // Without the third argument the client would send If-Match: *, and the condition would always hold.
        return new TableTransactionAction(type, entity.addProperty(ETAG, etag), true);
    }

    private static TableEntity entity(InstanceRow row) {
        TableEntity entity = new TableEntity(row.key().instanceId(), INSTANCE)
                .addProperty("executionId", row.key().executionId())
                .addProperty("generation", row.key().generation())
                .addProperty("runtimeStatus", row.status().displayName())
                .addProperty("fence", row.ownership().fence())
                .addProperty("journalRows", row.progress().journalRows())
                .addProperty("delivered", row.progress().delivered())
                .addProperty("commitId", row.commitId());
        EntityColumns.put(entity, "nextDue", row.progress().nextDue());
        if (row.progress().codeVersion() != null) {
            entity.addProperty("codeVersion", row.progress().codeVersion());
        }
        EntityColumns.put(entity, "startAt", row.startAt());
        EntityColumns.put(entity, "createdAt", row.createdAt());
        EntityColumns.put(entity, "updatedAt", row.updatedAt());
        EntityTexts.put(entity, "name", row.name());
        putParent(entity, row.parent());
        EntityTexts.put(entity, "owner", row.ownership().owner());
        EntityTexts.put(entity, "nonce", row.ownership().nonce());
        if (row.ownership().strikes() > 0) {
            entity.addProperty("strikes", row.ownership().strikes());
        }
        if (row.ownership().sharedStrikes() > 0) {
            entity.addProperty("sharedStrikes", row.ownership().sharedStrikes());
        }
        if (row.ownership().shared()) {
            entity.addProperty("shared", true);
        }
        EntityColumns.put(entity, "claimedAt", row.ownership().claimedAt());
        if (row.rewinds() > 0) {
            entity.addProperty("rewinds", row.rewinds());
        }
        InstanceRow.Values values = row.values();
        EntityColumns.put(entity, "input", values.input());
        EntityColumns.put(entity, "output", values.output());
        EntityColumns.put(entity, "failure", values.failure());
        EntityTexts.put(entity, "customStatus", values.customStatus());
        EntityTexts.put(entity, "reason", values.reason());
        if (values.waitingFor() != null) {
            EntityTexts.put(entity, "waitingFor", WaitingForJson.write(values.waitingFor()));
        }
        put(entity, row.queuedRun());
        return entity;
    }

    private static void put(TableEntity entity, @Nullable QueuedRun run) {
        if (run != null) {
            entity.addProperty("furtherAskId", run.askId());
            EntityTexts.put(entity, "furtherName", run.name());
            EntityColumns.put(entity, "furtherInput", run.input());
            EntityColumns.put(entity, "furtherStartAt", run.startAt());
            EntityColumns.put(entity, "furtherAskedAt", run.askedAt());
        }
    }

    private static @Nullable QueuedRun queuedRun(TableEntity entity) {
        return entity.getProperty("furtherAskId") == null
                ? null
                : new QueuedRun(
                        EntityColumns.text(entity, "furtherName"),
                        EntityColumns.payload(entity, "furtherInput"),
                        entity.getProperty("furtherStartAt") == null
                                ? null
                                : EntityColumns.time(entity, "furtherStartAt"),
                        EntityColumns.time(entity, "furtherAskedAt"),
                        EntityColumns.text(entity, "furtherAskId"));
    }

    private static void putParent(TableEntity entity, @Nullable ParentTask parent) {
        if (parent != null) {
            EntityTexts.put(entity, "parentInstanceId", parent.key().instanceId());
            entity.addProperty("parentExecutionId", parent.key().executionId())
                    .addProperty("parentGeneration", parent.key().generation())
                    .addProperty("parentTaskId", parent.taskId());
        }
    }

    private static TableEntity entity(Receipt receipt) {
        TableEntity entity = new TableEntity(receipt.instanceId(), RECEIPT + receipt.key())
                .addProperty("executionId", receipt.executionId());
        Receipt.Reply reply = receipt.reply();
        return reply == null
                ? entity
                : entity.addProperty("request", reply.request()).addProperty("outcome", reply.outcome());
    }

    private static TableEntity entity(JournalRow row) {
        ExecutionKey key = row.key();
        TableEntity entity = new TableEntity(key.instanceId(), journalRowKey(key, row.number()))
                .addProperty("executionId", key.executionId())
                .addProperty("generation", key.generation())
                .addProperty("number", row.number());
        EntityTexts.put(entity, "events", row.events());
        return entity;
    }

    private static String journalRowKey(ExecutionKey key, int number) {
        return String.format(Locale.ROOT, "%s%s|%010d|%010d", JOURNAL, key.executionId(), key.generation(), number);
    }

    static Versioned<InstanceRow> instance(TableEntity entity) {
        InstanceRow row = new InstanceRow(
                executionKey(entity),
                EntityColumns.text(entity, "name"),
                parent(entity),
                RuntimeStatus.of(EntityColumns.text(entity, "runtimeStatus")),
                new Ownership(
                        EntityTexts.get(entity, "owner"),
                        EntityTexts.get(entity, "nonce"),
                        EntityColumns.value(entity, "fence", Long.class),
                        number(entity, "strikes"),
                        number(entity, "sharedStrikes"),
                        Boolean.TRUE.equals(entity.getProperty("shared")),
                        entity.getProperty("claimedAt") == null ? null : EntityColumns.time(entity, "claimedAt")),
                new InstanceRow.Values(
                        EntityColumns.payload(entity, "input"),
                        EntityColumns.payload(entity, "output"),
                        EntityColumns.payload(entity, "failure"),
                        EntityTexts.get(entity, "customStatus"),
                        EntityTexts.get(entity, "reason"),
                        WaitingForJson.read(EntityTexts.get(entity, "waitingFor"))),
                new InstanceRow.Progress(
                        EntityColumns.value(entity, "journalRows", Integer.class),
                        number(entity, "delivered"),
                        entity.getProperty("nextDue") == null ? null : EntityColumns.time(entity, "nextDue"),
                        codeVersion(entity)),
                EntityColumns.time(entity, "createdAt"),
                EntityColumns.time(entity, "updatedAt"),
                EntityColumns.text(entity, "commitId"),
                entity.getProperty("startAt") == null ? null : EntityColumns.time(entity, "startAt"),
                queuedRun(entity),
                number(entity, "rewinds"));
        return new Versioned<>(row, entity.getETag());
    }

    /** The version of the code that runs an instance; null for none. */
    static @Nullable Integer codeVersion(TableEntity entity) {
        return entity.getProperty("codeVersion") == null
                ? null
                : EntityColumns.value(entity, "codeVersion", Integer.class);
    }

    /** An optional number: a row of an earlier version may lack it. */
    private static int number(TableEntity entity, String name) {
        return entity.getProperty(name) == null ? 0 : EntityColumns.value(entity, name, Integer.class);
    }

    private static @Nullable ParentTask parent(TableEntity entity) {
        String instanceId = EntityTexts.get(entity, "parentInstanceId");
        if (instanceId == null) {
            return null;
        }
        ExecutionKey key = new ExecutionKey(
                instanceId,
                EntityColumns.text(entity, "parentExecutionId"),
                EntityColumns.value(entity, "parentGeneration", Integer.class));
        return new ParentTask(key, EntityColumns.value(entity, "parentTaskId", Integer.class));
    }

    /** Reads a row whose key begins with {@link #GATE} or {@link #TOMBSTONE}: a gate, a tombstone, or nothing. */
    static Optional<Versioned<Gate>> gate(TableEntity entity) {
        String rowKey = entity.getRowKey();
        if (rowKey.startsWith(GATE)) {
            Gate gate = new Gate(incarnation(entity), false, queuedRun(entity));
            return Optional.of(new Versioned<>(gate, entity.getETag()));
        }
        return EntityColumns.value(entity, "tombstone", Boolean.class)
                ? Optional.of(new Versioned<>(new Gate(rowKey.substring(TOMBSTONE.length()), true), entity.getETag()))
                : Optional.empty();
    }

    static JournalRow journal(TableEntity entity) {
        return new JournalRow(
                executionKey(entity),
                EntityColumns.value(entity, "number", Integer.class),
                EntityColumns.text(entity, "events"));
    }

    /** The removal of a row; null for rows that no execution leaves behind. */
    static @Nullable PurgeableRow purgeableRow(TableEntity entity) {
        String rowKey = entity.getRowKey();
        Instant writtenAt = entity.getTimestamp().toInstant();
        if (rowKey.startsWith(TOMBSTONE)) {
            String executionId = rowKey.substring(TOMBSTONE.length());
            return EntityColumns.value(entity, "tombstone", Boolean.class)
                    ? new PurgeableRow(executionId, writtenAt, new RowChange.DeleteTombstone(executionId))
                    : null;
        }
        if (rowKey.startsWith(INBOX)) {
            String executionId = EntityColumns.text(entity, "executionId");
            String key = rowKey.substring(InboxEntities.rowKey(executionId, "").length());
            return new PurgeableRow(executionId, writtenAt, new RowChange.DeleteInbox(executionId, key));
        }
        if (rowKey.startsWith(JOURNAL)) {
            ExecutionKey key = executionKey(entity);
            int number = EntityColumns.value(entity, "number", Integer.class);
            return new PurgeableRow(key.executionId(), writtenAt, new RowChange.DeleteJournal(key, number));
        }
        if (rowKey.startsWith(RECEIPT)) {
            return new PurgeableRow(
                    EntityColumns.text(entity, "executionId"),
                    writtenAt,
                    new RowChange.DeleteReceipt(rowKey.substring(RECEIPT.length())));
        }
        return null;
    }

    static Receipt receipt(TableEntity entity) {
        return new Receipt(
                entity.getPartitionKey(),
                entity.getRowKey().substring(RECEIPT.length()),
                EntityColumns.text(entity, "executionId"),
                entity.getProperty("request") == null
                        ? null
                        : new Receipt.Reply(
                                EntityColumns.text(entity, "request"), EntityColumns.text(entity, "outcome")));
    }

    static ExecutionKey executionKey(TableEntity entity) {
        return new ExecutionKey(
                entity.getPartitionKey(),
                EntityColumns.text(entity, "executionId"),
                EntityColumns.value(entity, "generation", Integer.class));
    }
}
