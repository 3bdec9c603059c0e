package dev.soliton.examples;

import dev.soliton.orchestration.Activity;
import dev.soliton.orchestration.ActivityContext;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/** The activity that puts a CSV that came inline into a blob, so that all after it have but one case. */
final class StoreUpload implements Activity {
    static final String NAME = "StoreUpload";

    private final CatalogBlobs blobs;

    StoreUpload(CatalogBlobs blobs) {
        this.blobs = blobs;
    }

    /**
     * What to store.
     *
     * @param execution the execution that it came with, which has one at most
     * @param csv the CSV
     */
    record Input(String execution, String csv) {}

    @Override
    public BlobName run(ActivityContext context) {
        Input input = Objects.requireNonNull(context.getInput(Input.class));
        BlobName name = CatalogBlobs.upload(input.execution());
        // Never written again, not by a late second run either: that would change the version which is being imported.
        blobs.create(name, "text/csv; charset=utf-8", input.csv().getBytes(StandardCharsets.UTF_8));
        return name;
    }
}
