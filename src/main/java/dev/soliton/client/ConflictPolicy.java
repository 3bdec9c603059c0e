package dev.soliton.client;

import dev.soliton.orchestration.PublicApi;

/** What a start does if an unfinished instance has its ID. */
@PublicApi
public enum ConflictPolicy {
    /** The start is refused. */
    FAIL,
    /** The start returns that instance. */
    USE_EXISTING,
    /** The instance is terminated, and the requested run follows it. */
    TERMINATE_EXISTING,
    /** The requested run follows when the instance has ended. */
    RUN_AFTER;

    /** Whether the requested run follows the instance. */
    boolean queues() {
        return this == TERMINATE_EXISTING || this == RUN_AFTER;
    }

    /** The reuse policy for a start that names none: a caller that queues wants a run. */
    ReusePolicy impliedReuse() {
        return queues() ? ReusePolicy.ALLOW_DUPLICATE : ReusePolicy.REJECT_DUPLICATE;
    }
}
