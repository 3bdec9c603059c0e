package dev.soliton.azure;

import com.azure.core.exception.HttpResponseException;
import com.azure.core.http.rest.PagedIterable;
import com.azure.core.http.rest.PagedResponse;
import com.azure.data.tables.TableClient;
import com.azure.data.tables.models.ListEntitiesOptions;
import com.azure.data.tables.models.TableEntity;
import dev.soliton.store.ExecutionKey;
import dev.soliton.store.RuntimeStatus;
import dev.soliton.store.StorageException;
import dev.soliton.store.StuckScan;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Iterator;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The search of all instances in an Azure table: a query, which the service answers every 5 s with what it has found.
 */
public final class TableStuckScan implements StuckScan {
    private static final String PENDING = RuntimeStatus.PENDING.displayName();

    private final TableClient table;

    /**
     * Creates the search of a hub.
     *
     * @param hub the prefix of the table's name
     */
    public TableStuckScan(StorageAccount account, String hub) {
        table = account.tables().getTableClient(hub + "Instances");
    }

    @Override
    public @Nullable String scan(Instant before, @Nullable String from, Consumer<Found> finder) {
        String time = "datetime'" + before.truncatedTo(ChronoUnit.SECONDS) + "'";
        // A comparison with a column that a row does not have is false.
        ListEntitiesOptions options = new ListEntitiesOptions()
                .setFilter("(RowKey eq '" + InstanceEntities.INSTANCE + "' and (owner gt '' or nextDue lt " + time
                        + " or (runtimeStatus eq '" + PENDING + "' and Timestamp lt " + time + ")))"
                        + " or (RowKey ge '" + InstanceEntities.INBOX + "' and RowKey lt '"
                        + after(InstanceEntities.INBOX)
                        + "' and Timestamp lt " + time + ")")
                .setSelect(List.of("PartitionKey", "RowKey", "executionId", "owner", "runtimeStatus", "nextDue"));
        try {
            PagedIterable<TableEntity> rows = table.listEntities(options, null, null);
            Iterator<PagedResponse<TableEntity>> pages =
                    (from == null ? rows.iterableByPage() : rows.iterableByPage(from)).iterator();
            if (!pages.hasNext()) {
                return null;
            }
            PagedResponse<TableEntity> page = pages.next();
            page.getValue().forEach(row -> {
                // A row that cannot be read must not hide the others.
                EntityColumns.tryRead(row, read -> isDelayed(read, before))
                        .filter(delayed -> !delayed)
                        .flatMap(due -> EntityColumns.tryRead(row, TableStuckScan::found))
                        .ifPresent(finder);
            });
            return page.getContinuationToken();
        } catch (StorageException ofTheFinder) {
            throw ofTheFinder;
        } catch (HttpResponseException e) {
            if (StorageFailures.isWithoutTable(e)) {
                return null;
            }
            throw StorageFailures.of("Looking for instances that stand still", e);
        } catch (RuntimeException e) {
            throw StorageFailures.of("Looking for instances that stand still", e);
        }
    }

    /** Whether the row is of an instance that is accepted, and begins later. */
    private static boolean isDelayed(TableEntity row, Instant before) {
        return PENDING.equals(row.getProperty("runtimeStatus"))
                && row.getProperty("owner") == null
                && row.getProperty("nextDue") != null
                && !EntityColumns.time(row, "nextDue").isBefore(before);
    }

    private static Found found(TableEntity row) {
        ExecutionKey key = new ExecutionKey(row.getPartitionKey(), EntityColumns.text(row, "executionId"), 0);
        return new Found(key, owner(row), row.getRowKey().startsWith(InstanceEntities.INBOX));
    }

    private static @Nullable String owner(TableEntity row) {
        return row.getProperty("owner") instanceof String owner ? owner : null;
    }

    /** The first key behind all keys with that prefix. */
    private static String after(String prefix) {
        int last = prefix.length() - 1;
        return prefix.substring(0, last) + (char) (prefix.charAt(last) + 1);
    }
}
