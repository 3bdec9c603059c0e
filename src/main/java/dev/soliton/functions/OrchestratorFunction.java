package dev.soliton.functions;

import com.microsoft.azure.functions.ExecutionContext;
import com.microsoft.azure.functions.annotation.FunctionName;
import com.microsoft.azure.functions.annotation.QueueTrigger;
import dev.soliton.engine.InstanceLog;
import dev.soliton.instance.WorkMessageJson;
import java.util.function.Supplier;

/** Runs a turn of an instance for each message in the queue. */
public final class OrchestratorFunction {
    private final Supplier<Graph> graph;

    OrchestratorFunction(Supplier<Graph> graph) {
        this.graph = graph;
    }

    /**
     * Serves a message.
     *
     * @param message its text
     */
    @FunctionName("Orchestrator")
    public void run(
            @QueueTrigger(
                            name = "message",
                            queueName = "%SOLITON_HUB%-orchestrations",
                            connection = "AzureWebJobsStorage")
                    String message,
            ExecutionContext invocation) {
        // A message that cannot be read fails here each time, until the host moves it to the poison queue.
        graph.get().engine().process(WorkMessageJson.parse(message), new InstanceLog(invocation.getLogger()));
    }
}
