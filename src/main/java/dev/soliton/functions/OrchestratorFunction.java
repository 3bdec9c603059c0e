package dev.soliton.functions;

import com.microsoft.azure.functions.ExecutionContext;
import com.microsoft.azure.functions.annotation.BindingName;
import com.microsoft.azure.functions.annotation.FunctionName;
import com.microsoft.azure.functions.annotation.QueueTrigger;
import dev.soliton.engine.runtime.HostLog;
import dev.soliton.engine.runtime.InstanceLog;
import dev.soliton.store.MalformedMessageException;
import dev.soliton.store.WorkMessage;
import dev.soliton.store.WorkMessageJson;
import java.util.function.Supplier;

/** Runs a turn of an instance for each message in the queue. */
public final class OrchestratorFunction {
    private final Supplier<AppObjects> graph;

    OrchestratorFunction(Supplier<AppObjects> graph) {
        this.graph = graph;
    }

    /**
     * Serves a message.
     *
     * @param message its text
     * @param messageId the queue's name for it
     */
    @FunctionName("Orchestrator")
    public void run(
            @QueueTrigger(
                            name = "message",
                            queueName = "%SOLITON_HUB%-orchestrations",
                            connection = "AzureWebJobsStorage")
                    String message,
            @BindingName("Id") String messageId,
            ExecutionContext invocation) {
        AppObjects app = graph.get();
        try (HostLog.Lines lines = app.host().begin(invocation)) {
            serve(app, message, messageId, new InstanceLog(lines, app.host()::beyondInvocations));
        }
    }

    private static void serve(AppObjects app, String message, String messageId, InstanceLog log) {
        WorkMessage work;
        try {
            work = WorkMessageJson.parse(message);
        } catch (MalformedMessageException foreign) {
            app.poison().keep(foreign, message, messageId, log);
            return;
        }
        app.engine().process(work, log);
    }
}
