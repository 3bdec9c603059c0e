package dev.soliton.functions;

import com.microsoft.azure.functions.ExecutionContext;
import com.microsoft.azure.functions.annotation.BindingName;
import com.microsoft.azure.functions.annotation.FunctionName;
import com.microsoft.azure.functions.annotation.QueueTrigger;
import dev.soliton.engine.runtime.HostLog;
import dev.soliton.engine.runtime.InstanceLog;
import java.util.function.Supplier;

/** Sees to the messages that the host has given up on. */
public final class PoisonFunction {
    private final Supplier<AppObjects> graph;

    PoisonFunction(Supplier<AppObjects> graph) {
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
        AppObjects app = graph.get();
        try (HostLog.Lines lines = app.host().begin(invocation)) {
            app.poison().drain(message, messageId, new InstanceLog(lines));
        }
    }
}
