package dev.soliton.azure;

import com.azure.core.util.Context;
import com.azure.storage.queue.QueueClient;
import com.azure.storage.queue.models.QueueErrorCode;
import com.azure.storage.queue.models.QueueStorageException;
import com.azure.storage.queue.models.SendMessageResult;
import dev.soliton.store.WorkMessage;
import dev.soliton.store.WorkMessageJson;
import dev.soliton.store.WorkQueue;
import java.time.Duration;
import java.util.Set;

/**
 * The work queue in an Azure storage queue. Messages are plain text, as the host's setting {@code messageEncoding}
 * says, and never expire. The queue is created by the first message that misses it.
 */
public final class StorageWorkQueue implements WorkQueue {
    private static final Duration NEVER = Duration.ofSeconds(-1);
    private static final Duration MAX_DELAY = Duration.ofDays(7);

    /** The service's codes for a message that is gone, or that another receiver has. */
    private static final Set<QueueErrorCode> GONE = Set.of(
            QueueErrorCode.MESSAGE_NOT_FOUND, QueueErrorCode.POP_RECEIPT_MISMATCH, QueueErrorCode.QUEUE_NOT_FOUND);

    private final QueueClient queue;

    /**
     * Creates the queue of a hub.
     *
     * @param hub the prefix of the queue's name
     */
    public StorageWorkQueue(StorageAccount account, String hub) {
        queue = account.queues().getQueueClient(hub + "-orchestrations");
    }

    @Override
    public MessageReceipt put(WorkMessage message, Duration delay) {
        if (delay.isNegative() || delay.compareTo(MAX_DELAY) > 0) {
            throw new IllegalArgumentException("A delay is 0 to 7 days, not " + delay + ".");
        }
        // The client would cut off a part of a second, and deliver too early.
        Duration seconds = Duration.ofSeconds(delay.plusNanos(999_999_999).toSeconds());
        String text = WorkMessageJson.write(message);
        try {
            return send(text, seconds);
        } catch (QueueStorageException e) {
            if (!QueueErrorCode.QUEUE_NOT_FOUND.equals(e.getErrorCode())) {
                throw failure(message, e);
            }
        } catch (RuntimeException e) {
            throw failure(message, e);
        }
        try {
            queue.createIfNotExists();
            return send(text, seconds);
        } catch (RuntimeException e) {
            throw failure(message, e);
        }
    }

    private MessageReceipt send(String text, Duration delay) {
        SendMessageResult sent = queue.sendMessageWithResponse(text, delay, NEVER, null, Context.NONE)
                .getValue();
        return new MessageReceipt(sent.getMessageId(), sent.getPopReceipt());
    }

    private static RuntimeException failure(WorkMessage message, RuntimeException e) {
        return StorageFailures.of("Putting a message for instance '" + message.instanceId() + "'", e);
    }

    @Override
    public void takeBack(MessageReceipt receipt) {
        try {
            queue.deleteMessage(receipt.messageId(), receipt.popReceipt());
        } catch (QueueStorageException e) {
            // An answer from another source, a proxy say, has no code.
            if (e.getErrorCode() == null || !GONE.contains(e.getErrorCode())) {
                throw StorageFailures.of("Taking back message " + receipt.messageId(), e);
            }
        } catch (RuntimeException e) {
            throw StorageFailures.of("Taking back message " + receipt.messageId(), e);
        }
    }
}
