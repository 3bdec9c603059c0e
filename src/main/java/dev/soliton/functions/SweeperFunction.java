package dev.soliton.functions;

import com.microsoft.azure.functions.ExecutionContext;
import com.microsoft.azure.functions.annotation.FunctionName;
import com.microsoft.azure.functions.annotation.TimerTrigger;
import java.util.function.Supplier;

/** Hands on what dead workers held. One host of the app runs it, as the host's lock of a timer provides. */
public final class SweeperFunction {
    private final Supplier<Graph> graph;

    SweeperFunction(Supplier<Graph> graph) {
        this.graph = graph;
    }

    /** Sweeps, every 20 seconds. */
    @FunctionName("Sweeper")
    public void run(
            @TimerTrigger(name = "timer", schedule = "*/20 * * * * *") String timer, ExecutionContext invocation) {
        graph.get().sweeper().sweep(invocation.getLogger());
    }
}
