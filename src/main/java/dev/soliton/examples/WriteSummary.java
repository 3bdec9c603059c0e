package dev.soliton.examples;

import com.azure.core.util.BinaryData;
import dev.soliton.orchestration.Activity;
import dev.soliton.orchestration.ActivityContext;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The activity that writes the summary of an import to a blob, where it outlives the instance. */
final class WriteSummary implements Activity {
    static final String NAME = "WriteSummary";

    private final CatalogBlobs blobs;

    WriteSummary(CatalogBlobs blobs) {
        this.blobs = blobs;
    }

    /**
     * What to write.
     *
     * @param execution the execution that names the blob
     * @param summary the blob's content
     */
    record Input(String execution, ImportSummary summary) {}

    @Override
    public @Nullable Object run(ActivityContext context) {
        Input input = Objects.requireNonNull(context.getInput(Input.class));
        ImportSummary summary = input.summary();
        blobs.write(
                CatalogBlobs.summary(summary.supplier(), input.execution()),
                "application/json",
                BinaryData.fromObject(summary).toBytes());
        return null;
    }
}
