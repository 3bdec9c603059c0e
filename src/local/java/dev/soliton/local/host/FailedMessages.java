package dev.soliton.local.host;

import com.azure.storage.queue.QueueClient;
import com.azure.storage.queue.models.QueueStorageException;
import java.util.Optional;

/**
 * What becomes of a queue's messages whose function has failed: each is made visible again after
 * {@code visibilityTimeout}, or moved to the poison queue in the same step as its last allowed failure.
 *
 * <p>A crash between the copy to the poison queue and the deletion leaves both.
 */
final class FailedMessages {

    private final String category;
    private final QueueClient queue;
    private final Optional<PoisonQueue> poison;
    private final HostJson.Queues options;
    private final Console console;

    /**
     * The messages of one queue.
     *
     * @param function the one that they are for
     */
    FailedMessages(
            String function,
            QueueClient queue,
            Optional<PoisonQueue> poison,
            HostJson.Queues options,
            Console console) {
        this.category = "Function." + function;
        this.queue = queue;
        this.poison = poison;
        this.options = options;
        this.console = console;
    }

    /** Whether it was received once too often, after crashes, so that the function is not tried again. */
    boolean isSpent(long dequeueCount) {
        return poison.isPresent() && dequeueCount > options.maxDequeueCount();
    }

    /** Ends an attempt that has failed. */
    void failed(String id, String popReceipt, long dequeueCount, String text) {
        if (dequeueCount >= options.maxDequeueCount()) {
            giveUp(id, popReceipt, text);
        } else {
            unlessLost(id, () -> queue.updateMessage(id, popReceipt, null, options.visibilityTimeout()));
        }
    }

    void giveUp(String id, String popReceipt, String text) {
        poison.ifPresent(target -> warn("Message has reached MaxDequeueCount of " + options.maxDequeueCount()
                + ". Moving message to queue '" + target.name() + "'."));
        moveToPoison(id, popReceipt, text);
    }

    /** Without a poison queue the message stays, to be tried again each time that its lease ends, for ever. */
    void moveToPoison(String id, String popReceipt, String text) {
        poison.ifPresent(target -> {
            target.add(text);
            delete(id, popReceipt);
        });
    }

    /** Deletes a message, which need not have failed. */
    void delete(String id, String popReceipt) {
        unlessLost(id, () -> queue.deleteMessage(id, popReceipt));
    }

    private void unlessLost(String id, Runnable change) {
        try {
            change.run();
        } catch (QueueStorageException e) {
            if (!MessageLease.isLost(e)) {
                throw e;
            }
            console.log(category, Console.Level.DEBUG, "Message " + id + " is no longer this host's.");
        }
    }

    void warn(String text) {
        console.log(category, Console.Level.WARNING, text);
    }
}
