package dev.soliton.e2e.app;

import static dev.soliton.e2e.app.Awaits.input;
import static dev.soliton.e2e.app.Steps.ECHO;
import static dev.soliton.e2e.app.Steps.HOLD;

import dev.soliton.app.AppEnvironment;
import dev.soliton.app.SolitonApp;
import dev.soliton.orchestration.OrchestrationContext;
import dev.soliton.orchestration.ParentInstance;
import dev.soliton.orchestration.Registry;
import dev.soliton.orchestration.RetryPolicy;
import dev.soliton.orchestration.Task;
import dev.soliton.orchestration.TaskFailedException;
import dev.soliton.orchestration.TaskOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Orchestrators that call others, and write to them. */
public final class Families implements SolitonApp {
    @Override
    public void register(Registry registry, AppEnvironment environment) {
        registry.orchestrator("Parent", () -> Families::parent)
                .orchestrator("HeldChild", () -> Families::heldChild)
                .orchestrator("Depth", () -> Families::depth)
                .orchestrator("ParentOfFailing", () -> Families::parentOfFailing)
                .orchestrator("FailingChild", () -> Families::failingChild)
                .activity("EchoOfFailing", () -> Steps.logged(activity -> activity.getInput(Object.class)))
                .orchestrator("ParentOfTwins", () -> Families::parentOfTwins)
                .orchestrator("ParentOfOne", () -> Families::parentOfOne)
                .orchestrator("PatientChild", () -> Families::patientChild)
                .orchestrator("Ping", () -> Families::ping)
                .orchestrator("Pong", () -> Families::pong)
                .orchestrator("ToNobody", () -> Families::toNobody);
    }

    /** Has as many children at once as the input says. */
    private static @Nullable Object parent(OrchestrationContext context) {
        List<Task<String>> children = new ArrayList<>();
        for (int i = 0; i < input(context, Integer.class); i++) {
            children.add(context.callSubOrchestrator("HeldChild", i, context.getInstanceId() + "." + i, String.class));
        }
        return context.allOf(children).await();
    }

    private static Object heldChild(OrchestrationContext context) {
        ParentInstance parent = Objects.requireNonNull(context.getParent());
        context.callActivity(HOLD, "child").await();
        return parent.instanceId() + " has " + context.getInput(Integer.class);
    }

    /** A child in a child in a child, as deep as the input says; each comes to its end in its second generation. */
    private static @Nullable Object depth(OrchestrationContext context) {
        int depth = input(context, Integer.class);
        if (context.getGeneration() == 0) {
            context.continueAsNew(depth);
        }
        if (depth == 0) {
            return context.callActivity(ECHO, "bottom", String.class).await();
        }
        return depth + " "
                + context.callSubOrchestrator("Depth", depth - 1, String.class).await();
    }

    /** Calls a child three times, and says how it failed the last time. */
    private static Object parentOfFailing(OrchestrationContext context) {
        TaskOptions options = TaskOptions.withRetryPolicy(new RetryPolicy(3, Duration.ofMillis(100)));
        Task<Void> child = context.callSubOrchestrator("FailingChild", "x", options);
        try {
            child.await();
            return "not failed";
        } catch (TaskFailedException failed) {
            return Arrays.asList(
                    failed.getTaskName(),
                    failed.getFailureDetails().summary(),
                    failed.getFailureDetails().isCausedBy(NumberFormatException.class));
        }
    }

    private static Object failingChild(OrchestrationContext context) {
        context.callActivity("EchoOfFailing", "once").await();
        throw new IllegalStateException(
                "Not again.", new NumberFormatException("for input " + context.getInput(String.class)));
    }

    /** Calls two children under one ID, of which one is refused. */
    private static Object parentOfTwins(OrchestrationContext context) {
        String id = context.getInstanceId() + ".child";
        List<Task<Object>> twins = List.of(
                context.callSubOrchestrator("PatientChild", null, id, Object.class),
                context.callSubOrchestrator("PatientChild", null, id, Object.class));
        Task<?> refused = Objects.requireNonNull(context.anyOf(twins).await());
        try {
            return "not refused: " + refused.await();
        } catch (TaskFailedException failed) {
            context.setCustomStatus("refused");
            return Arrays.asList(
                    failed.getFailureDetails().message(),
                    twins.get(1 - twins.indexOf(refused)).await());
        }
    }

    /** Calls a child that writes to it, and waits for events from outside. */
    private static Object parentOfOne(OrchestrationContext context) {
        Task<Object> child =
                context.callSubOrchestrator("PatientChild", null, context.getInstanceId() + ".child", Object.class);
        Object told = context.waitForExternalEvent("begun", Object.class).await();
        context.setCustomStatus(told);
        return Arrays.asList(told, child.await());
    }

    private static @Nullable Object patientChild(OrchestrationContext context) {
        ParentInstance parent = Objects.requireNonNull(context.getParent());
        context.sendEvent(parent.instanceId(), "begun", context.getInstanceId());
        return context.waitForExternalEvent("go", Object.class).await();
    }

    /**
     * A ball.
     *
     * @param from who hit it
     * @param count how often it was hit
     */
    record Ball(String from, int count) {}

    /** Plays with the instance that the input names, until the ball was hit fifty times. */
    private static Object ping(OrchestrationContext context) {
        String partner = input(context, String.class);
        int count = 0;
        while (count < 50) {
            context.sendEvent(partner, "Ball", new Ball(context.getInstanceId(), count + 1));
            count = Objects.requireNonNull(
                            context.waitForExternalEvent("Ball", Ball.class).await())
                    .count();
        }
        context.sendEvent(partner, "Ball", new Ball(context.getInstanceId(), 0));
        return count;
    }

    private static Object pong(OrchestrationContext context) {
        int rallies = context.getInput(Integer.class) == null ? 0 : input(context, Integer.class);
        for (int i = 0; i < 7; i++) {
            Ball ball = Objects.requireNonNull(
                    context.waitForExternalEvent("ball", Ball.class).await());
            if (ball.count() == 0) {
                return rallies;
            }
            rallies++;
            context.sendEvent(ball.from(), "Ball", new Ball(context.getInstanceId(), ball.count() + 1));
        }
        context.continueAsNew(rallies);
        return rallies;
    }

    /** Writes to itself, and to an instance that is not there. */
    private static @Nullable Object toNobody(OrchestrationContext context) {
        context.sendEvent(context.getInstanceId() + ".nobody", "go", 1);
        context.sendEvent(context.getInstanceId(), "go", 2);
        return context.waitForExternalEvent("go", Integer.class).await();
    }
}
