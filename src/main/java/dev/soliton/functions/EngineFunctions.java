package dev.soliton.functions;

import com.microsoft.azure.functions.ExecutionContext;
import com.microsoft.azure.functions.annotation.BindingName;
import com.microsoft.azure.functions.annotation.FunctionName;
import com.microsoft.azure.functions.annotation.QueueTrigger;
import com.microsoft.azure.functions.annotation.TimerTrigger;
import dev.soliton.engine.runtime.HostLog;
import dev.soliton.engine.runtime.InstanceLog;
import dev.soliton.store.MalformedMessageException;
import dev.soliton.store.WorkMessage;
import dev.soliton.store.WorkMessageJson;
import java.util.function.Supplier;

/**
 * The functions that do the work: turns, messages that failed too often, and the sweep. The worker finds each by its method's
 * name, of which there is one in the class.
 */
public final class EngineFunctions {
    private final Supplier<AppObjects> graph;

    EngineFunctions(Supplier<AppObjects> graph) {
        this.graph = graph;
    }

    /**
     * Runs a turn of an instance for a message of the queue.
     *
     * @param message its text
     * @param messageId the queue's name for it
     */
    @FunctionName("Orchestrator")
    public void runTurn(
            @QueueTrigger(
                            name = "message",
                            queueName = "%SOLITON_HUB%-orchestrations",
                            connection = "AzureWebJobsStorage")
                    String message,
            @BindingName("Id") String messageId,
            ExecutionContext invocation) {
        AppObjects app = graph.get();
        try (HostLog.Lines lines = app.host().begin(invocation)) {
            process(app, message, messageId, new InstanceLog(lines, app.host()::beyondInvocations));
        }
    }

    private static void process(AppObjects app, String message, String messageId, InstanceLog log) {
        WorkMessage work;
        try {
            work = WorkMessageJson.parse(message);
        } catch (MalformedMessageException foreign) {
            app.poison().keep(foreign, message, messageId, log);
            return;
        }
        app.engine().process(work, log);
    }

    /**
     * Sees to a message that the host has given up on.
     *
     * @param message its text
     * @param messageId the queue's name for it
     */
    @FunctionName("PoisonedMessages")
    public void drainPoisoned(
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

    /**
     * Hands off what dead workers held, and purges what ended long ago; every 20 seconds. One host of the app runs it, as the
     * host's lock of a timer provides.
     */
    @FunctionName("Sweeper")
    public void sweep(
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
