package dev.soliton.client;

import dev.soliton.orchestration.ParentInstance;
import dev.soliton.orchestration.PublicApi;
import dev.soliton.store.ExecutionKey;
import dev.soliton.store.InstanceFilter;
import dev.soliton.store.InstanceRow;
import dev.soliton.store.ParentTask;
import dev.soliton.store.QueuedRun;
import dev.soliton.store.RuntimeStatus;
import dev.soliton.store.WaitingFor;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An instance, as a caller sees it.
 *
 * @param name the orchestrator's name
 * @param instanceId its ID
 * @param executionId the ID of the execution
 * @param status the runtime status
 * @param input its input as JSON; null for none, or if it was not requested
 * @param customStatus the custom status, as JSON
 * @param output its result, or a text that sums up its failure, as JSON; null for none, or if it was not requested
 * @param createdAt when it was accepted
 * @param updatedAt when it last changed
 * @param owner the worker that owns it
 * @param reason why it does not go on, if something holds it up
 * @param startAt the requested time of its beginning; null for at once
 * @param parent the execution that called it as a sub-orchestration; null for none
 * @param waitingFor what it waits for, as of its last commit; null for nothing, or if that is not known
 * @param codeVersion the version of the orchestrator's code that runs it; null if none has run it yet
 */
@PublicApi
public record Instance(
        String name,
        String instanceId,
        String executionId,
        RuntimeStatus status,
        @Nullable String input,
        @Nullable String customStatus,
        @Nullable String output,
        Instant createdAt,
        Instant updatedAt,
        @Nullable String owner,
        @Nullable String reason,
        @Nullable Instant startAt,
        @Nullable ParentInstance parent,
        @Nullable WaitingFor waitingFor,
        @Nullable Integer codeVersion) {

    /** Makes the instance from its row and the given values. */
    public static Instance of(InstanceRow row, @Nullable String input, @Nullable String output) {
        return new Instance(
                row.name(),
                row.key().instanceId(),
                row.key().executionId(),
                row.status(),
                input,
                row.values().customStatus(),
                output,
                row.createdAt(),
                row.updatedAt(),
                row.ownership().owner(),
                row.values().reason(),
                row.startAt(),
                parentOf(row),
                row.values().waitingFor(),
                row.progress().codeVersion());
    }

    /** Makes the instance of a queued run, while it waits for its holder. */
    static Instance of(QueuedRun run, ExecutionKey key, @Nullable String input) {
        return new Instance(
                run.name(),
                key.instanceId(),
                key.executionId(),
                RuntimeStatus.PENDING,
                input,
                null,
                null,
                run.askedAt(),
                run.askedAt(),
                null,
                null,
                run.startAt(),
                null,
                null,
                null);
    }

    /** What a filter checks. */
    InstanceFilter.Seen seen() {
        return new InstanceFilter.Seen(
                instanceId,
                name,
                parent == null ? null : parent.instanceId(),
                status,
                createdAt,
                updatedAt,
                codeVersion);
    }

    private static @Nullable ParentInstance parentOf(InstanceRow row) {
        ParentTask parent = row.parent();
        return parent == null
                ? null
                : new ParentInstance(parent.key().instanceId(), parent.key().executionId());
    }
}
