package dev.soliton.client;

/** What becomes of a start whose ID an instance has that is not finished. */
public enum ConflictPolicy {
    /** The start is refused. */
    FAIL,
    /** The start is answered with that instance. */
    USE_EXISTING,
    /** The instance is terminated, and what the caller asks for runs next. */
    TERMINATE_EXISTING,
    /** What the caller asks for runs when the instance has ended. */
    RUN_AFTER;

    /** Whether what the caller asks for follows the instance. */
    boolean queues() {
        return this == TERMINATE_EXISTING || this == RUN_AFTER;
    }

    /** What becomes of the start if the instance is finished, where the caller does not say: a caller that queues wants a run. */
    ReusePolicy impliedReuse() {
        return queues() ? ReusePolicy.ALLOW_DUPLICATE : ReusePolicy.REJECT_DUPLICATE;
    }
}
