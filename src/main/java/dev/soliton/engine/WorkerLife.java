package dev.soliton.engine;

/** How a worker is, by what the storage shows of it. */
public enum WorkerLife {
    /** Somebody has the lease of its sign, and the sign has no mark. */
    LIVING,
    /** Nobody has the lease. It is dead once its sign is marked, and not before: it may still come to renew it. */
    UNLEASED,
    /** Somebody found it without a lease, and marked it. */
    VANISHED,
    /** It stopped by itself, and marked that. */
    LEFT,
    /** It has no sign: it left nothing behind, or has been dead for long. */
    GONE;

    /** Whether it will never write again. */
    public boolean isDead() {
        return this == VANISHED || this == LEFT || this == GONE;
    }
}
