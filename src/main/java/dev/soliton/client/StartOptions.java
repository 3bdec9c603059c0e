package dev.soliton.client;

import dev.soliton.orchestration.PublicApi;
import dev.soliton.store.RuntimeStatus;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The options of a start.
 *
 * @param reuse what the start does if a finished instance has the ID; null for what {@code conflict} implies: the
 *     instance is replaced where the start may run after another, else the ID stays taken
 * @param conflict what the start does if an unfinished instance has the ID
 * @param idempotencyKey identifies the start: a repetition under the same key is no second start, and gets the first
 *     answer; null for a start without a key
 * @param startAt when the instance begins; null for at once
 */
@PublicApi
public record StartOptions(
        @Nullable ReusePolicy reuse,
        ConflictPolicy conflict,
        @Nullable String idempotencyKey,
        @Nullable Instant startAt) {
    /** The ID is taken for good, and the instance begins at once. */
    public static final StartOptions DEFAULT = new StartOptions(null, ConflictPolicy.FAIL, null, null);

    /** The longest key, in characters. */
    public static final int MAX_KEY_LENGTH = 256;

    public StartOptions {
        if (idempotencyKey != null
                && (idempotencyKey.isEmpty()
                        || idempotencyKey.length() > MAX_KEY_LENGTH
                        || !idempotencyKey.chars().allMatch(c -> c >= ' ' && c <= '~'))) {
            throw new InvalidSignalException(
                    "An Idempotency-Key has 1 to " + MAX_KEY_LENGTH + " characters, all of them printable ASCII.");
        }
    }

    /** Whether a finished instance with that final status is replaced. */
    boolean allowsReuse(RuntimeStatus ended) {
        return (reuse == null ? conflict.impliedReuse() : reuse).allows(ended);
    }

    public StartOptions withReuse(@Nullable ReusePolicy other) {
        return new StartOptions(other, conflict, idempotencyKey, startAt);
    }

    public StartOptions withConflict(ConflictPolicy other) {
        return new StartOptions(reuse, other, idempotencyKey, startAt);
    }

    public StartOptions withIdempotencyKey(@Nullable String key) {
        return new StartOptions(reuse, conflict, key, startAt);
    }

    public StartOptions withStartAt(@Nullable Instant time) {
        return new StartOptions(reuse, conflict, idempotencyKey, time);
    }
}
