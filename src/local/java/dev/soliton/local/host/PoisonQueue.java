package dev.soliton.local.host;

import com.azure.storage.queue.QueueClient;
import com.azure.storage.queue.models.QueueStorageException;
import java.util.Optional;
import java.util.function.Consumer;

/** Where messages go that failed too often: the queue of that name with {@code -poison}, made when first needed. */
final class PoisonQueue {

    private static final String SUFFIX = "-poison";
    private static final int LONGEST_NAME = 63;

    private final QueueClient queue;
    private final Consumer<String> enqueued;

    private PoisonQueue(QueueClient queue, Consumer<String> enqueued) {
        this.queue = queue;
        this.enqueued = enqueued;
    }

    /**
     * The poison queue of a queue; a poison queue has none itself, nor has one with too long a name.
     *
     * @param enqueued is told the name, so that a listener of this host on that queue polls at once
     */
    static Optional<PoisonQueue> of(String connectionString, String queueName, Consumer<String> enqueued) {
        String name = queueName + SUFFIX;
        return queueName.endsWith(SUFFIX) || name.length() > LONGEST_NAME
                ? Optional.empty()
                : Optional.of(new PoisonQueue(StorageClients.queue(connectionString, name), enqueued));
    }

    String name() {
        return queue.getQueueName();
    }

    /** Adds a new message with the text as it was received. */
    void add(String text) {
        try {
            queue.sendMessage(text);
        } catch (QueueStorageException e) {
            if (e.getStatusCode() != 404) {
                throw e;
            }
            queue.createIfNotExists();
            queue.sendMessage(text);
        }
        enqueued.accept(name());
    }
}
