package dev.soliton.engine.runtime;

import dev.soliton.store.Ownership;

/**
 * What the deaths of its owners say about an instance. A process ends for many reasons, and all its instances lose
 * their owner. So the more strikes an instance has, the fewer others run beside it, until only those deaths count that
 * nothing else can have caused.
 */
public enum Suspicion {
    /** The instance is not suspected. */
    NONE,
    /** The instance runs with a few other suspects at most, so that the innocent ones get done. */
    SOME,
    /** The instance runs without any other suspect, and alone in its process if possible. */
    STRONG,
    /** The instance ends its processes. */
    PROVEN;

    /** After this many strikes in a row an instance is a suspect. */
    private static final int SUSPECTED = 3;

    private static final int STRONGLY_SUSPECTED = 5;

    /** How many suspects a process runs at a time if each of them has only just become one. */
    private static final int MOST_AT_A_TIME = 8;

    /** How many owners have to vanish that ran nothing else. */
    static final int ALONE = 5;

    /**
     * How many owners have to vanish that ran other work, but no other suspect. Each other instance may have ended
     * three of them before it was a suspect itself, so these deaths say much less.
     */
    static final int SHARED = 16;

    public static Suspicion of(Ownership ownership) {
        if (ownership.strikes() >= STRONGLY_SUSPECTED + ALONE || ownership.sharedStrikes() >= SHARED) {
            return PROVEN;
        }
        if (ownership.strikes() >= STRONGLY_SUSPECTED) {
            return STRONG;
        }
        return ownership.strikes() >= SUSPECTED ? SOME : NONE;
    }

    /** Whether the instance is kept apart from others, but still runs. */
    public boolean isSuspected() {
        return this == SOME || this == STRONG;
    }

    /** How many suspects a process may run together with this one, itself included. */
    public static int companyOf(Ownership ownership) {
        return of(ownership) == SOME ? MOST_AT_A_TIME >> (ownership.strikes() - SUSPECTED) : 1;
    }
}
