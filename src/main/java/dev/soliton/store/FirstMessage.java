package dev.soliton.store;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** The message by which an execution begins, which is put before the row. */
public final class FirstMessage {
    private FirstMessage() {}

    /**
     * Puts it.
     *
     * @param base the state that the row will be written on
     * @param begins when the execution is to begin; null for at once
     * @throws StorageException if the storage failed; the message may be there all the same
     */
    public static WorkQueue.MessageReceipt put(
            WorkQueue queue, ExecutionKey key, WorkMessage.Base base, @Nullable Instant begins, Instant now) {
        if (begins == null) {
            return queue.put(WorkMessage.start(key.instanceId(), key.executionId(), base), Duration.ZERO);
        }
        // As that of a timer does, the message hops from day to day until it is time.
        WorkMessage timer = WorkMessage.timer(key.instanceId(), key.executionId(), begins, base);
        Duration delay = Duration.between(now, begins);
        return queue.put(timer, delay.compareTo(WorkQueue.LONGEST_HOP) > 0 ? WorkQueue.LONGEST_HOP : delay);
    }
}
