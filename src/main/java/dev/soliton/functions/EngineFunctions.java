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
 * The functions that do the work: turns, messages that failed too often, and the sweep. The worker finds each function
 * by the name of its method, which must be unique in the class.
 */
public final class EngineFunctions {
    private final Supplier<AppObjects> objects;

    EngineFunctions(Supplier<AppObjects> objects) {
        this.objects = objects;
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
        AppObjects app = objects.get();
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
     * Handles a message that the host has given up.
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
        AppObjects app = objects.get();
        try (HostLog.Lines lines = app.host().begin(invocation)) {
            app.poison().drain(message, messageId, new InstanceLog(lines));
        }
    }

    /**
     * Wakes the instances that dead workers owned, and purges instances that ended long ago; every 20 seconds. The
     * host's timer lock makes one host of the app run it.
     */
    @FunctionName("Sweeper")
    public void sweep(
            @TimerTrigger(name = "timer", schedule = "*/20 * * * * *") String timer, ExecutionContext invocation) {
        AppObjects app = objects.get();
        try (HostLog.Lines lines = app.host().begin(invocation)) {
            app.sweeps().byTimer(lines);
            // Work for which somebody waits comes first: during the searches for a dead worker nothing is purged.
            if (app.retention() != null && app.sweeper().isIdle()) {
                app.retention().purgeSome(lines);
            }
        }
    }
}
