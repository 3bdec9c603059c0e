package dev.soliton.instance;

import org.jspecify.annotations.Nullable;

/**
 * Who works on an instance.
 *
 * @param owner the worker that claimed it; null if nobody works on it
 * @param nonce names the claim: two claims of one worker are told apart by it; null without an owner
 * @param fence grows with each claim and never goes back, even when the ID is purged and started again
 * @param strikes how many owners in a row vanished without getting anything done
 */
public record Ownership(@Nullable String owner, @Nullable String nonce, long fence, int strikes) {

    /** Nobody works on it. */
    public static Ownership nobody(long fence) {
        return new Ownership(null, null, fence, 0);
    }

    /** The claim that follows this one. */
    public Ownership claimedBy(String worker, String freshNonce) {
        return new Ownership(worker, freshNonce, fence + 1, strikes);
    }

    /** The owner vanished. */
    public Ownership struck() {
        return new Ownership(owner, nonce, fence, strikes + 1);
    }

    /** The owner got something done. */
    public Ownership cleared() {
        return new Ownership(owner, nonce, fence, 0);
    }

    /** The claim given back. */
    public Ownership released() {
        return nobody(fence);
    }
}
