package dev.soliton.examples;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The check of a whole catalog: collects its bad rows, to which it adds those that repeat a SKU, and cuts it into
 * batches. The first row of a SKU counts; which of two is right is for people to say.
 */
final class CatalogCheck {
    /** Each row takes a little memory here, and a bad one a number in its batch. */
    static final int MAX_ROWS = 100_000;

    private final int batchSize;
    private final Map<String, Long> lineOfSku = new HashMap<>();
    private final List<RejectedRow> rejected = new ArrayList<>();
    private final List<RowBatch> batches = new ArrayList<>();
    private final List<Long> rejectedInBatch = new ArrayList<>();
    private long batchLine;
    private long batchOffset;
    private int rowsInBatch;
    private int rows;

    CatalogCheck(int batchSize) {
        this.batchSize = batchSize;
    }

    /**
     * Takes the next row.
     *
     * @param offset the byte at which it begins
     * @throws ImportException if there are too many
     */
    void add(CatalogRow row, long offset) {
        if (rows == MAX_ROWS) {
            throw new ImportException(
                    "The catalog has more than " + MAX_ROWS + " rows; split it and import the parts in turn.");
        }
        if (rowsInBatch == batchSize) {
            endBatch(offset);
        }
        if (rowsInBatch == 0) {
            batchLine = row.line();
            batchOffset = offset;
        }
        rows++;
        rowsInBatch++;
        if (row instanceof CatalogRow.Bad bad) {
            reject(bad.rejected());
        } else if (row instanceof CatalogRow.Good good) {
            String sku = good.product().sku();
            Long earlier = lineOfSku.putIfAbsent(sku, row.line());
            if (earlier != null) {
                reject(new RejectedRow(row.line(), sku, "sku is that of line " + earlier + " already"));
            }
        }
    }

    /**
     * Ends the check.
     *
     * @param length the catalog's length in bytes
     */
    void end(long length) {
        endBatch(length);
    }

    /** How many rows there were, good and bad. */
    int rows() {
        return rows;
    }

    /** All bad rows. */
    List<RejectedRow> rejected() {
        return List.copyOf(rejected);
    }

    /** The batches, without those that have no good row. */
    List<RowBatch> batches() {
        return List.copyOf(batches);
    }

    private void reject(RejectedRow row) {
        rejected.add(row);
        rejectedInBatch.add(row.line());
    }

    private void endBatch(long offset) {
        if (rowsInBatch > rejectedInBatch.size()) {
            batches.add(new RowBatch(batchLine, batchOffset, offset - batchOffset, rejectedInBatch));
        }
        rowsInBatch = 0;
        rejectedInBatch.clear();
    }
}
