package dev.soliton.functions;

import com.microsoft.azure.functions.ExecutionContext;
import com.microsoft.azure.functions.annotation.BindingName;
import com.microsoft.azure.functions.annotation.FunctionName;
import com.microsoft.azure.functions.annotation.QueueTrigger;
import dev.soliton.engine.HostLog;
import dev.soliton.engine.InstanceLog;
import java.util.function.Supplier;

/** Sees to the messages that the host has given up on. */
public final class PoisonFunction {
    private final Supplier<Graph> graph;

    PoisonFunction(Supplier<Graph> graph) {
        this.graph = graph;
    }

    /**
     * Serves a message of the poison queue.
     *
     * @param message its text
     * @param messageId the queue's name for it
     */
    @FunctionName("PoisonedMessages")
    public void run(
            @QueueTrigger(
                            name = "message",
                            queueName = "%SOLITON_HUB%-orchestrations-poison",
                            connection = "AzureWebJobsStorage")
                    String message,
            @BindingName("Id") String messageId,
            ExecutionContext invocation) {
        Graph app = graph.get();
        try (HostLog.Lines lines = app.host().begin(invocation)) {
            app.poison().drain(message, messageId, new InstanceLog(lines));
        }
    }
}
