package dev.soliton.e2e.app;

import static dev.soliton.e2e.app.Awaits.input;
import static dev.soliton.e2e.app.Steps.ECHO;
import static dev.soliton.e2e.app.Steps.FLAKY;

import dev.soliton.app.AppEnvironment;
import dev.soliton.app.SolitonApp;
import dev.soliton.e2e.app.Steps.Flakiness;
import dev.soliton.orchestration.OrchestrationContext;
import dev.soliton.orchestration.OrchestratorDescription;
import dev.soliton.orchestration.Registry;
import dev.soliton.orchestration.Task;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Orchestrators that are there to be looked at. */
public final class Shown implements SolitonApp {
    /** A text that would do something where somebody took it for markup. */
    public static final String MARKUP = "<img src=x onerror=window.hacked=1>";

    private static final int AT_ONCE = 500;

    @Override
    public void register(Registry registry, AppEnvironment environment) {
        registry.orchestrator(MARKUP, () -> Shown::everywhere)
                .describe(MARKUP, OrchestratorDescription.of("Describes " + MARKUP))
                .orchestrator("ManyTimers", () -> Shown::manyTimers);
    }

    /** Puts its input wherever the code of an orchestrator can, and fails with it when an event of that name comes. */
    private static @Nullable Object everywhere(OrchestrationContext context) {
        String text = input(context, String.class);
        context.setCustomStatus(text);
        context.callActivity(ECHO, text, String.class).await();
        context.waitForExternalEvent(text, Object.class).await();
        return context.callActivity(FLAKY, new Flakiness(text, 99, true), String.class)
                .await();
    }

    /** Sets as many timers as the input says, which fire at once: two entries of the history each. */
    private static @Nullable Object manyTimers(OrchestrationContext context) {
        for (int set = 0; set < input(context, Integer.class); set += AT_ONCE) {
            List<Task<Void>> timers = new ArrayList<>();
            for (int i = 0; i < AT_ONCE; i++) {
                timers.add(context.createTimer(Duration.ZERO));
            }
            context.allOf(timers).await();
        }
        return null;
    }
}
