package dev.soliton.store;

import java.time.Duration;

/**
 * The port to the queue whose messages ask for turns. It delivers each message at least once, in no particular order,
 * and never forgets one.
 */
public interface WorkQueue {
    /** How long a message is delayed at most that has to come later than that: it is sent on from hop to hop. */
    Duration LONGEST_HOP = Duration.ofDays(6);

    /**
     * Puts a message, to be delivered after the delay. It may be put more than once.
     *
     * @param delay rounded up to whole seconds; at most 7 days
     * @throws StorageException if the storage failed; the message may be there all the same
     */
    MessageReceipt put(WorkMessage message, Duration delay);

    /**
     * Takes a message back, if nobody received it yet; without effect otherwise.
     *
     * @throws StorageException if the storage failed
     */
    void takeBack(MessageReceipt receipt);

    /**
     * What names a message that was put.
     *
     * @param messageId the queue's name for it
     * @param popReceipt what entitles to remove it until it is received
     */
    record MessageReceipt(String messageId, String popReceipt) {}
}
