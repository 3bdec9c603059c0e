package dev.soliton.store;

/** How a worker is, by what the storage shows of it. */
public enum WorkerState {
    /** Somebody has the lease of its record, and the record has no mark. */
    LIVE,
    /** Nobody has the lease. It is dead once its record is marked, and not before: it may still come to renew it. */
    UNLEASED,
    /** Somebody found it without a lease, and marked it. */
    EXPIRED,
    /** It stopped by itself, and marked that. */
    DRAINED,
    /** It has no record: it left nothing behind, or has been dead for long. */
    ABSENT;

    /** Whether it will never write again. */
    public boolean isDead() {
        return this == EXPIRED || this == DRAINED || this == ABSENT;
    }
}
