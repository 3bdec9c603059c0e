package dev.soliton.local.host;

import com.azure.storage.queue.QueueClient;
import com.azure.storage.queue.models.QueueMessageItem;
import dev.soliton.local.http.StrictUtf8;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;

/**
 * What happens to a received message: the function runs under a renewed lease; then the message is deleted, or is one that has
 * failed. From its receipt on until then it is noted, for whoever outlives a death of Java.
 *
 * <p>A crash of the host anywhere leaves it to come back at the end of its lease.
 */
final class QueueMessageRun implements QueueListener.MessageRuns {

    private final LoadedFunction function;
    private final Trigger.Queue trigger;
    private final QueueClient queue;
    private final FailedMessages failures;
    private final HostJson.Queues options;
    private final Invoker invoker;
    private final Leases leases;

    /** How leases are kept, where they are noted, and where trouble with them is told. */
    record Leases(Duration length, ScheduledExecutorService scheduler, HeldMessages held, Console console) {}

    QueueMessageRun(
            LoadedFunction function,
            Trigger.Queue trigger,
            QueueClient queue,
            Optional<PoisonQueue> poison,
            HostJson.Queues options,
            Invoker invoker,
            Leases leases) {
        this.function = function;
        this.trigger = trigger;
        this.queue = queue;
        this.failures = new FailedMessages(function.definition().name(), queue, poison, options, leases.console());
        this.options = options;
        this.invoker = invoker;
        this.leases = leases;
    }

    @Override
    public Runnable received(QueueMessageItem message) {
        HeldMessages.Note note = leases.held()
                .note(HeldMessages.Held.of(
                        function.definition().name(), trigger.connection(), queue.getQueueName(), message));
        return () -> {
            try {
                run(message, note);
            } finally {
                note.answered();
            }
        };
    }

    private void run(QueueMessageItem message, HeldMessages.Note note) {
        String raw = MessageText.raw(message);
        Optional<byte[]> body =
                options.base64() ? MessageText.decodeBase64(raw) : Optional.of(raw.getBytes(StandardCharsets.UTF_8));
        if (body.isEmpty()) {
            failures.warn(
                    "Message decoding has failed! Check MessageEncoding settings. MessageId=" + message.getMessageId());
            failures.moveToPoison(message.getMessageId(), message.getPopReceipt(), raw);
        } else if (failures.isSpent(message.getDequeueCount())) {
            failures.giveUp(message.getMessageId(), message.getPopReceipt(), raw);
        } else {
            MessageLease lease =
                    new MessageLease(queue, message, note, leases.length(), leases.scheduler(), leases.console());
            lease.start();
            Outcome outcome = invoke(message, body.get());
            String popReceipt = lease.end();
            if (outcome instanceof Outcome.Succeeded) {
                failures.delete(message.getMessageId(), popReceipt);
            } else {
                failures.failed(message.getMessageId(), popReceipt, message.getDequeueCount(), raw);
            }
        }
    }

    private Outcome invoke(QueueMessageItem message, byte[] body) {
        String text;
        try {
            text = StrictUtf8.decode(body);
        } catch (CharacterCodingException e) {
            leases.console().error(category(), "The message is not UTF-8.", e);
            return new Outcome.Failed(e);
        }
        return invoker.invoke(
                function,
                "New queue message detected on '" + queue.getQueueName() + "'.",
                new Inputs(text, MessageText.metadata(message, text)),
                "MessageId: " + message.getMessageId() + ", DequeueCount: " + message.getDequeueCount()
                        + ", InsertedOn: " + message.getInsertionTime());
    }

    private String category() {
        return "Function." + function.definition().name();
    }
}
