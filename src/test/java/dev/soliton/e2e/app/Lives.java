package dev.soliton.e2e.app;

import static dev.soliton.e2e.app.Awaits.input;
import static dev.soliton.e2e.app.Steps.ECHO;
import static dev.soliton.e2e.app.Steps.FLAKY;
import static dev.soliton.e2e.app.Steps.HOLD;
import static dev.soliton.e2e.app.Steps.NEED;

import dev.soliton.app.AppEnvironment;
import dev.soliton.app.SolitonApp;
import dev.soliton.e2e.app.Steps.Flakiness;
import dev.soliton.orchestration.CompositeTaskFailedException;
import dev.soliton.orchestration.OrchestrationContext;
import dev.soliton.orchestration.Registry;
import dev.soliton.orchestration.RetryPolicy;
import dev.soliton.orchestration.Task;
import dev.soliton.orchestration.TaskOptions;
import dev.soliton.orchestration.TypeReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Orchestrators that are stopped, held up, or go on for ever. */
public final class Lives implements SolitonApp {
    private static final Duration NEVER = Duration.ofHours(1);

    @Override
    public void register(Registry registry, AppEnvironment environment) {
        registry.orchestrator("StandAt", () -> Lives::standAt)
                .orchestrator("Collect", () -> Lives::collect)
                .orchestrator("HoldThenEcho", () -> Lives::holdThenEcho)
                .orchestrator("EchoInput", () -> Lives::echoInput)
                .orchestrator("TimerThenEcho", () -> Lives::timerThenEcho)
                .orchestrator("Numbers", () -> Lives::numbers)
                .orchestrator("EchoThenNeeds", () -> Lives::echoThenNeeds);
    }

    /** Comes to the point that the input names, says so, and stands there. */
    private static @Nullable Object standAt(OrchestrationContext context) {
        String point = input(context, String.class);
        context.setCustomStatus(point);
        return switch (point) {
            case "event" -> context.waitForExternalEvent("go", Object.class).await();
            case "timer" -> context.createTimer(NEVER).await();
            case "activity" -> context.callActivity(HOLD, "stand", String.class).await();
            case "retry" ->
                context.callActivity(
                                FLAKY,
                                new Flakiness("x", 1, false),
                                TaskOptions.withRetryPolicy(new RetryPolicy(2, NEVER)),
                                String.class)
                        .await();
            case "sub-orchestration" ->
                context.callSubOrchestrator("StandAt", "event", context.getInstanceId() + ".child", Object.class)
                        .await();
            case "generation" -> {
                context.continueAsNew(point);
                yield null;
            }
            default -> throw new IllegalArgumentException("Where?");
        };
    }

    /** Takes as many events as the input says, each with an activity. */
    private static Object collect(OrchestrationContext context) {
        int wanted = input(context, Integer.class);
        List<@Nullable Object> items = new ArrayList<>();
        while (items.size() < wanted) {
            Object item = context.waitForExternalEvent("item", Object.class).await();
            items.add(context.callActivity(ECHO, item, Object.class).await());
            context.setCustomStatus(items.size());
        }
        return items;
    }

    private static @Nullable Object holdThenEcho(OrchestrationContext context) {
        String held = context.callActivity(HOLD, "hold", String.class).await();
        return context.callActivity(ECHO, held, String.class).await();
    }

    /** Returns its input, after two activities. */
    private static @Nullable Object echoInput(OrchestrationContext context) {
        Object input = context.getInput(Object.class);
        context.callActivity(ECHO, input, Object.class).await();
        return context.callActivity(ECHO, input, Object.class).await();
    }

    private static @Nullable Object timerThenEcho(OrchestrationContext context) {
        context.setCustomStatus("timer");
        context.createTimer(Duration.ofSeconds(3)).await();
        return context.callActivity(ECHO, "rung", String.class).await();
    }

    /**
     * An eternal instance: remembers the numbers that come as events, and begins a new generation after each dozen of
     * them, until one is negative. Every third generation has an activity in it.
     */
    private static @Nullable Object numbers(OrchestrationContext context) {
        List<Integer> seen = context.getInput(new TypeReference<List<Integer>>() {});
        List<Integer> numbers = seen == null ? new ArrayList<>() : new ArrayList<>(seen);
        for (int i = 0; i < 12; i++) {
            Integer number =
                    context.waitForExternalEvent("number", Integer.class).await();
            if (number == null || number < 0) {
                return numbers;
            }
            numbers.add(number);
            if (context.getGeneration() % 3 == 1 && i == 4) {
                context.callActivity(ECHO, number).await();
            }
        }
        context.setCustomStatus(numbers.size());
        context.continueAsNew(numbers);
        return null;
    }

    /** Needs two gates at once, one after another with the other, and undoes what it has done if it does not get them. */
    private static @Nullable Object echoThenNeeds(OrchestrationContext context) {
        String begun = context.callActivity(ECHO, "begun", String.class).await();
        List<Task<String>> needs = List.of(
                context.callActivity(NEED, "left", String.class), context.callActivity(NEED, "right", String.class));
        try {
            return begun + context.allOf(needs).await();
        } catch (CompositeTaskFailedException failed) {
            context.callActivity(ECHO, "undone").await();
            throw failed;
        }
    }
}
