package dev.soliton.examples;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The input of {@link ParallelThumbnails}: which images, and where their thumbnails go.
 *
 * @param container the container that the images are in
 * @param prefix what their names begin with; all of the container if left out
 * @param targetContainer the container that the thumbnails go to; {@code thumbnails} if left out
 * @param targetPrefix what takes the place of {@code prefix} in their names; the same if left out
 * @param width how wide a thumbnail is, in pixels: 1 to 4,096; 160 if left out
 */
record ThumbnailRequest(
        @Nullable String container,
        @Nullable String prefix,
        @Nullable String targetContainer,
        @Nullable String targetPrefix,
        @Nullable Integer width) {
    private static final String EXAMPLE = "{\"container\": \"photos\", \"prefix\": \"summer/\", \"width\": 160}";
    private static final int MAX_WIDTH = 4_096;

    /** The service's own rule for names of containers. */
    private static final Pattern CONTAINER = Pattern.compile("(?=.{3,63}$)[a-z0-9]+(-[a-z0-9]+)*");

    private static final int MAX_PREFIX_LENGTH = 512;

    /**
     * Work that can be done.
     *
     * @param from the container, and what the names of the images begin with
     * @param to the container, and what takes the place of that in the names of the thumbnails
     * @param width how wide a thumbnail is, in pixels
     */
    record Job(BlobName from, BlobName to, int width) {

        /** Where the thumbnail of an image goes. */
        BlobName target(String image) {
            return new BlobName(
                    to.container(), to.blob() + image.substring(from.blob().length()));
        }
    }

    /**
     * The work that is asked for.
     *
     * @throws IllegalArgumentException if it cannot be done; the message says why
     */
    static Job jobOf(@Nullable ThumbnailRequest request) {
        if (request == null) {
            throw new IllegalArgumentException("ParallelThumbnails needs an input: " + EXAMPLE);
        }
        return request.job();
    }

    private Job job() {
        if (container == null) {
            throw new IllegalArgumentException("The input names no 'container' of images: " + EXAMPLE);
        }
        BlobName from = place(container, prefix == null ? "" : prefix);
        BlobName to = place(
                targetContainer == null ? "thumbnails" : targetContainer,
                targetPrefix == null ? from.blob() : targetPrefix);
        if (from.container().equals(to.container())
                && (to.blob().startsWith(from.blob()) || from.blob().startsWith(to.blob()))) {
            throw new IllegalArgumentException("Thumbnails under '" + to + "' could come among the images under '"
                    + from + "'; give another 'targetContainer', or a 'targetPrefix' apart.");
        }
        if (width != null && (width < 1 || width > MAX_WIDTH)) {
            throw new IllegalArgumentException("The 'width' is from 1 to " + MAX_WIDTH + " pixels, not " + width + ".");
        }
        return new Job(from, to, width == null ? 160 : width);
    }

    private static BlobName place(String container, String prefix) {
        if (!CONTAINER.matcher(container).matches()) {
            throw new IllegalArgumentException("No container has a name like '" + container
                    + "': it is 3 to 63 of a-z, 0-9, and single '-' between them.");
        }
        if (prefix.length() > MAX_PREFIX_LENGTH) {
            throw new IllegalArgumentException(
                    "A prefix has at most " + MAX_PREFIX_LENGTH + " characters, not " + prefix.length() + ".");
        }
        return new BlobName(container, prefix);
    }
}
