package dev.soliton.e2e.app;

import static dev.soliton.e2e.app.Steps.ECHO;
import static dev.soliton.e2e.app.Steps.FLAKY;
import static dev.soliton.e2e.app.Steps.HOLD;
import static dev.soliton.e2e.app.Steps.LARGE;
import static dev.soliton.e2e.app.Steps.LENGTH;

import dev.soliton.app.AppEnvironment;
import dev.soliton.app.SolitonApp;
import dev.soliton.e2e.app.Steps.Flakiness;
import dev.soliton.orchestration.CompositeTaskFailedException;
import dev.soliton.orchestration.OrchestrationContext;
import dev.soliton.orchestration.Registry;
import dev.soliton.orchestration.RetryPolicy;
import dev.soliton.orchestration.Task;
import dev.soliton.orchestration.TaskCanceledException;
import dev.soliton.orchestration.TaskFailedException;
import dev.soliton.orchestration.TaskOptions;
import dev.soliton.orchestration.TypeReference;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Orchestrators that wait: for each thing alone, for several, and for several of several. */
public final class Awaits implements SolitonApp {
    private static final Duration NEVER = Duration.ofHours(1);

    @Override
    public void register(Registry registry, AppEnvironment environment) {
        registry.orchestrator("AwaitOne", () -> Awaits::one)
                .orchestrator("Greeter", () -> context -> "Hello " + context.getInput(String.class) + "!")
                .orchestrator("Race", () -> Awaits::race)
                .orchestrator("FailedWinner", () -> Awaits::failedWinner)
                .orchestrator("Nested", () -> Awaits::nested)
                .orchestrator("NestedFailures", () -> Awaits::nestedFailures)
                .orchestrator("FanOut", () -> Awaits::fanOut)
                .orchestrator("OwnClocks", () -> Awaits::ownClocks)
                .orchestrator("ByHandler", () -> Awaits::byHandler)
                .orchestrator("DuringActivity", () -> Awaits::duringActivity)
                .orchestrator("ThreeEvents", () -> Awaits::threeEvents)
                .orchestrator("TimedOutWait", () -> Awaits::timedOutWait)
                .orchestrator("Statuses", () -> Awaits::statuses)
                .orchestrator("LargeResult", () -> Awaits::largeResult);
    }

    /** Waits for what the input names. */
    private static @Nullable Object one(OrchestrationContext context) {
        return switch (input(context, String.class)) {
            case "activity" -> context.callActivity(ECHO, "x", String.class).await();
            case "activity without a result" -> context.callActivity(ECHO).await();
            case "activity that fails" -> messageOf(flaky(context, "x", 1, null));
            case "activity that nobody knows" -> messageOf(context.callActivity("Nobody"));
            case "sub-orchestration" ->
                context.callSubOrchestrator("Greeter", "x", String.class).await();
            case "sub-orchestration that nobody knows" -> messageOf(context.callSubOrchestrator("Nobody"));
            case "timer of no time" -> elapsed(context, context.createTimer(Duration.ZERO), Duration.ZERO);
            case "timer in the past" ->
                elapsed(context, context.createTimer(Instant.EPOCH.atZone(ZoneOffset.UTC)), Duration.ZERO);
            case "timer of this turn" ->
                elapsed(context, context.createTimer(Duration.ofMillis(300)), Duration.ofMillis(300));
            case "timer of another turn" ->
                elapsed(context, context.createTimer(Duration.ofSeconds(3)), Duration.ofSeconds(3));
            case "timer with a date" ->
                elapsed(
                        context,
                        context.createTimer(
                                context.getCurrentInstant().plusSeconds(3).atZone(ZoneOffset.ofHours(5))),
                        Duration.ofSeconds(3));
            case "event" -> context.waitForExternalEvent("go", Object.class).await();
            case "event in time" ->
                context.waitForExternalEvent("go", NEVER, Object.class).await();
            case "event too late" -> messageOf(context.waitForExternalEvent("go", Duration.ofSeconds(3)));
            case "event not there" -> messageOf(context.waitForExternalEvent("go", Duration.ZERO));
            case "thenApply" ->
                context.callActivity(ECHO, 20, Integer.class)
                        .thenApply(number -> Objects.requireNonNull(number) + 1)
                        .thenApply(number -> number * 2)
                        .await();
            case "allOf" -> context.allOf(echoes(context, "a", "b", "c")).await();
            case "allOf nothing" -> context.allOf(List.<Task<String>>of()).await();
            case "anyOf" ->
                first(context, context.createTimer(NEVER), context.callActivity(ECHO, "x", String.class))
                        .await();
            default -> throw new IllegalArgumentException("What is to be waited for?");
        };
    }

    /** Whether a timer was not done before its time. */
    private static boolean elapsed(OrchestrationContext context, Task<Void> timer, Duration atLeast) {
        Instant before = context.getCurrentInstant();
        timer.await();
        return !context.getCurrentInstant().isBefore(before.plus(atLeast));
    }

    /** An activity, a timer and an event; who wins, with what, and what the others say then. */
    private static Object race(OrchestrationContext context) {
        Task<String> activity = context.callActivity(HOLD, "race", String.class);
        Task<String> timer = context.createTimer(input(context, Duration.class)).thenApply(fired -> "time is up");
        Task<String> event = context.waitForExternalEvent("go", String.class);
        List<Task<String>> all = List.of(activity, timer, event);
        Task<?> winner = Objects.requireNonNull(context.anyOf(all).await());
        return List.of(
                List.of("activity", "timer", "event").get(all.indexOf(winner)),
                Objects.requireNonNull(winner.await()),
                all.stream().map(Task::isDone).toList());
    }

    private static Object failedWinner(OrchestrationContext context) {
        return messageOf(first(context, context.waitForExternalEvent("go"), flaky(context, "first", 1, null)));
    }

    private static @Nullable Object nested(OrchestrationContext context) {
        Task<List<String>> activities = context.allOf(echoes(context, "a", "b"));
        Task<List<String>> late = context.allOf(List.of(
                context.waitForExternalEvent("go", String.class),
                context.createTimer(Duration.ofMillis(300)).thenApply(fired -> "fired"),
                context.callSubOrchestrator("Greeter", "x", String.class),
                context.callActivity(HOLD, "nested", String.class)));
        Task<List<String>> first = context.anyOf(
                        List.of(context.createTimer(NEVER), context.allOf(echoes(context, "c", "d"))))
                .thenApply(winner -> {
                    @SuppressWarnings("unchecked")
                    List<String> values =
                            (List<String>) Objects.requireNonNull(winner).await();
                    return values;
                });
        Task<List<List<String>>> none = context.allOf(List.of());
        return context.allOf(List.of(context.allOf(List.of(activities, late)), context.allOf(List.of(first)), none))
                .await();
    }

    private static Object nestedFailures(OrchestrationContext context) {
        Task<List<String>> two = context.allOf(
                List.of(flaky(context, "a", 1, null), flaky(context, "b", 0, null), flaky(context, "c", 1, null)));
        Task<List<String>> one = context.allOf(List.of(flaky(context, "d", 0, null)));
        try {
            return Objects.requireNonNull(context.allOf(List.of(two, one, two)).await());
        } catch (CompositeTaskFailedException failed) {
            return failures(failed);
        }
    }

    private static List<Object> failures(CompositeTaskFailedException failed) {
        List<Object> failures = new ArrayList<>();
        for (Exception failure : failed.getExceptions()) {
            failures.add(
                    failure instanceof CompositeTaskFailedException inner
                            ? failures(inner)
                            : ((TaskFailedException) failure)
                                    .getFailureDetails()
                                    .message());
        }
        return failures;
    }

    /** Calls that fail as often as the input says, each with four attempts. */
    private static Object fanOut(OrchestrationContext context) {
        List<Flakiness> asked = Objects.requireNonNull(context.getInput(new TypeReference<List<Flakiness>>() {}));
        RetryPolicy policy = new RetryPolicy(4, Duration.ofMillis(100)).setBackoffCoefficient(5.0);
        List<Task<String>> calls = new ArrayList<>();
        for (Flakiness each : asked) {
            calls.add(context.callActivity(FLAKY, each, TaskOptions.withRetryPolicy(policy), String.class));
        }
        try {
            return Objects.requireNonNull(context.allOf(calls).await());
        } catch (CompositeTaskFailedException failed) {
            return failures(failed);
        }
    }

    /** Of two calls that are tried again, one waits for an hour before it is. */
    private static @Nullable Object ownClocks(OrchestrationContext context) {
        Task<String> slow = flaky(context, "slow", 1, new RetryPolicy(2, NEVER));
        Task<String> fast = flaky(context, "fast", 3, new RetryPolicy(4, Duration.ofMillis(100)));
        return first(context, context.allOf(List.of(slow, fast)), fast).await();
    }

    /** A handler that makes a pause, and gives up at the third failure. */
    private static Object byHandler(OrchestrationContext context) {
        List<Integer> told = new ArrayList<>();
        TaskOptions options = TaskOptions.withRetryHandler(failed -> {
            told.add(failed.getLastAttemptNumber());
            failed.getOrchestrationContext().createTimer(Duration.ofMillis(100)).await();
            return failed.getLastAttemptNumber() < 3;
        });
        Task<String> passes = context.callActivity(FLAKY, new Flakiness("passes", 2, false), options, String.class);
        String passed = String.valueOf(passes.await());
        Task<String> fails = context.callActivity(FLAKY, new Flakiness("fails", 9, false), options, String.class);
        return List.of(passed, messageOf(fails), told);
    }

    /** Takes an event while an activity works. */
    private static Object duringActivity(OrchestrationContext context) {
        Task<String> activity = context.callActivity(HOLD, "long", String.class);
        String event =
                String.valueOf(context.waitForExternalEvent("go", String.class).await());
        context.setCustomStatus(event);
        context.callActivity(ECHO, event).await();
        context.setCustomStatus(event + " handled");
        return List.of(event, String.valueOf(activity.await()));
    }

    /** Waits for one name three times, in several spellings, two of them at once. */
    private static Object threeEvents(OrchestrationContext context) {
        Task<Object> first = context.waitForExternalEvent("approve", Object.class);
        Task<Object> second = context.waitForExternalEvent("APPROVE", Object.class);
        List<@Nullable Object> came = new ArrayList<>();
        came.add(second.await());
        came.add(first.await());
        context.setCustomStatus("two are there");
        context.callActivity(HOLD, "between").await();
        came.add(context.waitForExternalEvent("Approve", Object.class).await());
        return came;
    }

    /** A wait that ran out of time takes no event that comes later. */
    private static Object timedOutWait(OrchestrationContext context) {
        Task<String> impatient = context.waitForExternalEvent("go", Duration.ofMillis(300), String.class);
        Task<String> patient = context.waitForExternalEvent("go", NEVER, String.class);
        String message = messageOf(impatient);
        context.setCustomStatus("ran out");
        return List.of(message, impatient.isCancelled(), String.valueOf(patient.await()));
    }

    /** Shows what it is told to. */
    private static @Nullable Object statuses(OrchestrationContext context) {
        context.setCustomStatus(Map.of("phase", "begun", "text", "zażółć 🌊"));
        while (true) {
            Object shown = context.waitForExternalEvent("show", Object.class).await();
            if (shown == null) {
                context.clearCustomStatus();
            } else if (shown.equals("too much")) {
                try {
                    context.setCustomStatus("x".repeat(16 * 1024));
                } catch (IllegalArgumentException refused) {
                    return refused.getMessage();
                }
            } else {
                context.setCustomStatus(shown);
            }
        }
    }

    private static Object largeResult(OrchestrationContext context) {
        String text = String.valueOf(context.callActivity(LARGE, context.getInput(Integer.class), String.class)
                .await());
        context.waitForExternalEvent("go").await();
        Integer length = context.callActivity(LENGTH, text, Integer.class).await();
        return Arrays.asList(length, text);
    }

    private static List<Task<String>> echoes(OrchestrationContext context, String... values) {
        return Arrays.stream(values)
                .map(value -> context.callActivity(ECHO, value, String.class))
                .toList();
    }

    private static Task<String> flaky(
            OrchestrationContext context, String value, int failures, @Nullable RetryPolicy policy) {
        TaskOptions options = policy == null ? null : TaskOptions.withRetryPolicy(policy);
        return context.callActivity(FLAKY, new Flakiness(value, failures, false), options, String.class);
    }

    private static Task<?> first(OrchestrationContext context, Task<?>... tasks) {
        return Objects.requireNonNull(context.anyOf(tasks).await());
    }

    /** How a task fails. */
    private static String messageOf(Task<?> task) {
        try {
            return "not failed: " + task.await();
        } catch (TaskCanceledException cancelled) {
            return "cancelled: " + cancelled.getTaskName();
        } catch (TaskFailedException failed) {
            return failed.getFailureDetails().summary();
        }
    }

    static <T> T input(OrchestrationContext context, Class<T> type) {
        return Objects.requireNonNull(context.getInput(type));
    }
}
