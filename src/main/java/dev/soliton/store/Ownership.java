package dev.soliton.store;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/**
 * Who works on an instance.
 *
 * @param owner the worker that claimed it; null if nobody works on it
 * @param nonce names the claim, so that two claims of one worker differ; null without an owner
 * @param fence grows with each claim and never goes back, even when the ID is purged and started again: that of a claim is at least
 *     the clock of the storage service, in milliseconds
 * @param strikes how many owners in a row vanished without getting anything done; not those of {@code sharedStrikes}
 * @param sharedStrikes how many of them had other instances at hand although this one was to be alone
 * @param shared whether the owner has others at hand although this instance was to be alone
 * @param claimedAt when the claim began, by the clock of the storage service and to the millisecond; null without an
 *     owner, and for a claim of a version that did not note it
 */
public record Ownership(
        @Nullable String owner,
        @Nullable String nonce,
        long fence,
        int strikes,
        int sharedStrikes,
        boolean shared,
        @Nullable Instant claimedAt) {

    /** An owner of which nothing else is known. */
    public Ownership(@Nullable String owner, @Nullable String nonce, long fence, int strikes) {
        this(owner, nonce, fence, strikes, 0, false, null);
    }

    /** Nobody works on it. */
    public static Ownership unowned(long fence) {
        return new Ownership(null, null, fence, 0);
    }

    /**
     * The claim that follows this one.
     *
     * @param serviceTime the time by the clock of the storage service, see {@link InstanceStore#serviceTime}
     */
    public Ownership claimedBy(String worker, String freshNonce, Instant serviceTime) {
        long next = Math.max(fence + 1, serviceTime.toEpochMilli());
        Instant now = serviceTime.truncatedTo(ChronoUnit.MILLIS);
        return new Ownership(worker, freshNonce, next, strikes, sharedStrikes, false, now);
    }

    /** The same claim with a fence that is at least that time. */
    public Ownership fencedFrom(Instant serviceTime) {
        long next = Math.max(fence, serviceTime.toEpochMilli());
        return new Ownership(owner, nonce, next, strikes, sharedStrikes, shared, claimedAt);
    }

    /** The owner has others at hand. */
    public Ownership sharing() {
        return new Ownership(owner, nonce, fence, strikes, sharedStrikes, true, claimedAt);
    }

    /** The owner vanished. */
    public Ownership struck() {
        return shared
                ? new Ownership(owner, nonce, fence, strikes, sharedStrikes + 1, true, claimedAt)
                : new Ownership(owner, nonce, fence, strikes + 1, sharedStrikes, false, claimedAt);
    }

    /** The owner got something done. */
    public Ownership cleared() {
        return new Ownership(owner, nonce, fence, 0, 0, false, claimedAt);
    }

    /** The claim given back. */
    public Ownership released() {
        return unowned(fence);
    }
}
