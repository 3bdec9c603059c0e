package dev.soliton.local.host.sample;

import com.microsoft.azure.functions.ExecutionContext;
import com.microsoft.azure.functions.annotation.BindingName;
import com.microsoft.azure.functions.annotation.QueueTrigger;
import com.microsoft.azure.functions.annotation.TimerTrigger;

/** Functions with a queue trigger named {@code message}, or a timer trigger named {@code timer}. */
public final class StorageFunctions {

    public StorageFunctions() {}

    public void received(
            @QueueTrigger(name = "message", queueName = "q", connection = "AzureWebJobsStorage") String message,
            @BindingName("DequeueCount") long count,
            @BindingName("InsertionTime") String inserted) {
        System.out.println("RECEIVED " + message + " count=" + count + " inserted=" + inserted);
    }

    public void failing(
            @QueueTrigger(name = "message", queueName = "q", connection = "AzureWebJobsStorage") String message,
            @BindingName("DequeueCount") long count) {
        System.out.println("FAILING " + message + " count=" + count);
        throw new IllegalStateException("deliberate");
    }

    public void gatedMessage(
            @QueueTrigger(name = "message", queueName = "q", connection = "AzureWebJobsStorage") String message,
            @BindingName("DequeueCount") long count,
            ExecutionContext context)
            throws InterruptedException {
        Gate.pass(message + " count=" + count);
        try {
            context.getLogger().info("passed the gate");
        } catch (IllegalStateException e) {
            System.out.println("LOG threw " + e.getClass().getSimpleName());
        }
        System.out.println("DONE " + message);
    }

    public void timer(@TimerTrigger(name = "timer", schedule = "* * * * * *") String timer) {
        System.out.println("TIMER " + timer);
    }
}
