package dev.soliton.client;

import dev.soliton.orchestration.PublicApi;
import dev.soliton.store.RuntimeStatus;

/** What a start does if a finished instance has its ID. */
@PublicApi
public enum ReusePolicy {
    /** The ID stays taken. */
    REJECT_DUPLICATE,
    /** The instance is replaced. */
    ALLOW_DUPLICATE,
    /** The instance is replaced if it failed or was terminated. */
    ALLOW_DUPLICATE_FAILED_ONLY;

    /** Whether an instance with that final status may be replaced. */
    boolean allows(RuntimeStatus ended) {
        return switch (this) {
            case REJECT_DUPLICATE -> false;
            case ALLOW_DUPLICATE -> true;
            case ALLOW_DUPLICATE_FAILED_ONLY -> ended == RuntimeStatus.FAILED || ended == RuntimeStatus.TERMINATED;
        };
    }
}
