package dev.soliton.instance;

import org.jspecify.annotations.Nullable;

/** What can come in for an execution from outside. */
public sealed interface InboxItem {

    /** An event that was raised by a client or sent by another instance. */
    record Event(String name, @Nullable Payload input) implements InboxItem {}

    /** The execution is to end at once. */
    record Terminate(@Nullable String reason) implements InboxItem {}

    /** The execution is to stand still until it is resumed. */
    record Suspend(@Nullable String reason) implements InboxItem {}

    /** The execution is to go on. */
    record Resume(@Nullable String reason) implements InboxItem {}

    /**
     * A sub-orchestration has ended.
     *
     * @param generation the generation of the execution that called it
     * @param taskId its sequence number there
     * @param result what it returned
     * @param failure the details of its failure, as JSON; null if it did not fail
     */
    record ChildEnded(int generation, int taskId, @Nullable Payload result, @Nullable Payload failure)
            implements InboxItem {}
}
