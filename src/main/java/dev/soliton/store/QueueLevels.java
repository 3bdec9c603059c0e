package dev.soliton.store;

import java.time.Instant;
import java.util.Optional;

/** The port to how much is in the queues of a hub. */
public interface QueueLevels {

    /**
     * How many messages the work queue has, as the service estimates it: visible ones, delayed ones, and those that
     * somebody has received and not deleted yet. 0 where there is no queue.
     *
     * @throws StorageException if the storage failed
     */
    long waiting();

    /**
     * Since when the message of the work queue could be received that nobody has received for longest, of those at its
     * head; empty if none can be received now. A message that was requeued counts from then on.
     *
     * @throws StorageException if the storage failed
     */
    Optional<Instant> oldestSince();

    /**
     * How many messages are in the poison queue; 0 where there is none.
     *
     * @throws StorageException if the storage failed
     */
    long poisoned();
}
