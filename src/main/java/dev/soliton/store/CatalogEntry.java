package dev.soliton.store;

import dev.soliton.orchestration.ParentInstance;
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
 * @param startAt when it is to begin, or was; null for at once
 * @param parent the execution that it is a sub-orchestration of; null for none
 * @param waitingFor what it waits for; null for nothing, and where that is not known
 * @param codeVersion the version of the orchestrator's code that runs it; null if none has run it yet
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
        Instant updatedAt,
        @Nullable Instant startAt,
        @Nullable ParentInstance parent,
        @Nullable WaitingFor waitingFor,
        @Nullable Integer codeVersion) {

    /** What the catalog shows of an instance that nobody called, and that was to begin at once. */
    public CatalogEntry(
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
        this(
                name,
                key,
                status,
                owner,
                input,
                output,
                customStatus,
                reason,
                createdAt,
                updatedAt,
                null,
                null,
                null,
                null);
    }

    /** Whether it has ended, and nothing is left to do for it. */
    public boolean isFinished() {
        return status.isTerminal() && owner == null;
    }
}
