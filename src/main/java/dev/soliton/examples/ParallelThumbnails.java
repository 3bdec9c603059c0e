package dev.soliton.examples;

import dev.soliton.orchestration.FailureDetails;
import dev.soliton.orchestration.OrchestrationContext;
import dev.soliton.orchestration.Orchestrator;
import dev.soliton.orchestration.RetryPolicy;
import dev.soliton.orchestration.Task;
import dev.soliton.orchestration.TaskFailedException;
import dev.soliton.orchestration.TaskOptions;
import dev.soliton.orchestration.TypeReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Fan-out and fan-in over real work: makes a thumbnail of each image in a container, side by side, and sums up. An image
 * that is broken is listed with the reason, and does not keep the others from their thumbnails.
 */
final class ParallelThumbnails implements Orchestrator {
    static final String NAME = "ParallelThumbnails";

    /** For a storage that is busy. A broken image is broken for good, and says so. */
    private static final TaskOptions RETRIES =
            TaskOptions.withRetryPolicy(new RetryPolicy(4, Duration.ofSeconds(5)).setBackoffCoefficient(2));

    private static final int MAX_REASON_LENGTH = 500;

    /**
     * An image without a thumbnail.
     *
     * @param reason why it has none
     */
    record Failure(String image, String reason) {}

    /**
     * What came out.
     *
     * @param images how many images there were
     * @param thumbnails how many have a thumbnail now
     * @param bytes how large these are together
     * @param failures those that have none
     */
    record Summary(int images, int thumbnails, long bytes, List<Failure> failures) {}

    /** How far the work is, as its custom status shows it. */
    record Progress(int done, int of) {}

    @Override
    public Summary run(OrchestrationContext context) {
        ThumbnailRequest.Job job = ThumbnailRequest.jobOf(context.getInput(ThumbnailRequest.class));
        List<String> images = Objects.requireNonNull(
                context.callActivity(ListImages.NAME, job.from(), RETRIES, new TypeReference<List<String>>() {})
                        .await());

        // All are asked for before the first is awaited: that is what makes them run side by side.
        Map<String, Task<Integer>> tasks = new LinkedHashMap<>();
        for (String image : images) {
            var input = new MakeThumbnail.Input(
                    new BlobName(job.from().container(), image), job.target(image), job.width());
            tasks.put(image, context.callActivity(MakeThumbnail.NAME, input, RETRIES, Integer.class));
        }

        long bytes = 0;
        int done = 0;
        List<Failure> failures = new ArrayList<>();
        for (Map.Entry<String, Task<Integer>> task : tasks.entrySet()) {
            context.setCustomStatus(new Progress(done++, images.size()));
            try {
                bytes += Objects.requireNonNull(task.getValue().await());
            } catch (TaskFailedException failed) {
                failures.add(new Failure(task.getKey(), reason(failed)));
            }
        }
        context.setCustomStatus(new Progress(done, images.size()));
        return new Summary(images.size(), images.size() - failures.size(), bytes, failures);
    }

    private static String reason(TaskFailedException failed) {
        FailureDetails details = failed.getFailureDetails();
        String reason = details.message().isEmpty() ? details.errorType() : details.message();
        return reason.length() <= MAX_REASON_LENGTH ? reason : reason.substring(0, MAX_REASON_LENGTH) + "…";
    }
}
