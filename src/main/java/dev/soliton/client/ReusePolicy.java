package dev.soliton.client;

import dev.soliton.store.RuntimeStatus;

/** What becomes of a start whose ID an instance has that is finished. */
public enum ReusePolicy {
    /** The ID stays taken. */
    REJECT_DUPLICATE,
    /** The instance is replaced. */
    ALLOW_DUPLICATE,
    /** The instance is replaced if it failed or was terminated. */
    ALLOW_DUPLICATE_FAILED_ONLY;

    /** Whether an instance that ended so may be replaced. */
    boolean allows(RuntimeStatus ended) {
        return switch (this) {
            case REJECT_DUPLICATE -> false;
            case ALLOW_DUPLICATE -> true;
            case ALLOW_DUPLICATE_FAILED_ONLY -> ended == RuntimeStatus.FAILED || ended == RuntimeStatus.TERMINATED;
        };
    }
}
