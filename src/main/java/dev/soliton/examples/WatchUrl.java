package dev.soliton.examples;

import dev.soliton.orchestration.OrchestrationContext;
import dev.soliton.orchestration.Orchestrator;
import dev.soliton.orchestration.Task;
import java.time.Duration;
import java.util.Objects;

/**
 * A watch that never ends by itself: fetches a URL again and again, and shows as its custom status how it found it and
 * since when that is so.
 *
 * <p>Event {@code check}: look now. Event {@code stop}: end, with a summary. After every {@link #ROUNDS_PER_GENERATION}
 * rounds it continues as new, with what it knows as a part of its input.
 *
 * <p>Only public addresses are fetched, and redirects to others are not followed, unless a setting of the app allows them all.
 */
final class WatchUrl implements Orchestrator {
    static final String NAME = "WatchUrl";

    static final int ROUNDS_PER_GENERATION = 50;

    @Override
    public WatchReport run(OrchestrationContext context) {
        WatchRequest request = WatchRequest.require(context.getInput(WatchRequest.class));
        if (request.soFar() != null && context.getGeneration() == 0) {
            throw new IllegalArgumentException(
                    "'soFar' is what a watch has found itself, and not for its caller to say.");
        }
        String url = request.target();
        Duration pause = request.pause();
        WatchReport report = request.soFar() == null
                ? WatchReport.begin(url, context.getCurrentInstant().toString())
                : request.soFar();

        Task<Void> stop = context.waitForExternalEvent("stop");
        Task<Void> check = context.waitForExternalEvent("check");
        for (int round = 1; ; round++) {
            Task<FetchUrl.Result> fetch = context.callActivity(FetchUrl.NAME, url, FetchUrl.Result.class);
            FetchUrl.Result result = Objects.requireNonNull(fetch.await());
            report = report.after(result, context.getCurrentInstant().toString());
            context.setCustomStatus(report);

            Task<?> first =
                    context.anyOf(stop, check, context.createTimer(pause)).await();
            if (first == stop || stop.isDone()) {
                return report;
            }
            if (check.isDone()) {
                check = context.waitForExternalEvent("check");
            }
            if (round == ROUNDS_PER_GENERATION) {
                // The next generation looks at once, and so serves a check that was found done.
                context.continueAsNew(request.goingOn(report));
            }
        }
    }
}
