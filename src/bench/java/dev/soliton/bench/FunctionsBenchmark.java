package dev.soliton.bench;

import dev.soliton.client.StartRequest;
import dev.soliton.functions.FunctionCalls;
import dev.soliton.orchestration.Registry;
import java.util.ArrayList;
import java.util.List;
import org.HdrHistogram.Histogram;

/**
 * What the HTTP functions add to the calls of the client that they translate: their classes called with requests that were
 * made up, against the client, in turn, on storage in memory. What host and worker add is not in it.
 */
final class FunctionsBenchmark {
    private static final int ROUNDS = 10;
    private static final int TIMES = 2_000;

    private final Scale scale;
    private final Report report;
    private final List<List<String>> rows = new ArrayList<>();

    FunctionsBenchmark(Scale scale, Report report) {
        this.scale = scale;
        this.report = report;
    }

    private interface Call {
        void make(String id);
    }

    void run() {
        report.heading("What the HTTP functions add");
        Registry registry = new Registry().orchestrator("Job", () -> context -> null);
        try (MemoryHub hub = new MemoryHub(registry)) {
            FunctionCalls functions = new FunctionCalls(hub.client(), hub.storage(), hub.engine());
            hub.client().start(new StartRequest("Job", "there", "1"));
            compare(
                    "POST orchestrators/{name}/{id}, 202",
                    id -> require(202, functions.start("Job", "function-" + id)),
                    id -> hub.client().start(new StartRequest("Job", "client-" + id, "{\"city\":\"Oslo\"}")));
            compare(
                    "POST orchestrators/{name}/{id}, 409",
                    id -> require(409, functions.start("Job", "there")),
                    id -> hub.client().start(new StartRequest("Job", "there", "{\"city\":\"Oslo\"}")));
            compare("GET instances/{id}", id -> require(202, functions.status("there")), id -> hub.client()
                    .status("there", true));
        }
        report.table(List.of("", "function, µs", "client, µs", "added, µs"), rows);
    }

    private void compare(String what, Call function, Call client) {
        Histogram functionNanos = new Histogram(3);
        Histogram clientNanos = new Histogram(3);
        int times = scale.of(TIMES, 100);
        for (int round = 0; round <= ROUNDS; round++) {
            if (round == 1) { // the first was to warm up
                functionNanos.reset();
                clientNanos.reset();
            }
            for (int time = 0; time < times; time++) {
                String id = round + "-" + time;
                measure(function, id, functionNanos);
                measure(client, id, clientNanos);
            }
        }
        double ofFunction = functionNanos.getValueAtPercentile(50) / 1e3;
        double ofClient = clientNanos.getValueAtPercentile(50) / 1e3;
        report.add(Figure.of(what + ", function over client in memory", 1, "p50", ofFunction / 1e3, ofClient / 1e3));
        rows.add(List.of(what, Numbers.show(ofFunction), Numbers.show(ofClient), Numbers.show(ofFunction - ofClient)));
    }

    private static void measure(Call call, String id, Histogram nanos) {
        long begun = System.nanoTime();
        call.make(id);
        nanos.recordValue(System.nanoTime() - begun);
    }

    private static void require(int expected, int code) {
        if (code != expected) {
            throw new IllegalStateException("Answered " + code + ", not " + expected + ".");
        }
    }
}
