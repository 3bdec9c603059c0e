package dev.soliton.examples;

import com.azure.data.tables.TableClient;
import com.azure.data.tables.TableServiceClient;
import com.azure.data.tables.models.TableTransactionAction;
import com.azure.data.tables.models.TableTransactionActionType;
import dev.soliton.orchestration.Activity;
import dev.soliton.orchestration.ActivityContext;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CancellationException;

/**
 * The activity that writes one batch of products to the table, and returns how many. Each product replaces what the
 * table has of it, so a second run changes nothing.
 */
final class UpsertProducts implements Activity {
    static final String NAME = "UpsertProducts";

    private final TableServiceClient tables;
    private final CatalogBlobs blobs;

    UpsertProducts(TableServiceClient tables, CatalogBlobs blobs) {
        this.tables = tables;
        this.blobs = blobs;
    }

    /**
     * What to upsert.
     *
     * @param supplier whose products they are
     * @param source the version of the CSV that was validated
     * @param columns its columns in the order of its header
     * @param batch which of its rows
     */
    record Input(String supplier, BlobVersion source, List<String> columns, RowBatch batch) {}

    @Override
    public Integer run(ActivityContext context) throws IOException {
        Input input = Objects.requireNonNull(context.getInput(Input.class));
        tables.createTableIfNotExists(ProductEntity.TABLE);
        TableClient table = tables.getTableClient(ProductEntity.TABLE);
        List<TableTransactionAction> transaction = new ArrayList<>();
        int upserted = 0;
        for (Product product : read(input)) {
            transaction.add(new TableTransactionAction(
                    TableTransactionActionType.UPSERT_REPLACE, ProductEntity.of(input.supplier(), product)));
            if (transaction.size() == ProductEntity.MAX_PER_TRANSACTION) {
                upserted += submit(table, transaction, context);
            }
        }
        return upserted + submit(table, transaction, context);
    }

    private List<Product> read(Input input) throws IOException {
        RowBatch batch = input.batch();
        Set<Long> rejected = new HashSet<>(batch.rejectedLines());
        List<Product> products = new ArrayList<>();
        try (CatalogReader reader = CatalogReader.ofRows(
                blobs.openRange(input.source(), batch.offset(), batch.length()), input.columns(), batch.firstLine())) {
            for (CatalogRow row = reader.next(); row != null; row = reader.next()) {
                if (!rejected.contains(row.line())) {
                    products.add(product(row));
                }
            }
        } catch (UncheckedIOException e) {
            throw CatalogBlobs.explained(input.source().name(), e);
        }
        return products;
    }

    /** Every row is imported or reported; one that validation let through cannot be left out here. */
    private static Product product(CatalogRow row) {
        if (row instanceof CatalogRow.Good good) {
            return good.product();
        }
        throw new IllegalStateException("Validation passed the row of line " + row.line() + ", which is not valid: "
                + row + ". Was the app updated meanwhile?");
    }

    private static int submit(TableClient table, List<TableTransactionAction> transaction, ActivityContext context) {
        if (context.isCancelled()) {
            throw new CancellationException("This import is not wanted any more.");
        }
        int size = transaction.size();
        if (size > 0) {
            table.submitTransaction(transaction);
            transaction.clear();
        }
        return size;
    }
}
