package dev.soliton.examples;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What validation found: the result of {@link ValidateCatalog}, and all that the steps after it need to know.
 *
 * @param source the version of the CSV that was validated
 * @param columns the columns' names in the order of the header
 * @param rows how many rows there are, good and bad
 * @param rejected how many of them are bad
 * @param firstRejected the first bad ones, see {@link ValidateCatalog#MAX_LISTED}
 * @param rejectedReport the blob that lists every bad row; null if there is none
 * @param batches the rows to upsert, in portions
 */
record CatalogPlan(
        BlobVersion source,
        List<String> columns,
        int rows,
        int rejected,
        List<RejectedRow> firstRejected,
        @Nullable String rejectedReport,
        List<RowBatch> batches) {

    CatalogPlan {
        columns = List.copyOf(columns);
        firstRejected = List.copyOf(firstRejected);
        batches = List.copyOf(batches);
    }

    /** How many rows will be imported. */
    int good() {
        return rows - rejected;
    }
}
