package dev.soliton.cost;

import dev.soliton.client.StartRequest;
import dev.soliton.orchestration.OrchestrationContext;
import dev.soliton.orchestration.Task;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What operations cost: the requests that the real clients send to Azurite for each, counted as the tests count them, on a
 * hub where nothing depends on time.
 */
public final class OperationCosts {
    private static final String ID = "job";

    private OperationCosts() {}

    /**
     * What one operation costs.
     *
     * @param requests of which each is one transaction on the bill
     * @param makeUp which they are, and how many of each
     */
    public record Cost(String operation, int requests, String makeUp) {}

    /** How many of which request. */
    private record Counts(Map<Request, Integer> of) {
        Counts(List<Request> requests) {
            this(new EnumMap<>(Request.class));
            requests.forEach(request -> of.merge(request, 1, Integer::sum));
        }

        Counts without(Counts other) {
            Map<Request, Integer> left = new EnumMap<>(of);
            other.of.forEach((request, count) -> left.merge(request, -count, Integer::sum));
            left.values().removeIf(count -> count == 0);
            return new Counts(left);
        }

        Cost as(String operation) {
            String makeUp = of.entrySet().stream()
                    .map(entry -> name(entry.getKey()) + (entry.getValue() == 1 ? "" : " × " + entry.getValue()))
                    .collect(Collectors.joining(", "));
            return new Cost(
                    operation, of.values().stream().mapToInt(Integer::intValue).sum(), makeUp);
        }
    }

    private static String name(Request request) {
        return switch (request) {
            case READ -> "query of the partition";
            case WRITE -> "transaction on the partition";
            case PUT -> "message put";
            case RECEIVE -> "message received";
            case DELETE -> "message deleted";
            case READ_VALUE -> "blob read";
            case STORE_VALUE -> "blob written";
            case REMOVE_VALUE -> "blob removed";
            case OTHER -> "other";
        };
    }

    /** Does each operation once. */
    public static List<Cost> measure() {
        Counts nothing = count(hub -> {}, hub -> run(hub, "Nothing"));
        Counts event = count(hub -> run(hub, "Events"), OperationCosts::raise);
        Counts hello = count(hub -> {}, hub -> run(hub, "Chain5"));
        List<Cost> costs = new ArrayList<>();
        costs.add(count(hub -> {}, hub -> start(hub, "Nothing")).as("start of a fresh ID"));
        costs.add(count(hub -> start(hub, "Nothing"), hub -> start(hub, "Nothing"))
                .as("start of an ID that exists"));
        costs.add(count(hub -> start(hub, "Nothing"), hub -> hub.client.status(ID, true))
                .as("status"));
        costs.add(nothing.as("start to completion, no activity"));
        costs.add(count(hub -> {}, hub -> run(hub, "Chain6")).without(hello).as("each further sequential activity"));
        costs.add(hello.as("hello with 5 activities, in all"));
        for (int together : new int[] {100, 4, 1}) {
            costs.add(count(hub -> hub.activities.endTogether(together), hub -> run(hub, "FanOut"))
                    .as("fan-out of 100 activities of which " + together + " at a time end, in all"));
        }
        costs.add(event.as("event to a waiting instance, in all"));
        costs.add(count(hub -> {}, hub -> run(hub, "Sleeps")).without(nothing).as("timer that fires"));
        costs.add(count(hub -> {}, hub -> run(hub, "Parent"))
                .without(nothing)
                .as("sub-orchestration without activities, run in the parent's process"));
        costs.add(count(CountedHub::runNoChildren, hub -> run(hub, "Parent"))
                .without(nothing)
                .as("sub-orchestration without activities, through the queue"));
        costs.add(count(hub -> run(hub, "Actor"), OperationCosts::raise)
                .without(event)
                .as("continue-as-new, beyond the turn that woke it"));
        return costs;
    }

    private static Counts count(Consumer<CountedHub> before, Consumer<CountedHub> operation) {
        try (CountedHub hub = new CountedHub(AzuriteHubStorage::new)) {
            hub.registry
                    .orchestrator("Nothing", () -> context -> null)
                    .orchestrator("Chain5", () -> context -> chain(context, 5))
                    .orchestrator("Chain6", () -> context -> chain(context, 6))
                    .orchestrator("FanOut", () -> OperationCosts::fanOut)
                    .orchestrator("Events", () -> OperationCosts::events)
                    .orchestrator("Actor", () -> OperationCosts::actor)
                    .orchestrator("Sleeps", () -> OperationCosts::sleep)
                    .orchestrator("Parent", () -> OperationCosts::parent)
                    .activity("Nothing", () -> context -> null);
            before.accept(hub);
            hub.bill();
            operation.accept(hub);
            return new Counts(hub.bill());
        }
    }

    private static void start(CountedHub hub, String orchestrator) {
        hub.client.start(new StartRequest(orchestrator, ID, "1"));
    }

    private static void run(CountedHub hub, String orchestrator) {
        start(hub, orchestrator);
        hub.run();
    }

    private static void raise(CountedHub hub) {
        hub.client.raiseEvent(ID, "go", "1", null);
        hub.run();
    }

    private static @Nullable Object chain(OrchestrationContext context, int length) {
        for (int i = 0; i < length; i++) {
            context.callActivity("Nothing").await();
        }
        return null;
    }

    private static Object fanOut(OrchestrationContext context) {
        List<Task<Void>> tasks = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            tasks.add(context.callActivity("Nothing"));
        }
        return Objects.requireNonNull(context.allOf(tasks).await()).size();
    }

    private static @Nullable Object events(OrchestrationContext context) {
        context.waitForExternalEvent("go").await();
        context.waitForExternalEvent("go").await();
        return null;
    }

    private static @Nullable Object actor(OrchestrationContext context) {
        context.waitForExternalEvent("go").await();
        context.continueAsNew(1);
        return null;
    }

    private static @Nullable Object sleep(OrchestrationContext context) {
        context.createTimer(Duration.ofHours(1)).await();
        return null;
    }

    private static @Nullable Object parent(OrchestrationContext context) {
        return context.callSubOrchestrator("Nothing", 7, "child", null, Object.class)
                .await();
    }
}
