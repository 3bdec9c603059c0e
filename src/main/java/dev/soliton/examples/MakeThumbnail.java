package dev.soliton.examples;

import dev.soliton.orchestration.Activity;
import dev.soliton.orchestration.ActivityContext;
import java.util.Objects;

/**
 * The activity that makes the thumbnail of one image, and returns its size in bytes. It writes over what is there, so
 * that a second run changes nothing.
 */
final class MakeThumbnail implements Activity {
    static final String NAME = "MakeThumbnail";

    private final ImageBlobs blobs;

    MakeThumbnail(ImageBlobs blobs) {
        this.blobs = blobs;
    }

    /**
     * What to make.
     *
     * @param width in pixels
     */
    record Input(BlobName image, BlobName thumbnail, int width) {}

    @Override
    public Integer run(ActivityContext context) {
        Input input = Objects.requireNonNull(context.getInput(Input.class));
        Thumbnail thumbnail = Thumbnail.of(blobs.read(input.image()), input.width());
        blobs.write(input.thumbnail(), thumbnail.contentType(), thumbnail.content());
        return thumbnail.content().length;
    }
}
