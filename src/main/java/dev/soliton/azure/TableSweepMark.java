package dev.soliton.azure;

import com.azure.core.exception.HttpResponseException;
import com.azure.core.util.Context;
import com.azure.data.tables.TableClient;
import com.azure.data.tables.models.ListEntitiesOptions;
import com.azure.data.tables.models.TableEntity;
import com.azure.data.tables.models.TableEntityUpdateMode;
import dev.soliton.store.SweepMark;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The mark of a hub's sweeps as a row of the table of instances, under a key that no instance has. Where there is no
 * table there is no instance, and nothing to sweep.
 */
public final class TableSweepMark implements SweepMark {
    private static final String PARTITION = "@sweep";
    private static final String ROW = "sweep";
    private static final String STAMP = "stamp";

    private final TableClient table;
    private final Supplier<String> stamps;

    /**
     * Creates the mark of a hub.
     *
     * @param hub the prefix of the table's name
     * @param stamps returns a fresh unique text at each call
     */
    public TableSweepMark(StorageAccount account, String hub, Supplier<String> stamps) {
        table = account.tables().getTableClient(hub + "Instances");
        this.stamps = stamps;
    }

    @Override
    public String read() {
        String mark = attempt("Reading", () -> find().map(TableSweepMark::stamp).orElse(""));
        return mark == null ? "" : mark;
    }

    @Override
    public Optional<Instant> changedAt() {
        return Optional.ofNullable(
                attempt("Reading", () -> find().map(row -> row.getTimestamp().toInstant())
                        .orElse(null)));
    }

    @Override
    public void change() {
        TableEntity mark = fresh(stamps.get());
        attempt(
                "Changing",
                () -> table.upsertEntityWithResponse(mark, TableEntityUpdateMode.REPLACE, null, Context.NONE));
    }

    @Override
    public @Nullable String tryChange(String from) {
        String stamp = stamps.get();
        return attempt("Changing", () -> tryChange(from, stamp) ? stamp : null);
    }

    private boolean tryChange(String from, String stamp) {
        Optional<TableEntity> found = find();
        if (!found.map(TableSweepMark::stamp).orElse("").equals(from)) {
            return false;
        }
        try {
            if (found.isEmpty()) {
                table.createEntity(fresh(stamp));
            } else {
                // Conditional on its ETag.
                table.updateEntityWithResponse(
                        found.get().addProperty(STAMP, stamp), TableEntityUpdateMode.REPLACE, true, null, Context.NONE);
            }
            return true;
        } catch (HttpResponseException e) {
            int status = e.getResponse() == null ? 0 : e.getResponse().getStatusCode();
            if (status == 409 || status == 412) {
                return false;
            }
            throw e;
        }
    }

    private Optional<TableEntity> find() {
        ListEntitiesOptions options =
                new ListEntitiesOptions().setFilter("PartitionKey eq '" + PARTITION + "' and RowKey eq '" + ROW + "'");
        return table.listEntities(options, null, null).stream().findFirst();
    }

    private static TableEntity fresh(String stamp) {
        return new TableEntity(PARTITION, ROW).addProperty(STAMP, stamp);
    }

    private static String stamp(TableEntity row) {
        return String.valueOf(row.getProperty(STAMP));
    }

    /** Returns the client's answer; null where there is no table yet. */
    private static <T> @Nullable T attempt(String what, Supplier<@Nullable T> request) {
        try {
            return request.get();
        } catch (HttpResponseException e) {
            if (StorageFailures.isWithoutTable(e)) {
                return null;
            }
            throw StorageFailures.of(what + " the mark of the sweeps", e);
        } catch (RuntimeException e) {
            throw StorageFailures.of(what + " the mark of the sweeps", e);
        }
    }
}
