package dev.soliton.azure;

import com.azure.core.exception.HttpResponseException;
import com.azure.core.http.rest.PagedResponse;
import com.azure.data.tables.TableClient;
import com.azure.data.tables.models.ListEntitiesOptions;
import com.azure.data.tables.models.TableEntity;
import com.azure.data.tables.models.TableErrorCode;
import com.azure.data.tables.models.TableServiceException;
import com.azure.data.tables.models.TableTransactionAction;
import com.azure.data.tables.models.TableTransactionActionType;
import com.azure.data.tables.models.TableTransactionFailedException;
import dev.soliton.store.InstanceRow;
import dev.soliton.store.InstanceStore;
import dev.soliton.store.InvalidWriteException;
import dev.soliton.store.Partition;
import dev.soliton.store.Receipt;
import dev.soliton.store.RowChange;
import dev.soliton.store.Versioned;
import dev.soliton.store.WriteOutcome;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The instance store in an Azure table. An instance is a partition, a write is an entity group transaction.
 *
 * <p>The table is created by the first write that misses it; until then there is nothing to read.
 *
 * <p>A row is read by a query for both its keys, which costs the service as much as a direct read. A direct read that
 * misses would answer 404, which the client logs as an error, and would need the key in the path of a URL, which does
 * not allow every character.
 */
public final class TableInstanceStore implements InstanceStore {
    /** The service's answers to a part whose condition does not hold: no such row, already there, changed since. */
    private static final Set<Integer> CONFLICTS = Set.of(404, 409, 412);

    private static final int INVALID = 400;

    private final StorageAccount account;
    private final TableClient table;

    /**
     * Creates the store of a hub.
     *
     * @param hub the prefix of the table's name
     */
    public TableInstanceStore(StorageAccount account, String hub) {
        this.account = account;
        table = account.tables().getTableClient(hub + "Instances");
    }

    @Override
    public Instant serviceTime() {
        return account.now();
    }

    @Override
    public Optional<Versioned<InstanceRow>> findRow(String instanceId) {
        return first("Reading instance '" + instanceId + "'", instanceId, InstanceEntities.INSTANCE)
                .map(row -> EntityColumns.read(row, InstanceEntities::instance));
    }

    @Override
    public Optional<Receipt> findReceipt(String instanceId, String key) {
        return first("Reading an answer of instance '" + instanceId + "'", instanceId, InstanceEntities.RECEIPT + key)
                .map(row -> EntityColumns.read(row, InstanceEntities::receipt));
    }

    @Override
    public Partition load(String instanceId) {
        return read("Loading instance '" + instanceId + "'", instanceId, "key");
    }

    @Override
    public Partition loadWithoutJournal(String instanceId) {
        return read("Looking at instance '" + instanceId + "'", instanceId, "journal");
    }

    /** Reads the rows from the first gate to the given key. */
    private Partition read(String attempt, String instanceId, String end) {
        return PartitionRead.upTo(
                end,
                (until, reader) -> read(
                        attempt,
                        partition(instanceId) + " and RowKey ge 'gate' and RowKey lt " + quoted(until),
                        page -> reader.test(
                                new PartitionRead.Page(page.getValue(), page.getContinuationToken() == null))),
                () -> findRow(instanceId));
    }

    @Override
    public WriteOutcome write(String instanceId, List<RowChange> changes) {
        if (changes.isEmpty() || changes.size() > MAX_CHANGES) {
            throw new IllegalArgumentException(
                    "A write has 1 to " + MAX_CHANGES + " changes, not " + changes.size() + ".");
        }
        List<TableTransactionAction> actions = changes.stream()
                .flatMap(change -> InstanceEntities.actions(instanceId, change))
                .toList();
        checkKeys(instanceId, actions);
        WriteOutcome outcome = submit(instanceId, actions);
        if (outcome == null) {
            createTable();
            outcome = submit(instanceId, actions);
        }
        if (outcome == null) {
            throw StorageFailures.of("Writing instance '" + instanceId + "'", new IllegalStateException("no table"));
        }
        return outcome;
    }

    private static void checkKeys(String instanceId, List<TableTransactionAction> actions) {
        long rows = actions.stream()
                .map(action -> action.getEntity().getRowKey())
                .distinct()
                .count();
        if (rows != actions.size()) {
            throw new IllegalArgumentException("A write changes a row once, instance '" + instanceId + "'.");
        }
        for (TableTransactionAction action : actions) {
            if (!action.getEntity().getPartitionKey().equals(instanceId)) {
                throw new IllegalArgumentException("A row of another instance than '" + instanceId + "': "
                        + action.getEntity().getPartitionKey());
            }
        }
    }

    /** Sends the transaction once; null says that there is no table, and that nothing was written. */
    private @Nullable WriteOutcome submit(String instanceId, List<TableTransactionAction> actions) {
        TransactionAnswer answer = new TransactionAnswer();
        try {
            table.submitTransactionWithResponse(actions, null, TransactionPolicy.contextOf(answer));
            return new WriteOutcome.Written(
                    etag(InstanceEntities.INSTANCE, actions, answer), etag(InstanceEntities.GATE, actions, answer));
        } catch (TransactionPolicy.TooLargeException e) {
            throw e;
        } catch (TableTransactionFailedException e) {
            if (has(TableErrorCode.TABLE_NOT_FOUND, e)) {
                return null;
            }
            int status = answer.parts().stream()
                    .mapToInt(TransactionAnswer.Part::status)
                    .filter(failed -> failed >= 400)
                    .findFirst()
                    .orElse(0);
            if (CONFLICTS.contains(status) && !has(TableErrorCode.TABLE_BEING_DELETED, e)) {
                return new WriteOutcome.Conflict();
            }
            if (status == INVALID) {
                throw new InvalidWriteException(instanceId, e);
            }
            throw StorageFailures.of("Writing instance '" + instanceId + "' (" + status + ")", e);
        } catch (TableServiceException e) {
            if (has(TableErrorCode.TABLE_NOT_FOUND, e)) {
                return null;
            }
            throw StorageFailures.of("Writing instance '" + instanceId + "'", e);
        } catch (RuntimeException e) {
            throw StorageFailures.of("Writing instance '" + instanceId + "'", e);
        }
    }

    /** The new ETag of the written row whose key begins so; empty if none was written. Deleted rows do not count. */
    private static String etag(String rowKey, List<TableTransactionAction> actions, TransactionAnswer answer) {
        for (int i = 0; i < actions.size(); i++) {
            TableTransactionAction action = actions.get(i);
            if (action.getEntity().getRowKey().startsWith(rowKey)
                    && action.getActionType() != TableTransactionActionType.DELETE) {
                String etag = i < answer.parts().size() ? answer.parts().get(i).etag() : "";
                if (etag.isEmpty()) {
                    // The row was written, but without its ETag the caller could never write it again.
                    throw new IllegalStateException("The answer to a transaction has no ETag of the row "
                            + action.getEntity().getRowKey() + ".");
                }
                return etag;
            }
        }
        return "";
    }

    private void createTable() {
        try {
            table.createTable();
        } catch (TableServiceException e) {
            if (!has(TableErrorCode.TABLE_ALREADY_EXISTS, e)) {
                throw StorageFailures.of("Creating table " + table.getTableName(), e);
            }
        } catch (RuntimeException e) {
            throw StorageFailures.of("Creating table " + table.getTableName(), e);
        }
    }

    /** Whether the failure has that code; an answer from another source, a proxy say, has none. */
    private static boolean has(TableErrorCode code, TableServiceException failure) {
        return failure.getValue() != null && code.equals(failure.getValue().getErrorCode());
    }

    private Optional<TableEntity> first(String attempt, String instanceId, String rowKey) {
        List<TableEntity> rows = new ArrayList<>();
        rows(attempt, partition(instanceId) + " and RowKey eq " + quoted(rowKey), rows::addAll);
        return rows.stream().findFirst();
    }

    private void rows(String attempt, String filter, Consumer<List<TableEntity>> reader) {
        read(attempt, filter, page -> {
            reader.accept(page.getValue());
            return true;
        });
    }

    /** Reads page by page, as long as the reader goes on; returns whether it went on to the end. */
    private boolean read(String attempt, String filter, Predicate<PagedResponse<TableEntity>> reader) {
        ListEntitiesOptions options = new ListEntitiesOptions().setFilter(filter);
        Iterator<PagedResponse<TableEntity>> pages = ask(
                attempt,
                () -> table.listEntities(options, null, null).iterableByPage().iterator());
        while (pages != null) {
            PagedResponse<TableEntity> page = ask(attempt, () -> pages.hasNext() ? pages.next() : null);
            if (page == null) {
                break;
            }
            if (!reader.test(page)) {
                return false;
            }
        }
        return true;
    }

    /** Returns the client's answer; null where there is no table yet. */
    private static <T> @Nullable T ask(String attempt, Supplier<@Nullable T> request) {
        try {
            return request.get();
        } catch (HttpResponseException e) {
            if (StorageFailures.isWithoutTable(e)) {
                return null; // a query that finds nothing in a table answers 200
            }
            throw StorageFailures.of(attempt, e);
        } catch (RuntimeException e) {
            throw StorageFailures.of(attempt, e);
        }
    }

    private static String partition(String instanceId) {
        return "PartitionKey eq " + quoted(instanceId);
    }

    private static String quoted(String text) {
        return "'" + text.replace("'", "''") + "'";
    }
}
