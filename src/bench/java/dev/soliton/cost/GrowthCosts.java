package dev.soliton.cost;

import dev.soliton.client.StartRequest;
import dev.soliton.orchestration.OrchestrationContext;
import dev.soliton.orchestration.Task;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** How many requests an execution makes as it grows, and how many rows it leaves, on storage in memory. */
public final class GrowthCosts {
    private static final String ID = "job";

    private GrowthCosts() {}

    /**
     * What an execution of some size cost.
     *
     * @param requests since its start, that included
     * @param rows that are left
     */
    public record Grown(int size, int requests, int rows) {}

    /** What grows. */
    public enum Kind {
        /** Activities, one after another. */
        CHAIN,
        /** Activities, all at once, which end four at a time. */
        FAN_OUT,
        /** Events that lie there before any of them is taken in. */
        EVENTS,
        /** Generations, each begun by an event. */
        GENERATIONS
    }

    /** Runs one of that size to its end. */
    public static Grown measure(Kind kind, int size) {
        AtomicReference<@Nullable MemoryHubStorage> account = new AtomicReference<>();
        try (CountedHub hub = new CountedHub(clock -> {
            MemoryHubStorage storage = new MemoryHubStorage(clock);
            account.set(storage);
            return storage;
        })) {
            hub.registry
                    .orchestrator("CHAIN", () -> GrowthCosts::chain)
                    .orchestrator("FAN_OUT", () -> GrowthCosts::fanOut)
                    .orchestrator("EVENTS", () -> GrowthCosts::events)
                    .orchestrator("GENERATIONS", () -> GrowthCosts::generations)
                    .activity("Nothing", () -> context -> null);
            hub.activities.endTogether(4);
            hub.client.start(new StartRequest(kind.name(), ID, String.valueOf(size)));
            hub.run();
            for (int i = 0; i < size && (kind == Kind.EVENTS || kind == Kind.GENERATIONS); i++) {
                hub.client.raiseEvent(ID, "go", "1", null);
                if (kind == Kind.GENERATIONS) {
                    hub.run();
                }
            }
            hub.run();
            if (!hub.client.status(ID, false).orElseThrow().status().isTerminal()) {
                throw new IllegalStateException("It has not ended: " + kind + " of " + size);
            }
            int rows = Objects.requireNonNull(account.get()).instances.keys(ID).size();
            return new Grown(size, hub.bill().size() - 1, rows);
        }
    }

    private static int size(OrchestrationContext context) {
        return Objects.requireNonNull(context.getInput(Integer.class));
    }

    private static @Nullable Object chain(OrchestrationContext context) {
        for (int i = size(context); i > 0; i--) {
            context.callActivity("Nothing").await();
        }
        return null;
    }

    private static @Nullable Object fanOut(OrchestrationContext context) {
        List<Task<Void>> tasks = new ArrayList<>();
        for (int i = size(context); i > 0; i--) {
            tasks.add(context.callActivity("Nothing"));
        }
        context.allOf(tasks).await();
        return null;
    }

    private static @Nullable Object events(OrchestrationContext context) {
        for (int i = size(context); i > 0; i--) {
            context.waitForExternalEvent("go").await();
        }
        return null;
    }

    private static @Nullable Object generations(OrchestrationContext context) {
        int left = size(context);
        context.waitForExternalEvent("go").await();
        if (left > 1) {
            context.continueAsNew(left - 1);
        }
        return null;
    }
}
