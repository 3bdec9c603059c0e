package dev.soliton.e2e.app;

import dev.soliton.app.AppEnvironment;
import dev.soliton.app.SolitonApp;
import dev.soliton.e2e.app.ActivityLog.Event;
import dev.soliton.orchestration.Activity;
import dev.soliton.orchestration.ActivityContext;
import dev.soliton.orchestration.NonRetriableException;
import dev.soliton.orchestration.Registry;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Activities for orchestrators of tests. Each says in the {@link ActivityLog} when it begins and how it ends. */
public final class Steps implements SolitonApp {
    /** Returns its input. */
    static final String ECHO = "Echo";

    /** Waits at the gate that its input names, and returns that name. */
    static final String HOLD = "Hold";

    /** Fails as its input, a {@link Flakiness}, says. */
    static final String FLAKY = "Flaky";

    /** Fails as long as the gate that its input names is closed, and returns that name. */
    static final String NEED = "Need";

    /** Returns a text that as JSON has a few bytes more than its input says. */
    static final String LARGE = "Large";

    /** Returns how many characters its input has. */
    static final String LENGTH = "Length";

    /**
     * How an activity fails.
     *
     * @param value what it returns in the end
     * @param failures how many attempts fail
     * @param forGood whether the failure says that trying again is pointless
     */
    record Flakiness(String value, int failures, boolean forGood) {}

    @Override
    public void register(Registry registry, AppEnvironment environment) {
        registry.activity(ECHO, () -> logged(context -> context.getInput(Object.class)))
                .activity(HOLD, () -> logged(Steps::hold))
                .activity(FLAKY, () -> logged(Steps::flaky))
                .activity(NEED, () -> logged(Steps::need))
                .activity(LARGE, () -> logged(Steps::large))
                .activity(
                        LENGTH,
                        () -> logged(context -> input(context, String.class).length()));
    }

    /** An activity that says in the log when it begins and how it ends. */
    public static Activity logged(Activity activity) {
        return context -> {
            ActivityLog log = ActivityLog.ofProcess();
            log.append(Event.START, context);
            try {
                @Nullable Object result = activity.run(context);
                log.append(Event.END, context);
                return result;
            } catch (InterruptedException told) {
                log.append(Event.INTERRUPT, context);
                throw told;
            } catch (Exception failure) {
                log.append(Event.FAIL, context);
                throw failure;
            }
        };
    }

    private static String hold(ActivityContext context) throws InterruptedException {
        String gate = input(context, String.class);
        Gates.ofProcess().pass(context.getInstanceId(), gate);
        return gate;
    }

    private static String need(ActivityContext context) {
        String gate = input(context, String.class);
        if (!Gates.ofProcess().isOpen(context.getInstanceId(), gate)) {
            throw new IllegalStateException("The gate '" + gate + "' is closed.");
        }
        return gate;
    }

    private static String flaky(ActivityContext context) {
        Flakiness asked = input(context, Flakiness.class);
        if (context.getAttempt() > asked.failures()) {
            return asked.value();
        }
        String message = asked.value() + " fails, attempt " + context.getAttempt();
        throw asked.forGood() ? new NonRetriableException(message) : new IllegalStateException(message);
    }

    /** Of characters of one to four bytes, and such that JSON writes as two. */
    private static String large(ActivityContext context) {
        return "aü€🌊\"\\".repeat(input(context, Integer.class) / 14 + 1);
    }

    static <T> T input(ActivityContext context, Class<T> type) {
        return Objects.requireNonNull(context.getInput(type));
    }
}
