package dev.soliton.bench;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * All benchmarks, by {@code mvn -Pbench}.
 *
 * <p>They print what they find, and leave it in {@code target}: {@code benchmarks.json}, an array of {@link Figure}s, and
 * {@code performance.md}, the tables of {@code docs/performance.md}. {@code -Dsoliton.bench.only=cost,floor} runs some of
 * them, {@code -Dsoliton.bench.scale=0.1} a tenth of each, and {@code -Dsoliton.bench.publish=true} puts the tables into
 * that page.
 */
public final class Benchmarks {
    private final Scale scale;
    private final List<String> only;
    private final Report report = new Report(System.out);

    private Benchmarks(Scale scale, List<String> only) {
        this.scale = scale;
        this.only = only;
    }

    /** A part of the report. */
    private interface Part {
        void run() throws Exception;
    }

    /** Runs them. */
    public static void main(String[] args) throws Exception {
        String only = System.getProperty("soliton.bench.only", "").toLowerCase(Locale.ROOT);
        double scale = Double.parseDouble(System.getProperty("soliton.bench.scale", "1"));
        new Benchmarks(new Scale(scale), only.isBlank() ? List.of() : List.of(only.split(",", -1))).run();
        System.exit(0); // idle threads of pools may be left
    }

    private void run() throws Exception {
        long begun = System.nanoTime();
        report.text(Machine.description(scale));
        try (BenchStorage storage = new BenchStorage()) {
            part("cost", () -> new CostBenchmark(storage, report).run());
            part("floor", () -> new FloorBenchmark(storage, scale, report).run());
            part("functions", () -> new FunctionsBenchmark(scale, report).run());
            part("growth", () -> new GrowthBenchmark(scale, report).run());
            part("list", () -> new ListBenchmark(storage, scale, report).run());
            part("contention", () -> new ContentionBenchmark(storage, scale, report).run());
            part("latency", () -> new LatencyBenchmark(storage, scale, report).run());
            part("cold", () -> new ColdStartBenchmark(storage, scale, report).run());
        }
        report.text(String.format(Locale.ROOT, "All of it took %.1f minutes.", (System.nanoTime() - begun) / 60e9));
        Path project = Path.of(System.getProperty("soliton.basedir", "."));
        report.write(project.resolve("target"));
        if (Boolean.getBoolean("soliton.bench.publish")) {
            report.publish(project.resolve("docs/performance.md"));
        }
    }

    private void part(String name, Part part) throws Exception {
        if (only.isEmpty() || only.contains(name)) {
            part.run();
        }
    }
}
