package dev.soliton.instance;

import org.jspecify.annotations.Nullable;

/**
 * Who works on an instance.
 *
 * @param owner the worker that claimed it; null if nobody works on it
 * @param nonce names the claim: two claims of one worker are told apart by it; null without an owner
 * @param message names the delivery of the message that the owner works on, which is delivered again if the owner dies;
 *     null without an owner
 * @param fence grows with each claim and never goes back, even when the ID is purged and started again
 */
public record Ownership(@Nullable String owner, @Nullable String nonce, @Nullable String message, long fence) {

    /** Nobody works on it. */
    public static Ownership nobody(long fence) {
        return new Ownership(null, null, null, fence);
    }

    /** The claim that follows this one. */
    public Ownership claimedBy(String worker, String freshNonce, String messageId) {
        return new Ownership(worker, freshNonce, messageId, fence + 1);
    }

    /** The claim given back. */
    public Ownership released() {
        return nobody(fence);
    }
}
