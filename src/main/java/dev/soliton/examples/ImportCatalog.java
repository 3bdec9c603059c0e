package dev.soliton.examples;

import dev.soliton.orchestration.OrchestrationContext;
import dev.soliton.orchestration.Orchestrator;
import dev.soliton.orchestration.Task;
import java.util.Map;
import java.util.Objects;

/**
 * A real background job: imports a supplier's catalog, a CSV of products, into a table; one import per supplier at a
 * time.
 *
 * <p>Each step is an activity, so that a crash costs the step under way and no more. Each can run twice without harm:
 * what it writes is named by the execution or by the product. All steps read one version of the CSV; if it changes
 * meanwhile, the import fails rather than mixing two.
 */
final class ImportCatalog implements Orchestrator {
    static final String NAME = "ImportCatalog";

    @Override
    public ImportSummary run(OrchestrationContext context) {
        ImportRequest request = context.getInput(ImportRequest.class);
        if (request == null) {
            throw ImportRequest.missing();
        }
        String supplier = request.supplierOf(context.getInstanceId());
        request.requireOneSource();
        String startedAt = context.getCurrentInstant().toString();
        String execution = context.getExecutionId();

        BlobName source = request.csv() == null ? request.source() : store(context, request.csv());

        context.setCustomStatus(Map.of("phase", "validating"));
        var toValidate = new ValidateCatalog.Input(supplier, execution, source);
        CatalogPlan plan = resultOf(context.callActivity(ValidateCatalog.NAME, toValidate, CatalogPlan.class));

        int imported = upsert(context, supplier, plan);

        context.setCustomStatus(new Progress("summarizing", imported, plan.good()));
        var summary = new ImportSummary(
                supplier,
                plan.source().name().toString(),
                plan.source().etag(),
                plan.rows(),
                imported,
                plan.rejected(),
                plan.firstRejected(),
                plan.rejectedReport(),
                CatalogBlobs.summary(supplier, execution).toString(),
                startedAt,
                context.getCurrentInstant().toString());
        context.callActivity(WriteSummary.NAME, new WriteSummary.Input(execution, summary))
                .await();
        context.setCustomStatus(new Progress("finished", imported, plan.good()));
        return summary;
    }

    /** Puts an inline CSV into a blob, so that it is handed over once and not with each batch. */
    private static BlobName store(OrchestrationContext context, String csv) {
        context.setCustomStatus(Map.of("phase", "storing"));
        var upload = new StoreUpload.Input(context.getExecutionId(), csv);
        return resultOf(context.callActivity(StoreUpload.NAME, upload, BlobName.class));
    }

    private static int upsert(OrchestrationContext context, String supplier, CatalogPlan plan) {
        int done = 0;
        for (RowBatch batch : plan.batches()) {
            context.setCustomStatus(new Progress("upserting", done, plan.good()));
            var toUpsert = new UpsertProducts.Input(supplier, plan.source(), plan.columns(), batch);
            done += resultOf(context.callActivity(UpsertProducts.NAME, toUpsert, Integer.class));
        }
        return done;
    }

    /** What a task gives that never gives nothing. */
    private static <V> V resultOf(Task<V> task) {
        return Objects.requireNonNull(task.await());
    }

    /**
     * How far the import is, as its custom status shows it.
     *
     * @param phase what it is at
     * @param done how many products are in the table
     * @param of how many there will be
     */
    record Progress(String phase, int done, int of) {}
}
