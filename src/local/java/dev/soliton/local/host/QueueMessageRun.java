package dev.soliton.local.host;

import com.azure.storage.queue.QueueClient;
import com.azure.storage.queue.models.QueueMessageItem;
import com.azure.storage.queue.models.QueueStorageException;
import dev.soliton.local.http.StrictUtf8;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;

/**
 * What happens to a received message: the function runs under a renewed lease; then the message is deleted, made visible
 * again, or moved to the poison queue in the same step as its last allowed failure.
 *
 * <p>A crash anywhere leaves it to come back at the end of its lease. A crash between the copy to the poison queue and the
 * deletion leaves both.
 */
final class QueueMessageRun implements QueueListener.MessageRuns {

    private final LoadedFunction function;
    private final QueueClient queue;
    private final Optional<PoisonQueue> poison;
    private final HostJson.Queues options;
    private final Invoker invoker;
    private final Leases leases;

    /** How leases are kept, and where trouble with them is told. */
    record Leases(Duration length, ScheduledExecutorService scheduler, Console console) {}

    QueueMessageRun(
            LoadedFunction function,
            QueueClient queue,
            Optional<PoisonQueue> poison,
            HostJson.Queues options,
            Invoker invoker,
            Leases leases) {
        this.function = function;
        this.queue = queue;
        this.poison = poison;
        this.options = options;
        this.invoker = invoker;
        this.leases = leases;
    }

    @Override
    public void run(QueueMessageItem message) {
        String raw = MessageText.raw(message);
        Optional<byte[]> body =
                options.base64() ? MessageText.decodeBase64(raw) : Optional.of(raw.getBytes(StandardCharsets.UTF_8));
        if (body.isEmpty()) {
            warn("Message decoding has failed! Check MessageEncoding settings. MessageId=" + message.getMessageId());
            moveToPoison(message, message.getPopReceipt());
        } else if (poison.isPresent() && message.getDequeueCount() > options.maxDequeueCount()) {
            giveUp(message, message.getPopReceipt());
        } else {
            MessageLease lease =
                    new MessageLease(queue, message, leases.length(), leases.scheduler(), leases.console());
            lease.start();
            Outcome outcome = invoke(message, body.get());
            settle(message, lease.end(), outcome);
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

    private void settle(QueueMessageItem message, String popReceipt, Outcome outcome) {
        if (outcome instanceof Outcome.Succeeded) {
            unlessLost(message, () -> queue.deleteMessage(message.getMessageId(), popReceipt));
        } else if (message.getDequeueCount() >= options.maxDequeueCount()) {
            giveUp(message, popReceipt);
        } else {
            unlessLost(
                    message,
                    () -> queue.updateMessage(message.getMessageId(), popReceipt, null, options.visibilityTimeout()));
        }
    }

    private void giveUp(QueueMessageItem message, String popReceipt) {
        poison.ifPresent(target -> warn("Message has reached MaxDequeueCount of " + options.maxDequeueCount()
                + ". Moving message to queue '" + target.name() + "'."));
        moveToPoison(message, popReceipt);
    }

    /** Without a poison queue the message stays, to be tried again each time that its lease ends, for ever. */
    private void moveToPoison(QueueMessageItem message, String popReceipt) {
        poison.ifPresent(target -> {
            target.add(MessageText.raw(message));
            unlessLost(message, () -> queue.deleteMessage(message.getMessageId(), popReceipt));
        });
    }

    private void unlessLost(QueueMessageItem message, Runnable change) {
        try {
            change.run();
        } catch (QueueStorageException e) {
            if (!MessageLease.isLost(e)) {
                throw e;
            }
            leases.console()
                    .log(
                            category(),
                            Console.Level.DEBUG,
                            "Message " + message.getMessageId() + " is no longer this host's.");
        }
    }

    private String category() {
        return "Function." + function.definition().name();
    }

    private void warn(String text) {
        leases.console().log(category(), Console.Level.WARNING, text);
    }
}
