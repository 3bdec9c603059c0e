package dev.soliton.bench;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/**
 * From the 202 to the first line of the orchestrator, which is when the execution begins by its history: in an app that is
 * idle, and so looks into its queue as seldom as it is set to, and in one that is busy.
 */
final class LatencyBenchmark {
    private static final List<Double> LONGEST_POLLS = List.of(2.0, 1.0, 0.5);
    private static final int IDLE_STARTS = 12;
    private static final int LOADED_STARTS = 15;
    private static final int LOAD = 4;

    private final BenchStorage storage;
    private final Scale scale;
    private final Report report;
    private final List<List<String>> rows = new ArrayList<>();

    LatencyBenchmark(BenchStorage storage, Scale scale, Report report) {
        this.storage = storage;
        this.scale = scale;
        this.report = report;
    }

    void run() throws Exception {
        report.heading("From the 202 to the first line");
        for (double poll : LONGEST_POLLS) {
            Map<String, String> setting = Map.of(
                    "AzureFunctionsJobHost__extensions__queues__maxPollingInterval",
                    String.format("00:00:%02d.%03d", (int) poll, (int) (poll * 1_000) % 1_000));
            try (App app = App.start(storage.connectionString(), storage.freshHub(), setting)) {
                for (int i = 0; i < 3; i++) {
                    app.start("HelloCities", "warm-" + i);
                    app.awaitCompleted("warm-" + i);
                }
                idle(app, poll);
                if (poll == LONGEST_POLLS.get(0)) {
                    loaded(app);
                }
            }
        }
        report.table(
                List.of("maxPollingInterval", "app", "starts", "median ms", "most ms", "polls a minute, when idle"),
                rows);
    }

    private void idle(App app, double poll) throws Exception {
        List<Double> millis = new ArrayList<>();
        for (int i = 0; i < scale.of(IDLE_STARTS, 3); i++) {
            // Until the pauses between its looks are as long as they get, and any part of one more.
            Duration pause = Duration.ofMillis(
                    (long) (poll * 1_900 + ThreadLocalRandom.current().nextDouble(poll * 1_000)));
            TimeUnit.MILLISECONDS.sleep(pause.toMillis());
            millis.add(latency(app, "idle-" + i));
        }
        add(poll, "idle", 1, millis, Numbers.show(60 / poll));
    }

    private void loaded(App app) {
        List<Double> millis = Collections.synchronizedList(new ArrayList<>());
        try (Callers callers = new Callers(LOAD)) {
            callers.run(
                    scale.of(LOADED_STARTS, 3),
                    (caller, time) -> millis.add(latency(app, "loaded-" + caller + "-" + time)));
        }
        add(LONGEST_POLLS.get(0), "starting " + LOAD + " at a time", LOAD, millis, "");
    }

    private static double latency(App app, String id) throws IOException, InterruptedException {
        app.start("HelloCities", id);
        Instant answered = Instant.now();
        for (JsonNode event : app.awaitCompleted(id).path("historyEvents")) {
            if (event.path("EventType").asText().equals("ExecutionStarted")) {
                Instant began = Instant.parse(event.path("Timestamp").asText());
                return Duration.between(answered, began).toNanos() / 1e6;
            }
        }
        throw new IllegalStateException("The history of '" + id + "' has no beginning.");
    }

    private void add(double poll, String app, int callers, List<Double> millis, String polls) {
        double median = Numbers.median(millis);
        double most = Collections.max(millis);
        String name = "202 to first line, " + app + ", maxPollingInterval " + poll + " s";
        report.add(Figure.of(name, callers, "p50", median));
        report.add(Figure.of(name, callers, "max", most));
        rows.add(List.of(
                poll + " s", app, String.valueOf(millis.size()), Numbers.show(median), Numbers.show(most), polls));
    }
}
