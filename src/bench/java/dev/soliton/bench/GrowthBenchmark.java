package dev.soliton.bench;

import dev.soliton.instance.Instance;
import dev.soliton.instance.RuntimeStatus;
import dev.soliton.instance.StartRequest;
import dev.soliton.orchestration.OrchestrationContext;
import dev.soliton.orchestration.Registry;
import dev.soliton.orchestration.Task;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/**
 * How the engine's own time grows with the size of an execution. The storage is in memory; each figure is the best of
 * several runs, after a run to warm up.
 */
public final class GrowthBenchmark {
    private static final int RUNS = 5;
    private static final List<Integer> SIZES = List.of(10, 100, 1_000, 10_000);

    private GrowthBenchmark() {}

    /** Prints a table: milliseconds of each size, microseconds of each step, and how often as long as a tenth of it. */
    public static void main(String[] args) {
        System.out.printf("%-34s %8s %12s %12s %8s%n", "what", "size", "ms", "us per step", "growth");
        measure("sequential activities", "Chain");
        measure("parallel activities", "FanOut");
        measure("timers, all at once due", "Timers");
        measure("events, one after another taken", "Events");
    }

    private static Registry registry() {
        return new Registry()
                .orchestrator("Chain", () -> GrowthBenchmark::chain)
                .orchestrator("FanOut", () -> GrowthBenchmark::fanOut)
                .orchestrator("Timers", () -> GrowthBenchmark::timers)
                .orchestrator("Events", () -> GrowthBenchmark::events)
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

    private static Object timers(OrchestrationContext context) {
        List<Task<Void>> tasks = new ArrayList<>();
        for (int i = size(context); i > 0; i--) {
            tasks.add(context.createTimer(Duration.ZERO));
        }
        context.allOf(tasks).await();
        return "done";
    }

    private static Object events(OrchestrationContext context) {
        for (int i = size(context); i > 0; i--) {
            context.waitForExternalEvent("e", Integer.class).await();
        }
        return "done";
    }

    private static void measure(String what, String orchestrator) {
        long last = 0;
        for (int size : SIZES) {
            long best = Long.MAX_VALUE;
            for (int run = 0; run <= RUNS; run++) {
                long nanos = once(orchestrator, size);
                best = run == 0 ? best : Math.min(best, nanos);
            }
            System.out.printf(Locale.ROOT, "%-34s %8d %12.2f %12.2f", what, size, best / 1e6, best / 1e3 / size);
            System.out.println(last == 0 ? "" : String.format(Locale.ROOT, " %7.1fx", (double) best / last));
            last = best;
        }
    }

    private static long once(String orchestrator, int size) {
        try (MemoryHub hub = new MemoryHub(registry())) {
            if (orchestrator.equals("Events")) {
                return events(hub, size);
            }
            long begin = System.nanoTime();
            check(hub.run(orchestrator, "id", String.valueOf(size)));
            return System.nanoTime() - begin;
        }
    }

    private static long events(MemoryHub hub, int size) {
        hub.client().start(new StartRequest("Events", "id", String.valueOf(size)));
        hub.drain();
        for (int i = 0; i < size; i++) {
            hub.client().raiseEvent("id", "e", String.valueOf(i), null);
        }
        long begin = System.nanoTime();
        hub.drain();
        long nanos = System.nanoTime() - begin;
        check(hub.client().status("id", false).orElseThrow());
        return nanos;
    }

    private static void check(Instance ended) {
        if (ended.status() != RuntimeStatus.COMPLETED) {
            throw new IllegalStateException("It did not complete: " + ended);
        }
    }
}
