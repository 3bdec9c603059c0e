package dev.soliton.bench;

import com.azure.storage.queue.models.QueueMessageItem;

/** One of two that do the same things to instances of a hub: Soliton, or the bare calls that it makes for them. */
interface Side extends AutoCloseable {
    /**
     * A message that was received.
     *
     * @param instanceId whose it is
     */
    record Taken(String instanceId, QueueMessageItem item) {}

    /** Starts an instance of an ID that is free. */
    void start(String instanceId);

    /** Starts an instance of an ID that is taken, and is told so. */
    void startAgain(String instanceId);

    /** Looks at an instance. */
    void status(String instanceId);

    /** Raises an event for an instance that waits. */
    void raise(String instanceId);

    /** Receives a message, which is there. */
    Taken take();

    /** Does what a message asks for, and deletes it. */
    void handle(Taken message);

    @Override
    void close();
}
