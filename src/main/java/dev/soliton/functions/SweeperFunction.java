package dev.soliton.functions;

import com.microsoft.azure.functions.ExecutionContext;
import com.microsoft.azure.functions.annotation.FunctionName;
import com.microsoft.azure.functions.annotation.TimerTrigger;
import dev.soliton.engine.runtime.HostLog;
import java.util.function.Supplier;

/**
 * Hands on what dead workers held, and purges what has ended long ago. One host of the app runs it, as the host's lock of a
 * timer provides.
 */
public final class SweeperFunction {
    private final Supplier<AppObjects> graph;

    SweeperFunction(Supplier<AppObjects> graph) {
        this.graph = graph;
    }

    /** Sweeps, every 20 seconds. */
    @FunctionName("Sweeper")
    public void run(
            @TimerTrigger(name = "timer", schedule = "*/20 * * * * *") String timer, ExecutionContext invocation) {
        AppObjects app = graph.get();
        try (HostLog.Lines lines = app.host().begin(invocation)) {
            app.sweeps().byTimer(lines);
            // What somebody waits for comes first: as long as a dead worker is searched for, nothing is purged.
            if (app.retention() != null && app.sweeper().isIdle()) {
                app.retention().purgeSome(lines);
            }
        }
    }
}
