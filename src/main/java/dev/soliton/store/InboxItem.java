package dev.soliton.store;

import org.jspecify.annotations.Nullable;

/**
 * What can arrive for an execution from outside.
 *
 * <p>Its texts are somebody else's. Where one has half of a surrogate pair, which is no character and which no store can
 * be trusted with, there is a replacement character in its place.
 */
public sealed interface InboxItem {

    /** An event that was raised by a client or sent by another instance. */
    record Event(String name, @Nullable Payload input) implements InboxItem {
        public Event {
            name = wellFormed(name);
        }
    }

    /**
     * The execution is to end at once.
     *
     * @param recursive whether its sub-orchestrations are to end too, and theirs
     */
    record Terminate(@Nullable String reason, boolean recursive) implements InboxItem {
        public Terminate {
            reason = reason == null ? null : wellFormed(reason);
        }

        /** It alone is to end. */
        public Terminate(@Nullable String reason) {
            this(reason, false);
        }
    }

    /** The execution is to stand still until it is resumed. */
    record Suspend(@Nullable String reason) implements InboxItem {
        public Suspend {
            reason = reason == null ? null : wellFormed(reason);
        }
    }

    /** The execution is to go on. */
    record Resume(@Nullable String reason) implements InboxItem {
        public Resume {
            reason = reason == null ? null : wellFormed(reason);
        }
    }

    /** The execution is to end as failed: its messages cannot be processed. */
    record GiveUp(String reason) implements InboxItem {
        public GiveUp {
            reason = wellFormed(reason);
        }
    }

    /**
     * The execution, which had failed, goes on. Comes in with the write that makes it live again.
     *
     * @param failure the details of the failure that it had ended by, as JSON
     */
    record Rewind(@Nullable String reason, @Nullable Payload failure) implements InboxItem {
        public Rewind {
            reason = reason == null ? null : wellFormed(reason);
        }
    }

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

    private static String wellFormed(String text) {
        return text.codePoints()
                .map(character -> Character.getType(character) == Character.SURROGATE ? 0xFFFD : character)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }
}
