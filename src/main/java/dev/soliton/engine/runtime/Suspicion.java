package dev.soliton.engine.runtime;

import dev.soliton.store.Ownership;

/**
 * What the deaths of its owners say about an instance. A process ends for many reasons, and takes along all that it has
 * at hand; so the more often that happens to an instance, the fewer it is run with, until only those deaths count that
 * nothing else can have led to.
 */
public enum Suspicion {
    /** Nothing. */
    NONE,
    /** It is run with some other suspects at most, so that those get done which have nothing to do with it. */
    SOME,
    /** It is run without any other suspect, and alone in its process where that can be had. */
    STRONG,
    /** It is the instance that ends its processes. */
    PROVEN;

    /** After so many owners in a row that vanished it is suspected. */
    private static final int SUSPECTED = 3;

    private static final int STRONGLY_SUSPECTED = 5;

    /** How many suspects a process has at a time if this is the first time that each of them is one. */
    private static final int MOST_AT_A_TIME = 8;

    /** How many owners have to vanish that had nothing else at hand. */
    static final int ALONE = 5;

    /**
     * How many that had something else, but no other suspect. What else they had may have ended them, three times each
     * before it was a suspect itself; so those say much less.
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

    /** Whether it is to be kept from others, and to be run all the same. */
    public boolean isSuspected() {
        return this == SOME || this == STRONG;
    }

    /** How many suspects there may be in a process that has that one, itself included. */
    public static int companyOf(Ownership ownership) {
        return of(ownership) == SOME ? MOST_AT_A_TIME >> (ownership.strikes() - SUSPECTED) : 1;
    }
}
