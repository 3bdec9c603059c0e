package dev.soliton.store;

import org.jspecify.annotations.Nullable;

/**
 * A row that is there while an execution is live, and changes with everything that arrives for it from outside.
 *
 * @param incarnation the incarnation that it is there for
 * @param tombstone whether it was put there only so that a start that is late cannot be written any more
 * @param queuedRun the run that is to follow when the execution has ended; null for none
 */
public record Gate(Incarnation incarnation, boolean tombstone, @Nullable QueuedRun queuedRun) {

    /** The gate of an incarnation, with nothing that is to follow. */
    public static Gate of(Incarnation incarnation) {
        return new Gate(incarnation, false, null);
    }

    /** A gate of an execution that was never rewound, or a tombstone, with nothing that is to follow. */
    public Gate(String executionId, boolean tombstone) {
        this(executionId, tombstone, null);
    }

    /** A gate of an execution that was never rewound, or a tombstone. */
    public Gate(String executionId, boolean tombstone, @Nullable QueuedRun queuedRun) {
        this(Incarnation.first(executionId), tombstone, queuedRun);
    }

    public String executionId() {
        return incarnation.executionId();
    }
}
