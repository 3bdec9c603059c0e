package dev.soliton.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.soliton.orchestration.Registry;
import dev.soliton.testkit.ActivityCalled;
import dev.soliton.testkit.TestHub;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the orchestrator does with what its activities say; the activities are made up. */
final class ImportCatalogTest {
    private static final String FROM_BLOB = "{\"container\":\"catalogs\",\"blob\":\"acme.csv\"}";
    private static final BlobVersion SOURCE = new BlobVersion(new BlobName("catalogs", "acme.csv"), "\"v1\"");
    private static final List<RejectedRow> REJECTED = List.of(new RejectedRow(7, "A6", "stock is missing"));

    private static final String REPORT = "catalog-summaries/acme/rejected.csv";

    private final TestHub hub = new TestHub(new Registry().orchestrator("ImportCatalog", ImportCatalog::new));
    private final List<Object> inputs = new ArrayList<>();

    @AfterEach
    void close() {
        hub.close();
    }

    @Test
    void importsBatchByBatchAndShowsItsProgress() {
        var batches = List.of(new RowBatch(2, 30, 500, List.of(7L)), new RowBatch(502, 530, 100, List.of()));
        String execution = run(batches, FROM_BLOB, 499, 101);

        ImportSummary summary = hub.output("import-acme", ImportSummary.class);
        assertThat(hub.called()).containsExactly("ValidateCatalog", "UpsertProducts", "UpsertProducts", "WriteSummary");
        assertThat(hub.calls())
                .extracting(ActivityCalled::customStatus)
                .containsExactly(
                        "{\"phase\":\"validating\"}",
                        "{\"phase\":\"upserting\",\"done\":0,\"of\":600}",
                        "{\"phase\":\"upserting\",\"done\":499,\"of\":600}",
                        "{\"phase\":\"summarizing\",\"done\":600,\"of\":600}");
        assertThat(hub.status("import-acme").customStatus())
                .isEqualTo("{\"phase\":\"finished\",\"done\":600,\"of\":600}");
        assertThat(summary)
                .isEqualTo(new ImportSummary(
                        "acme",
                        "catalogs/acme.csv",
                        "\"v1\"",
                        601,
                        600,
                        1,
                        REJECTED,
                        REPORT,
                        "catalog-summaries/acme/" + execution + ".json",
                        "2030-01-01T00:00:00Z",
                        "2030-01-01T00:00:00Z"));
        assertThat(inputs)
                .containsExactly(
                        new ValidateCatalog.Input("acme", execution, SOURCE.name()),
                        new UpsertProducts.Input("acme", SOURCE, ProductRules.COLUMNS, batches.get(0)),
                        new UpsertProducts.Input("acme", SOURCE, ProductRules.COLUMNS, batches.get(1)),
                        new WriteSummary.Input(execution, summary));
    }

    @Test
    void anInlineCsvIsHandedOverOnce() {
        String execution =
                run(List.of(new RowBatch(2, 30, 500, List.of())), "{\"supplier\":\"acme\",\"csv\":\"sku\\n\"}", 600);

        assertThat(hub.called()).containsExactly("StoreUpload", "ValidateCatalog", "UpsertProducts", "WriteSummary");
        assertThat(hub.calls())
                .extracting(ActivityCalled::customStatus)
                .startsWith("{\"phase\":\"storing\"}", "{\"phase\":\"validating\"}");
        assertThat(inputs)
                .startsWith(
                        new StoreUpload.Input(execution, "sku\n"),
                        new ValidateCatalog.Input("acme", execution, CatalogBlobs.upload(execution)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            textBlock =
                    """
            -                                            | import-acme | needs an input
            {}                                           | import-acme | nothing to import
            {"container":"catalogs","blob":"acme.csv"}   | acme        | import-
            """)
    void aBadRequestFailsBeforeAnythingIsDone(@Nullable String input, String instanceId, String message) {
        serve(List.of());
        hub.startWithJson("ImportCatalog", instanceId, input);
        hub.settle();

        assertThat(hub.failure(instanceId))
                .startsWith("dev.soliton.examples.ImportException: ")
                .contains(message);
        assertThat(hub.calls()).isEmpty();
    }

    @Test
    void aFailedStepFailsTheImport() {
        run(List.of(new RowBatch(2, 30, 500, List.of())) /* and no count for it */, FROM_BLOB);

        assertThat(hub.failure("import-acme")).contains("UpsertProducts", "NoSuchElementException");
        assertThat(hub.called()).doesNotContain("WriteSummary");
    }

    private String run(List<RowBatch> batches, String input, Integer... counts) {
        serve(batches, counts);
        String execution = hub.startWithJson("ImportCatalog", "import-acme", input);
        hub.settle();
        return execution;
    }

    private void serve(List<RowBatch> batches, Integer... counts) {
        Iterator<Integer> upserted = List.of(counts).iterator();
        CatalogPlan plan = new CatalogPlan(SOURCE, ProductRules.COLUMNS, 601, 1, REJECTED, REPORT, batches);
        hub.activity("StoreUpload", context -> {
            StoreUpload.Input input = Objects.requireNonNull(context.getInput(StoreUpload.Input.class));
            inputs.add(input);
            return CatalogBlobs.upload(input.execution());
        });
        hub.activity("ValidateCatalog", context -> {
            inputs.add(Objects.requireNonNull(context.getInput(ValidateCatalog.Input.class)));
            return plan;
        });
        hub.activity("UpsertProducts", context -> {
            inputs.add(Objects.requireNonNull(context.getInput(UpsertProducts.Input.class)));
            return upserted.next();
        });
        hub.activity("WriteSummary", context -> {
            inputs.add(Objects.requireNonNull(context.getInput(WriteSummary.Input.class)));
            return null;
        });
    }
}
