package dev.soliton.bench;

import dev.soliton.client.Instance;
import dev.soliton.client.PurgeOutcome;
import dev.soliton.client.StartRequest;
import dev.soliton.cost.GrowthCosts;
import dev.soliton.orchestration.OrchestrationContext;
import dev.soliton.orchestration.Registry;
import dev.soliton.orchestration.Task;
import dev.soliton.store.RuntimeStatus;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/**
 * How time, transactions and memory grow with the size of an execution and with the number of instances. The storage is
 * in memory and takes no time, so that the time is the engine's own; each is the best of several runs.
 */
final class GrowthBenchmark {
    private static final int RUNS = 4;
    private static final int OPEN_TURNS = 300;
    private static final List<Integer> SIZES = List.of(10, 100, 1_000, 10_000);
    private static final List<Integer> HUBS = List.of(1_000, 10_000, 100_000);

    private final Scale scale;
    private final Report report;

    GrowthBenchmark(Scale scale, Report report) {
        this.scale = scale;
        this.report = report;
    }

    void run() throws Exception {
        report.heading("Growth");
        steps();
        purges();
        memory();
    }

    private static String title(GrowthCosts.Kind kind) {
        return switch (kind) {
            case CHAIN -> "sequential activities";
            case FAN_OUT -> "parallel activities";
            case EVENTS -> "events that wait to be taken in";
            case GENERATIONS -> "generations, one for each event";
        };
    }

    private void steps() {
        List<List<String>> rows = new ArrayList<>();
        for (GrowthCosts.Kind kind : GrowthCosts.Kind.values()) {
            int lastSize = 0;
            int lastRequests = 0;
            for (int size : SIZES) {
                double micros = micros(kind, size) / size;
                GrowthCosts.Grown grown = GrowthCosts.measure(kind, size);
                double further = (double) (grown.requests() - lastRequests) / (size - lastSize);
                String name = title(kind) + ", " + size;
                report.add(Figure.of(name, 1, "microseconds per step", micros));
                report.add(Figure.of(name, 1, "transactions per further step", further));
                report.add(Figure.of(name, 1, "rows left", grown.rows()));
                rows.add(List.of(
                        title(kind),
                        Numbers.show(size),
                        Numbers.show(micros),
                        lastSize == 0 ? "" : Numbers.show(further),
                        Numbers.show(grown.rows())));
                lastSize = size;
                lastRequests = grown.requests();
            }
        }
        report.table(
                List.of("", "how many", "µs each", "transactions each, of those more", "rows left at the end"), rows);
    }

    private static Registry registry() {
        return new Registry()
                .orchestrator("CHAIN", () -> GrowthBenchmark::chain)
                .orchestrator("FAN_OUT", () -> GrowthBenchmark::fanOut)
                .orchestrator("EVENTS", () -> GrowthBenchmark::events)
                .orchestrator("GENERATIONS", () -> GrowthBenchmark::generations)
                .orchestrator("NOTHING", () -> context -> null)
                .activity("Nothing", () -> context -> null);
    }

    private static int size(OrchestrationContext context) {
        return Objects.requireNonNull(context.getInput(Integer.class));
    }

    private static Object chain(OrchestrationContext context) {
        for (int i = size(context); i > 0; i--) {
            context.callActivity("Nothing").await();
        }
        return "done";
    }

    private static Object fanOut(OrchestrationContext context) {
        List<Task<Void>> tasks = new ArrayList<>();
        for (int i = size(context); i > 0; i--) {
            tasks.add(context.callActivity("Nothing"));
        }
        context.allOf(tasks).await();
        return "done";
    }

    private static Object events(OrchestrationContext context) {
        for (int i = size(context); i > 0; i--) {
            context.waitForExternalEvent("go").await();
        }
        return "done";
    }

    private static @Nullable Object generations(OrchestrationContext context) {
        int left = size(context);
        context.waitForExternalEvent("go").await();
        if (left > 1) {
            context.continueAsNew(left - 1);
        }
        return null;
    }

    /** The best of some runs, after one to warm up. */
    private double micros(GrowthCosts.Kind kind, int size) {
        long best = Long.MAX_VALUE;
        for (int run = 0; run <= scale.of(RUNS); run++) {
            long nanos = once(kind, size);
            best = run == 0 ? best : Math.min(best, nanos);
        }
        return best / 1e3;
    }

    private static long once(GrowthCosts.Kind kind, int size) {
        try (MemoryHub hub = new MemoryHub(registry())) {
            long begun = System.nanoTime();
            hub.client().start(new StartRequest(kind.name(), "id", String.valueOf(size)));
            hub.drain();
            for (int i = 0; i < size && kind == GrowthCosts.Kind.EVENTS; i++) {
                hub.client().raiseEvent("id", "go", "1", null);
            }
            if (kind == GrowthCosts.Kind.EVENTS) {
                begun = System.nanoTime(); // they wait; now they are taken in
            }
            for (int i = 0; i < size && kind == GrowthCosts.Kind.GENERATIONS; i++) {
                hub.client().raiseEvent("id", "go", "1", null);
                hub.drain();
            }
            hub.drain();
            long nanos = System.nanoTime() - begun;
            check(hub.client().status("id", false).orElseThrow());
            return nanos;
        }
    }

    private static void check(Instance ended) {
        if (ended.status() != RuntimeStatus.COMPLETED) {
            throw new IllegalStateException("It did not complete: " + ended);
        }
    }

    /** The time of one start, one run and one purge, among more and more instances. */
    private void purges() {
        List<List<String>> rows = new ArrayList<>();
        for (int full : HUBS) {
            int instances = scale.of(full, 100);
            try (MemoryHub hub = new MemoryHub(registry())) {
                long begun = System.nanoTime();
                for (int i = 0; i < instances; i++) {
                    hub.run("NOTHING", "instance-" + i, "1");
                }
                double runs = (System.nanoTime() - begun) / 1e3 / instances;
                begun = System.nanoTime();
                for (int i = 0; i < instances; i++) {
                    if (!(hub.client().purge("instance-" + i) instanceof PurgeOutcome.Purged)) {
                        throw new IllegalStateException("It was not purged.");
                    }
                }
                double purges = (System.nanoTime() - begun) / 1e3 / instances;
                report.add(Figure.of("run among " + instances + " instances", 1, "microseconds", runs));
                report.add(Figure.of("purge among " + instances + " instances", 1, "microseconds", purges));
                rows.add(List.of(Numbers.show(instances), Numbers.show(runs), Numbers.show(purges)));
            }
        }
        report.text("One instance among many, storage in memory:");
        report.table(List.of("instances", "start to completion, µs each", "purge, µs each"), rows);
    }

    /** The heap that turns hold which wait for an activity, by how many steps they have behind them. */
    private void memory() throws InterruptedException {
        Map<Integer, Double> kilobytes = new TreeMap<>();
        for (int steps : List.of(0, 100, 1_000)) {
            kilobytes.put(steps, kilobytesOfATurn(steps));
        }
        List<List<String>> rows = new ArrayList<>();
        kilobytes.forEach((steps, size) -> {
            report.add(Figure.of("open turn after " + steps + " steps", 1, "heap KB", size));
            rows.add(List.of(Numbers.show(steps), Numbers.show(size)));
        });
        report.text(
                "Heap that one open turn holds while it waits for an activity. It has two threads here, the host's and the"
                        + " activity's;\nin the app it has two more, the turn's and the orchestrator's, and gives that of the"
                        + " host back when it is\ndetached:");
        report.table(List.of("steps behind it", "KB"), rows);
    }

    private double kilobytesOfATurn(int steps) throws InterruptedException {
        int turns = scale.of(OPEN_TURNS, 20);
        CountDownLatch waiting = new CountDownLatch(turns);
        CountDownLatch end = new CountDownLatch(1);
        Registry registry = registry()
                .orchestrator("HOLD", () -> context -> {
                    chain(context);
                    return context.callActivity("Hold").await();
                })
                .activity("Hold", () -> context -> {
                    waiting.countDown();
                    end.await();
                    return null;
                });
        try (MemoryHub hub = new MemoryHub(registry, Executors.newCachedThreadPool());
                Callers hosts = new Callers(turns)) {
            for (int i = 0; i < turns; i++) {
                hub.client().start(new StartRequest("HOLD", "turn-" + i, String.valueOf(steps)));
            }
            CompletableFuture<?> running =
                    CompletableFuture.runAsync(() -> hosts.run(1, (caller, time) -> hub.handleOne()));
            waiting.await();
            long open = heap();
            end.countDown();
            running.join();
            // What is left is the storage, which has the journals.
            return (open - heap()) / 1e3 / turns;
        } finally {
            end.countDown();
        }
    }

    private static long heap() throws InterruptedException {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 5; i++) {
            System.gc();
            Thread.sleep(50);
            least = Math.min(
                    least,
                    ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
        }
        return least;
    }
}
