package dev.soliton.examples;

import dev.soliton.orchestration.Activity;
import dev.soliton.orchestration.ActivityContext;
import java.util.List;
import java.util.Objects;

/** The activity that lists the images to make thumbnails of. What it found is recorded, so that a replay finds the same. */
final class ListImages implements Activity {
    static final String NAME = "ListImages";

    /** The journal has about two events for each image. */
    static final int MAX_IMAGES = 2_000;

    private final ImageBlobs blobs;

    ListImages(ImageBlobs blobs) {
        this.blobs = blobs;
    }

    @Override
    public List<String> run(ActivityContext context) {
        BlobName place = Objects.requireNonNull(context.getInput(BlobName.class));
        return blobs.list(place, MAX_IMAGES);
    }
}
