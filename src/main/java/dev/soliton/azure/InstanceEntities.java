package dev.soliton.azure;

import com.azure.data.tables.models.TableEntity;
import com.azure.data.tables.models.TableTransactionAction;
import com.azure.data.tables.models.TableTransactionActionType;
import dev.soliton.instance.AnswerRow;
import dev.soliton.instance.ExecutionKey;
import dev.soliton.instance.Gate;
import dev.soliton.instance.InstanceRow;
import dev.soliton.instance.JournalRow;
import dev.soliton.instance.Ownership;
import dev.soliton.instance.Payload;
import dev.soliton.instance.RowChange;
import dev.soliton.instance.RuntimeStatus;
import dev.soliton.instance.Versioned;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * How the rows of an instance look in the table.
 *
 * <p>The names of the rows sort in the order in which a turn reads them: {@code gate|…}, {@code instance},
 * {@code journal|…}; what it does not read, {@code key|…}, sorts behind.
 *
 * <p>Times have the table's precision, 100 ns: what is finer is cut off when it is written.
 */
final class InstanceEntities {
    static final String GATE = "gate|";
    static final String INSTANCE = "instance";
    static final String JOURNAL = "journal|";
    static final String ANSWER = "key|";

    private static final String ETAG = "odata.etag";
    private static final int TABLE_TICK_NANOS = 100;

    private InstanceEntities() {}

    /** The change as part of a transaction. */
    static TableTransactionAction action(String instanceId, RowChange change) {
        if (change instanceof RowChange.InsertInstance insert) {
            return create(entity(insert.row()));
        }
        if (change instanceof RowChange.ReplaceInstance replace) {
            return ifUnchanged(TableTransactionActionType.UPDATE_REPLACE, entity(replace.row()), replace.etag());
        }
        if (change instanceof RowChange.InsertGate insert) {
            return create(new TableEntity(instanceId, GATE + insert.gate().executionId())
                    .addProperty("tombstone", insert.gate().tombstone()));
        }
        if (change instanceof RowChange.DeleteGate delete) {
            TableEntity gate = new TableEntity(instanceId, GATE + delete.executionId());
            return ifUnchanged(TableTransactionActionType.DELETE, gate, delete.etag());
        }
        if (change instanceof RowChange.InsertJournal insert) {
            return create(entity(insert.row()));
        }
        AnswerRow answer = ((RowChange.InsertAnswer) change).row();
        return create(new TableEntity(answer.instanceId(), ANSWER + answer.key())
                .addProperty("executionId", answer.executionId()));
    }

    private static TableTransactionAction create(TableEntity entity) {
        EntitySize.check(entity);
        return new TableTransactionAction(TableTransactionActionType.CREATE, entity);
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
                .addProperty("createdAt", time(row.createdAt()))
                .addProperty("updatedAt", time(row.updatedAt()))
                .addProperty("journalRows", row.journalRows())
                .addProperty("commitId", row.commitId());
        EntityTexts.put(entity, "name", row.name());
        EntityTexts.put(entity, "owner", row.ownership().owner());
        EntityTexts.put(entity, "nonce", row.ownership().nonce());
        EntityTexts.put(entity, "ownerMessage", row.ownership().message());
        InstanceRow.Values values = row.values();
        put(entity, "input", values.input());
        put(entity, "output", values.output());
        put(entity, "failure", values.failure());
        EntityTexts.put(entity, "customStatus", values.customStatus());
        EntityTexts.put(entity, "reason", values.reason());
        return entity;
    }

    private static void put(TableEntity entity, String name, @Nullable Payload payload) {
        if (payload instanceof Payload.Inline inline) {
            EntityTexts.put(entity, name, inline.json());
        } else if (payload instanceof Payload.Stored stored) {
            EntityTexts.put(entity, name + "Blob", stored.name());
        }
    }

    private static TableEntity entity(JournalRow row) {
        ExecutionKey key = row.key();
        String rowKey = String.format(
                Locale.ROOT, "%s%s|%010d|%010d", JOURNAL, key.executionId(), key.generation(), row.number());
        TableEntity entity = new TableEntity(key.instanceId(), rowKey)
                .addProperty("executionId", key.executionId())
                .addProperty("generation", key.generation())
                .addProperty("number", row.number());
        EntityTexts.put(entity, "events", row.events());
        return entity;
    }

    static Versioned<InstanceRow> instance(TableEntity entity) {
        InstanceRow row = new InstanceRow(
                executionKey(entity),
                text(entity, "name"),
                RuntimeStatus.of(text(entity, "runtimeStatus")),
                new Ownership(
                        EntityTexts.get(entity, "owner"),
                        EntityTexts.get(entity, "nonce"),
                        EntityTexts.get(entity, "ownerMessage"),
                        value(entity, "fence", Long.class)),
                new InstanceRow.Values(
                        payload(entity, "input"),
                        payload(entity, "output"),
                        payload(entity, "failure"),
                        EntityTexts.get(entity, "customStatus"),
                        EntityTexts.get(entity, "reason")),
                value(entity, "createdAt", OffsetDateTime.class).toInstant(),
                value(entity, "updatedAt", OffsetDateTime.class).toInstant(),
                value(entity, "journalRows", Integer.class),
                text(entity, "commitId"));
        return new Versioned<>(row, entity.getETag());
    }

    static Versioned<Gate> gate(TableEntity entity) {
        Gate gate = new Gate(entity.getRowKey().substring(GATE.length()), value(entity, "tombstone", Boolean.class));
        return new Versioned<>(gate, entity.getETag());
    }

    static JournalRow journal(TableEntity entity) {
        return new JournalRow(executionKey(entity), value(entity, "number", Integer.class), text(entity, "events"));
    }

    static AnswerRow answer(TableEntity entity) {
        return new AnswerRow(
                entity.getPartitionKey(), entity.getRowKey().substring(ANSWER.length()), text(entity, "executionId"));
    }

    private static ExecutionKey executionKey(TableEntity entity) {
        return new ExecutionKey(
                entity.getPartitionKey(), text(entity, "executionId"), value(entity, "generation", Integer.class));
    }

    private static @Nullable Payload payload(TableEntity entity, String name) {
        String inline = EntityTexts.get(entity, name);
        if (inline != null) {
            return new Payload.Inline(inline);
        }
        String stored = EntityTexts.get(entity, name + "Blob");
        return stored == null ? null : new Payload.Stored(stored);
    }

    private static String text(TableEntity entity, String name) {
        String text = EntityTexts.get(entity, name);
        if (text == null) {
            throw incomplete(entity, name);
        }
        return text;
    }

    private static <T> T value(TableEntity entity, String name, Class<T> type) {
        Object value = entity.getProperty(name);
        if (!type.isInstance(value)) {
            throw incomplete(entity, name);
        }
        return type.cast(value);
    }

    private static IllegalStateException incomplete(TableEntity entity, String name) {
        return new IllegalStateException("The row " + entity.getRowKey() + " of instance " + entity.getPartitionKey()
                + " has no proper " + name + ".");
    }

    private static OffsetDateTime time(Instant instant) {
        OffsetDateTime time = instant.atOffset(ZoneOffset.UTC);
        return time.withNano(time.getNano() / TABLE_TICK_NANOS * TABLE_TICK_NANOS);
    }
}
