package dev.soliton.bench;

import dev.soliton.functions.FirstStart;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * How long it takes from the start of a process to its first 202, with the flags that the Java worker is run with: of the
 * local host with the staged app, and of a bare JVM that has nothing but the app and calls the function.
 */
final class ColdStartBenchmark {
    private static final int RUNS = 7;
    private static final int STARTS = 3;

    private final BenchStorage storage;
    private final Scale scale;
    private final Report report;

    ColdStartBenchmark(BenchStorage storage, Scale scale, Report report) {
        this.storage = storage;
        this.scale = scale;
        this.report = report;
    }

    void run() throws Exception {
        report.heading("Cold start");
        bareJvm();
        localHost();
        size();
    }

    /** Milliseconds since the JVM began, those of processors that it had, and classes loaded. */
    private record Mark(double millis, double cpuMillis, double classes) {}

    private void bareJvm() throws IOException, InterruptedException {
        String hub = storage.freshHub();
        once(hub); // so that table and queue are there, and the jars in the page cache
        Map<String, List<Mark>> marks = new LinkedHashMap<>();
        for (int run = 0; run < scale.of(RUNS, 3); run++) {
            once(hub).forEach((what, mark) -> marks.computeIfAbsent(what, key -> new ArrayList<>())
                    .add(mark));
        }
        List<List<String>> rows = new ArrayList<>();
        marks.forEach((what, all) -> {
            double millis = Numbers.median(all.stream().map(Mark::millis).toList());
            double best = all.stream().mapToDouble(Mark::millis).min().orElseThrow();
            double cpu = Numbers.median(all.stream().map(Mark::cpuMillis).toList());
            double classes = Numbers.median(all.stream().map(Mark::classes).toList());
            String title = title(what);
            report.add(Figure.of("cold start, bare JVM: " + title, 1, "p50", millis));
            report.add(Figure.of("cold start, bare JVM: " + title, 1, "cpu ms", cpu));
            report.add(Figure.of("cold start, bare JVM: " + title, 1, "classes", classes));
            rows.add(
                    List.of(title, Numbers.show(millis), Numbers.show(best), Numbers.show(cpu), Numbers.show(classes)));
        });
        report.text("A bare JVM:");
        report.table(
                List.of("", "ms since its start, median", "best", "ms of processors, median", "classes loaded"), rows);
    }

    private static String title(String what) {
        return switch (what) {
            case "main" -> "the main class is there";
            case "factory" -> "the functions are found";
            case "start-1" -> "first 202: the app's objects are made, three requests";
            case "start-2" -> "second 202";
            default -> "third 202";
        };
    }

    private Map<String, Mark> once(String hub) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+TieredCompilation",
                "-XX:TieredStopAtLevel=1",
                "-Djava.net.preferIPv4Stack=true",
                "-cp",
                classPath(),
                FirstStart.class.getName(),
                String.valueOf(STARTS));
        builder.environment().putAll(storage.settings());
        builder.environment().put("SOLITON_HUB", hub);
        builder.redirectError(ProcessBuilder.Redirect.INHERIT);
        Process process = builder.start();
        Map<String, Mark> marks = new LinkedHashMap<>();
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
            lines.lines()
                    .map(line -> line.split(" ", -1))
                    .forEach(words -> marks.put(
                            words[0],
                            new Mark(
                                    Double.parseDouble(words[1]),
                                    Double.parseDouble(words[2]),
                                    Double.parseDouble(words[3]))));
        }
        if (process.waitFor() != 0 || marks.size() != 2 + STARTS) {
            throw new IllegalStateException("The first starts failed: " + marks);
        }
        return marks;
    }

    /** The staged jars, then the one class of the benchmark, and what the worker brings along. */
    private static String classPath() throws IOException {
        List<String> paths = new ArrayList<>();
        try (Stream<Path> files = Files.walk(App.staged())) {
            files.filter(file -> file.toString().endsWith(".jar"))
                    .map(Path::toString)
                    .forEach(paths::add);
        }
        for (Class<?> type : List.of(
                FirstStart.class,
                com.microsoft.azure.functions.HttpRequestMessage.class,
                com.microsoft.azure.functions.spi.inject.FunctionInstanceInjector.class)) {
            paths.add(type.getProtectionDomain().getCodeSource().getLocation().getPath());
        }
        return String.join(File.pathSeparator, paths);
    }

    private void localHost() throws Exception {
        List<Double> ready = new ArrayList<>();
        List<Double> first = new ArrayList<>();
        List<Double> second = new ArrayList<>();
        String hub = storage.freshHub();
        for (int run = 0; run <= scale.of(RUNS, 3); run++) {
            long begun = System.nanoTime();
            try (App app = App.launch(storage.connectionString(), hub, Map.of())) {
                app.awaitReady();
                double readyMillis = Numbers.millis(System.nanoTime() - begun);
                app.start("HelloCities", "first-" + run);
                double firstMillis = Numbers.millis(System.nanoTime() - begun);
                app.start("HelloCities", "second-" + run);
                if (run > 0) { // the first made table and queue
                    ready.add(readyMillis);
                    first.add(firstMillis);
                    second.add(Numbers.millis(System.nanoTime() - begun) - firstMillis);
                }
            }
        }
        report.add(Figure.of("cold start, local host: it serves", 1, "p50", Numbers.median(ready)));
        report.add(Figure.of("cold start, local host: first 202", 1, "p50", Numbers.median(first)));
        report.text("The local host, which loads extensions and listeners of its own:");
        report.table(
                List.of("", "ms since its start, median"),
                List.of(
                        List.of("it serves", Numbers.show(Numbers.median(ready))),
                        List.of("first 202", Numbers.show(Numbers.median(first))),
                        List.of("the next 202, by itself", Numbers.show(Numbers.median(second)))));
    }

    private void size() throws IOException {
        Map<String, Long> sizes = new TreeMap<>();
        try (Stream<Path> files = Files.walk(App.staged())) {
            files.filter(Files::isRegularFile).forEach(file -> sizes.merge(group(file), length(file), Long::sum));
        }
        List<List<String>> rows = new ArrayList<>();
        sizes.forEach((what, bytes) -> rows.add(List.of(what, Numbers.show(bytes / 1e6))));
        double all = sizes.values().stream().mapToLong(Long::longValue).sum() / 1e6;
        rows.add(List.of("all", Numbers.show(all)));
        report.add(Figure.of("package", 1, "MB", all));
        report.text("The package that is deployed:");
        report.table(List.of("", "MB"), rows);
    }

    private static String group(Path file) {
        String name = file.getFileName().toString();
        if (!name.endsWith(".jar")) {
            return "JSON of the host and the functions";
        }
        return name.startsWith("soliton")
                ? "Soliton and its examples"
                : name.startsWith("azure") || name.startsWith("msal")
                        ? "Azure SDK"
                        : name.startsWith("jackson") ? "Jackson" : name.startsWith("reactor") ? "Reactor" : "others";
    }

    private static long length(Path file) {
        try {
            return Files.size(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
