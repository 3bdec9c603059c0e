package dev.soliton.instance;

import org.jspecify.annotations.Nullable;

/**
 * Who works on an instance.
 *
 * @param owner the worker that claimed it; null if nobody works on it
 * @param nonce names the claim: two claims of one worker are told apart by it; null without an owner
 * @param fence grows with each claim and never goes back, even when the ID is purged and started again
 */
public record Ownership(@Nullable String owner, @Nullable String nonce, long fence) {

    /** Nobody works on it. */
    public static Ownership nobody(long fence) {
        return new Ownership(null, null, fence);
    }

    /** The claim that follows this one. */
    public Ownership claimedBy(String worker, String freshNonce) {
        return new Ownership(worker, freshNonce, fence + 1);
    }

    /** The claim given back. */
    public Ownership released() {
        return nobody(fence);
    }
}
