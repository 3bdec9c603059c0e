package dev.soliton.examples;

import de.siegmar.fastcsv.writer.CsvWriter;
import dev.soliton.orchestration.Activity;
import dev.soliton.orchestration.ActivityContext;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The activity that reads a catalog once from end to end, checks each row and plans the batches. The list of all bad
 * rows goes into a blob; the first of them come with the result too.
 */
final class ValidateCatalog implements Activity {
    static final String NAME = "ValidateCatalog";

    /** How many bad rows a result carries: it is recorded, so it should not grow with the catalog. */
    static final int MAX_LISTED = 100;

    /** How many rows one activity upserts: what a crash makes it do again, against the cost of a step. */
    static final int BATCH_SIZE = 500;

    private final CatalogBlobs blobs;

    ValidateCatalog(CatalogBlobs blobs) {
        this.blobs = blobs;
    }

    /**
     * What to check.
     *
     * @param supplier whose catalog it is
     * @param execution the execution that the report is named after
     * @param catalog where the CSV is
     */
    record Input(String supplier, String execution, BlobName catalog) {}

    @Override
    public CatalogPlan run(ActivityContext context) throws IOException {
        Input input = Objects.requireNonNull(context.getInput(Input.class));
        CatalogBlobs.Source source = blobs.open(input.catalog());
        CatalogCheck check = new CatalogCheck(BATCH_SIZE);
        List<String> columns;
        try (CatalogReader reader = CatalogReader.ofCatalog(source.stream())) {
            columns = reader.columns();
            for (CatalogRow row = reader.next(); row != null; row = reader.next()) {
                check.add(row, reader.offset());
            }
            check.end(reader.bytesRead());
        } catch (UncheckedIOException e) {
            throw CatalogBlobs.explained(input.catalog(), e);
        }
        List<RejectedRow> rejected = check.rejected();
        return new CatalogPlan(
                source.version(),
                columns,
                check.rows(),
                rejected.size(),
                rejected.subList(0, Math.min(rejected.size(), MAX_LISTED)),
                report(input, rejected),
                check.batches());
    }

    private @Nullable String report(Input input, List<RejectedRow> rejected) throws IOException {
        if (rejected.isEmpty()) {
            return null;
        }
        StringWriter text = new StringWriter();
        try (CsvWriter csv = CsvWriter.builder().build(text)) {
            csv.writeRecord("line", "sku", "reason");
            for (RejectedRow row : rejected) {
                csv.writeRecord(Long.toString(row.line()), harmless(row.sku()), harmless(row.reason()));
            }
        }
        BlobName name = CatalogBlobs.rejectedReport(input.supplier(), input.execution());
        blobs.write(name, "text/csv; charset=utf-8", text.toString().getBytes(StandardCharsets.UTF_8));
        return name.toString();
    }

    /** A field that no spreadsheet takes for a formula. */
    static String harmless(String field) {
        return !field.isEmpty() && "=+-@\t\r\n".indexOf(field.charAt(0)) >= 0 ? "'" + field : field;
    }
}
