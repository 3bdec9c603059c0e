package dev.soliton.examples;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How an import went: the output of {@link ImportCatalog}, and the content of the blob that it leaves.
 *
 * @param supplier whose products they are
 * @param source the blob that was read
 * @param etag which version of it
 * @param rows how many rows it has
 * @param imported how many of them are in the table now
 * @param rejected how many are not
 * @param rejectedRows the first of these, see {@link ValidateCatalog#MAX_LISTED}
 * @param rejectedReport the blob that lists all of these; null if there are none
 * @param summary the blob that holds this
 * @param startedAt when the import began, in UTC
 * @param finishedAt when the last product was in the table, in UTC
 */
record ImportSummary(
        String supplier,
        String source,
        String etag,
        int rows,
        int imported,
        int rejected,
        List<RejectedRow> rejectedRows,
        @Nullable String rejectedReport,
        String summary,
        String startedAt,
        String finishedAt) {

    ImportSummary {
        rejectedRows = List.copyOf(rejectedRows);
    }
}
