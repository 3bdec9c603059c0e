package dev.soliton.instance;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What the catalog shows of an instance.
 *
 * @param name the orchestrator's name
 * @param key which run of which instance
 * @param status where it stands
 * @param owner the worker that works on it
 * @param input its input; null for none, or where it was not asked for
 * @param output its output; null for none, or where it was not asked for
 * @param customStatus what its orchestrator shows, as JSON
 * @param reason why it does not go on, if something holds it
 * @param createdAt when it was accepted
 * @param updatedAt when it last changed
 */
public record CatalogEntry(
        String name,
        ExecutionKey key,
        RuntimeStatus status,
        @Nullable String owner,
        @Nullable Payload input,
        @Nullable Payload output,
        @Nullable String customStatus,
        @Nullable String reason,
        Instant createdAt,
        Instant updatedAt) {

    /** Whether it has ended, and nothing is left to do for it. */
    public boolean isFinished() {
        return status.isTerminal() && owner == null;
    }
}
