package dev.soliton.bench;

import com.azure.core.util.Context;
import com.azure.data.tables.TableClient;
import com.azure.data.tables.models.ListEntitiesOptions;
import com.azure.data.tables.models.TableEntity;
import com.azure.data.tables.models.TableTransactionAction;
import com.azure.data.tables.models.TableTransactionActionType;
import com.azure.storage.queue.QueueClient;
import com.azure.storage.queue.models.QueueMessageItem;
import dev.soliton.azure.StorageAccount;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The calls to the storage that Soliton cannot do without, by the same clients, and nothing around them: nobody looks at
 * what is answered. The rows have the columns that Soliton's have, of about the same length. Writes ask for no ETag,
 * since the clients do not say which ETags there are.
 */
final class BareSide implements Side {
    private static final Duration NEVER = Duration.ofSeconds(-1);
    private static final String FIRST_EVENTS =
            "[{\"type\":\"ExecutionStarted\",\"at\":\"2026-01-01T00:00:00.000000Z\"},"
                    + "{\"type\":\"TaskScheduled\",\"id\":0,\"name\":\"Say\",\"input\":{\"json\":\"\\\"City 0\\\"\"},"
                    + "\"at\":\"2026-01-01T00:00:00.000000Z\"}]";
    private static final String EVENTS = "[{\"type\":\"TaskCompleted\",\"id\":0,"
            + "\"result\":{\"json\":\"\\\"Hello City 0!\\\"\"},\"at\":\"2026-01-01T00:00:00.000000Z\"},"
            + "{\"type\":\"TaskScheduled\",\"id\":1,\"name\":\"Say\",\"input\":{\"json\":\"\\\"City 1\\\"\"},"
            + "\"at\":\"2026-01-01T00:00:00.000000Z\"}]";
    private static final String LAST_EVENTS = "[{\"type\":\"TaskCompleted\",\"id\":4,"
            + "\"result\":{\"json\":\"\\\"Hello City 4!\\\"\"},\"at\":\"2026-01-01T00:00:00.000000Z\"},"
            + "{\"type\":\"ExecutionCompleted\",\"status\":\"COMPLETED\",\"at\":\"2026-01-01T00:00:00.000000Z\"}]";
    private static final String STARTED_EVENT =
            "[{\"type\":\"ExecutionStarted\",\"at\":\"2026-01-01T00:00:00.000000Z\"}]";
    private static final String OUTPUT =
            "[\"Hello City 0!\",\"Hello City 1!\",\"Hello City 2!\",\"Hello City 3!\",\"Hello City 4!\"]";

    private final TableClient table;
    private final QueueClient queue;
    private final String owner = UUID.randomUUID().toString();
    private final Map<String, String> executions = new ConcurrentHashMap<>();

    BareSide(StorageAccount account, String hub) {
        table = account.tables().getTableClient(hub + "Instances");
        queue = account.queues().getQueueClient(hub + "-orchestrations");
    }

    private static TableTransactionAction create(TableEntity entity) {
        return new TableTransactionAction(TableTransactionActionType.CREATE, entity);
    }

    private static TableTransactionAction replace(TableEntity entity) {
        return new TableTransactionAction(TableTransactionActionType.UPDATE_REPLACE, entity);
    }

    private static TableTransactionAction touch(TableEntity entity) {
        return new TableTransactionAction(TableTransactionActionType.UPDATE_MERGE, entity);
    }

    private static TableTransactionAction delete(String instanceId, String rowKey) {
        return new TableTransactionAction(TableTransactionActionType.DELETE, new TableEntity(instanceId, rowKey));
    }

    private static TableEntity instance(String instanceId, String execution, String status, int journalRows) {
        OffsetDateTime now = OffsetDateTime.now(ZoneOffset.UTC);
        return new TableEntity(instanceId, "instance")
                .addProperty("executionId", execution)
                .addProperty("generation", 0)
                .addProperty("runtimeStatus", status)
                .addProperty("fence", System.currentTimeMillis())
                .addProperty("journalRows", journalRows)
                .addProperty("delivered", 0)
                .addProperty("commitId", UUID.randomUUID().toString())
                .addProperty("createdAt", now)
                .addProperty("updatedAt", now)
                .addProperty("name", "Hello")
                .addProperty("input", "1");
    }

    private TableEntity owned(String instanceId, String execution, int journalRows) {
        return instance(instanceId, execution, "Running", journalRows)
                .addProperty("owner", owner)
                .addProperty("nonce", owner);
    }

    private static TableEntity journal(String instanceId, String execution, int generation, int number, String events) {
        return new TableEntity(instanceId, "journal|" + execution + String.format("|%010d|%010d", generation, number))
                .addProperty("executionId", execution)
                .addProperty("generation", generation)
                .addProperty("number", number)
                .addProperty("events", events);
    }

    private static TableEntity gate(String instanceId, String execution) {
        return new TableEntity(instanceId, "gate|" + execution);
    }

    private static String partition(String instanceId) {
        return "PartitionKey eq '" + instanceId + "' and ";
    }

    private List<TableEntity> read(String filter) {
        return table.listEntities(new ListEntitiesOptions().setFilter(filter), null, null).stream()
                .toList();
    }

    private void readRow(String instanceId) {
        read(partition(instanceId) + "RowKey eq 'instance'");
    }

    private void put(String instanceId, String execution, String reason, String more) {
        String text = "{\"instanceId\":\"" + instanceId + "\",\"executionId\":\"" + execution + "\",\"reason\":\""
                + reason + "\"" + more + "}";
        queue.sendMessageWithResponse(text, Duration.ZERO, NEVER, null, Context.NONE);
    }

    @Override
    public void start(String instanceId) {
        readRow(instanceId);
        String execution = UUID.randomUUID().toString();
        put(instanceId, execution, "start", ",\"base\":{\"etag\":\"\"}");
        table.submitTransaction(List.of(
                create(instance(instanceId, execution, "Pending", 0)),
                create(gate(instanceId, execution)),
                create(new TableEntity(instanceId, "grave|" + execution).addProperty("tombstone", false)),
                create(new TableEntity(instanceId, "key|" + execution).addProperty("executionId", execution))));
    }

    @Override
    public void startAgain(String instanceId) {
        readRow(instanceId);
    }

    @Override
    public void status(String instanceId) {
        readRow(instanceId);
    }

    /** Learns which execution is there, as who started it knows. */
    void know(String instanceId) {
        String key = read(partition(instanceId) + "RowKey ge 'gate' and RowKey lt 'grave'")
                .get(0)
                .getRowKey();
        executions.put(instanceId, key.substring("gate|".length()));
    }

    @Override
    public void raise(String instanceId) {
        String execution = executions.getOrDefault(instanceId, "");
        long sequence = System.currentTimeMillis() * 1_000;
        table.submitTransaction(List.of(
                create(new TableEntity(
                                instanceId,
                                "inbox|" + execution + String.format("|%020d-", sequence) + UUID.randomUUID())
                        .addProperty("executionId", execution)
                        .addProperty("sequence", sequence)
                        .addProperty("kind", "event")
                        .addProperty("name", "add")
                        .addProperty("value", "1")),
                touch(gate(instanceId, execution))));
        put(instanceId, execution, "wake", "");
    }

    @Override
    public Taken take() {
        QueueMessageItem item = SolitonSide.receive(queue);
        return new Taken(part(item, 3), item);
    }

    /** What stands in a message between its how many-th quotation mark and the next. */
    private static String part(QueueMessageItem item, int number) {
        return item.getBody().toString().split("\"", number + 2)[number];
    }

    @Override
    public void handle(Taken message) {
        String instanceId = message.instanceId();
        String execution = part(message.item(), 7);
        List<TableEntity> rows = read(partition(instanceId) + "RowKey ge 'gate' and RowKey lt 'key'");
        if (part(message.item(), 11).equals("start")) {
            hello(instanceId, execution);
        } else {
            takeIn(instanceId, execution, rows);
        }
        queue.deleteMessage(message.item().getMessageId(), message.item().getPopReceipt());
    }

    private void hello(String instanceId, String execution) {
        table.submitTransaction(List.of(replace(owned(instanceId, execution, 0))));
        for (int i = 0; i < 5; i++) {
            table.submitTransaction(List.of(
                    replace(owned(instanceId, execution, i + 1)),
                    create(journal(instanceId, execution, 0, i, i == 0 ? FIRST_EVENTS : EVENTS))));
        }
        table.submitTransaction(List.of(
                replace(instance(instanceId, execution, "Completed", 6).addProperty("output", OUTPUT)),
                create(journal(instanceId, execution, 0, 5, LAST_EVENTS)),
                delete(instanceId, "gate|" + execution),
                delete(instanceId, "grave|" + execution)));
    }

    private void takeIn(String instanceId, String execution, List<TableEntity> rows) {
        List<TableTransactionAction> changes = new ArrayList<>();
        int generation = 0;
        for (TableEntity row : rows) {
            if (row.getRowKey().startsWith("inbox|") || row.getRowKey().startsWith("journal|")) {
                changes.add(delete(instanceId, row.getRowKey()));
            }
            if (row.getProperty("generation") instanceof Integer number) {
                generation = number + 1;
            }
        }
        changes.add(replace(instance(instanceId, execution, "Running", 1).addProperty("generation", generation)));
        changes.add(create(journal(instanceId, execution, generation, 0, STARTED_EVENT)));
        changes.add(touch(gate(instanceId, execution)));
        table.submitTransaction(changes);
    }

    @Override
    public void close() {
        // It has nothing of its own.
    }
}
