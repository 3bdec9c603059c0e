package dev.soliton.instance;

import org.jspecify.annotations.Nullable;

/**
 * A row that is there while an execution is live, and changes with everything that comes in for it from outside.
 *
 * @param executionId the execution
 * @param tombstone whether it was put there only so that a start that is late cannot be written any more
 * @param further the run that is to follow when the execution has ended; null for none
 */
public record Gate(String executionId, boolean tombstone, @Nullable FurtherRun further) {

    /** A gate, or a tombstone, with nothing that is to follow. */
    public Gate(String executionId, boolean tombstone) {
        this(executionId, tombstone, null);
    }
}
