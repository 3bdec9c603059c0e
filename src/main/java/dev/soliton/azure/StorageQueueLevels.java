package dev.soliton.azure;

import com.azure.core.util.Context;
import com.azure.storage.queue.QueueClient;
import com.azure.storage.queue.models.PeekedMessageItem;
import com.azure.storage.queue.models.QueueErrorCode;
import com.azure.storage.queue.models.QueueStorageException;
import dev.soliton.store.MalformedMessageException;
import dev.soliton.store.QueueLevels;
import dev.soliton.store.WorkMessageJson;
import java.time.Instant;
import java.util.Comparator;
import java.util.Optional;
import java.util.function.Supplier;

/** How much is in the storage queues of a hub. */
public final class StorageQueueLevels implements QueueLevels {
    /** How many messages one request shows at most, from the head of the queue. */
    private static final int PEEKED = 32;

    private final QueueClient work;
    private final QueueClient poison;

    /**
     * Looks at the queues of a hub.
     *
     * @param hub what their names begin with
     */
    public StorageQueueLevels(StorageAccount account, String hub) {
        work = account.queues().getQueueClient(hub + "-orchestrations");
        poison = account.queues().getQueueClient(hub + "-orchestrations-poison");
    }

    @Override
    public long waiting() {
        return lengthOf(work);
    }

    @Override
    public long poisoned() {
        return lengthOf(poison);
    }

    private static long lengthOf(QueueClient queue) {
        return attempt(queue, 0L, () -> queue.getProperties().getApproximateMessagesCountLong());
    }

    @Override
    public Optional<Instant> oldestSince() {
        return attempt(work, Optional.empty(), () -> work.peekMessages(PEEKED, null, Context.NONE).stream()
                .map(StorageQueueLevels::since)
                .min(Comparator.naturalOrder()));
    }

    /** The message of a timer was put long before it could be received. */
    private static Instant since(PeekedMessageItem message) {
        Instant put = message.getInsertionTime().toInstant();
        try {
            Instant due = WorkMessageJson.parse(message.getBody().toString()).due();
            return due == null || due.isBefore(put) ? put : due;
        } catch (MalformedMessageException foreign) {
            return put;
        }
    }

    /** Returns the client's answer, or another one where there is no queue yet. */
    private static <T> T attempt(QueueClient queue, T without, Supplier<T> request) {
        try {
            return request.get();
        } catch (QueueStorageException e) {
            if (QueueErrorCode.QUEUE_NOT_FOUND.equals(e.getErrorCode())) {
                return without;
            }
            throw StorageFailures.of("Looking at the queue " + queue.getQueueName(), e);
        } catch (RuntimeException e) {
            throw StorageFailures.of("Looking at the queue " + queue.getQueueName(), e);
        }
    }
}
