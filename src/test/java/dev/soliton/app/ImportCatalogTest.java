package dev.soliton.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.soliton.orchestration.Registry;
import dev.soliton.orchestration.TaskFailedException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** What the orchestrator does with what its activities say; the activities are made up. */
final class ImportCatalogTest {
    private static final String FROM_BLOB = "{\"container\":\"catalogs\",\"blob\":\"acme.csv\"}";
    private static final BlobVersion SOURCE = new BlobVersion(new BlobName("catalogs", "acme.csv"), "\"v1\"");
    private static final List<RejectedRow> REJECTED = List.of(new RejectedRow(7, "A6", "stock is missing"));

    private final List<Object> inputs = new ArrayList<>();

    @Test
    void importsBatchByBatchAndShowsItsProgress() throws Exception {
        var batches = List.of(new RowBatch(2, 30, 500, List.of(7L)), new RowBatch(502, 530, 100, List.of()));
        ImmediateRun run = new ImmediateRun(registry(batches, 499, 101), "import-acme", FROM_BLOB);

        ImportSummary summary = run.run("ImportCatalog", ImportSummary.class);

        assertThat(run.calls()).containsExactly("ValidateCatalog", "UpsertProducts", "UpsertProducts", "WriteSummary");
        assertThat(run.statuses())
                .containsExactly(
                        "{\"phase\":\"validating\"}",
                        "{\"phase\":\"upserting\",\"done\":0,\"of\":600}",
                        "{\"phase\":\"upserting\",\"done\":499,\"of\":600}",
                        "{\"phase\":\"summarizing\",\"done\":600,\"of\":600}",
                        "{\"phase\":\"finished\",\"done\":600,\"of\":600}");
        assertThat(summary)
                .isEqualTo(new ImportSummary(
                        "acme",
                        "catalogs/acme.csv",
                        "\"v1\"",
                        601,
                        600,
                        1,
                        REJECTED,
                        "catalog-summaries/acme/run-of-import-acme-rejected.csv",
                        "catalog-summaries/acme/run-of-import-acme.json",
                        "2026-03-01T10:15:30Z",
                        "2026-03-01T10:15:30Z"));
        assertThat(inputs)
                .containsExactly(
                        new ValidateCatalog.Input("acme", "run-of-import-acme", SOURCE.name()),
                        new UpsertProducts.Input("acme", SOURCE, ProductRules.COLUMNS, batches.get(0)),
                        new UpsertProducts.Input("acme", SOURCE, ProductRules.COLUMNS, batches.get(1)),
                        new WriteSummary.Input("run-of-import-acme", summary));
    }

    @Test
    void anInlineCsvIsHandedOverOnce() throws Exception {
        ImmediateRun run = new ImmediateRun(
                registry(List.of(new RowBatch(2, 30, 500, List.of())), 600),
                "import-acme",
                "{\"supplier\":\"acme\",\"csv\":\"sku\\n\"}");

        run.run("ImportCatalog", ImportSummary.class);

        assertThat(run.calls()).containsExactly("StoreUpload", "ValidateCatalog", "UpsertProducts", "WriteSummary");
        assertThat(run.statuses()).startsWith("{\"phase\":\"storing\"}", "{\"phase\":\"validating\"}");
        assertThat(inputs)
                .startsWith(
                        new StoreUpload.Input("run-of-import-acme", "sku\n"),
                        new ValidateCatalog.Input(
                                "acme", "run-of-import-acme", CatalogBlobs.upload("run-of-import-acme")));
    }

    @Test
    void aBadRequestFailsBeforeAnythingIsDone() {
        ImmediateRun none = new ImmediateRun(registry(List.of()), "import-acme", null);
        ImmediateRun empty = new ImmediateRun(registry(List.of()), "import-acme", "{}");
        ImmediateRun other = new ImmediateRun(registry(List.of()), "acme", FROM_BLOB);

        assertThatThrownBy(() -> none.run("ImportCatalog", ImportSummary.class))
                .isInstanceOf(ImportException.class)
                .hasMessageContaining("needs an input");
        assertThatThrownBy(() -> empty.run("ImportCatalog", ImportSummary.class))
                .isInstanceOf(ImportException.class)
                .hasMessageContaining("nothing to import");
        assertThatThrownBy(() -> other.run("ImportCatalog", ImportSummary.class))
                .isInstanceOf(ImportException.class)
                .hasMessageContaining("import-");
        assertThat(inputs).isEmpty();
    }

    @Test
    void aFailedStepFailsTheImport() {
        ImmediateRun run = new ImmediateRun(
                registry(List.of(new RowBatch(2, 30, 500, List.of())) /* and no count for it */),
                "import-acme",
                FROM_BLOB);

        assertThatThrownBy(() -> run.run("ImportCatalog", ImportSummary.class))
                .isInstanceOf(TaskFailedException.class)
                .hasMessageContaining("UpsertProducts");
        assertThat(run.calls()).doesNotContain("WriteSummary");
    }

    private Registry registry(List<RowBatch> batches, Integer... counts) {
        Iterator<Integer> upserted = List.of(counts).iterator();
        CatalogPlan plan = new CatalogPlan(
                SOURCE,
                ProductRules.COLUMNS,
                601,
                1,
                REJECTED,
                "catalog-summaries/acme/run-of-import-acme-rejected.csv",
                batches);
        Registry registry = new Registry();
        registry.orchestrator("ImportCatalog", ImportCatalog::new);
        registry.activity("StoreUpload", () -> context -> {
            inputs.add(Objects.requireNonNull(context.getInput(StoreUpload.Input.class)));
            return CatalogBlobs.upload("run-of-import-acme");
        });
        registry.activity("ValidateCatalog", () -> context -> {
            inputs.add(Objects.requireNonNull(context.getInput(ValidateCatalog.Input.class)));
            return plan;
        });
        registry.activity("UpsertProducts", () -> context -> {
            inputs.add(Objects.requireNonNull(context.getInput(UpsertProducts.Input.class)));
            return upserted.next();
        });
        registry.activity("WriteSummary", () -> context -> {
            inputs.add(Objects.requireNonNull(context.getInput(WriteSummary.Input.class)));
            return null;
        });
        return registry;
    }
}
