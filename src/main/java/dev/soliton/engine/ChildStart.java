package dev.soliton.engine;

import dev.soliton.engine.JournalEvent.SubOrchestrationScheduled;
import dev.soliton.instance.ExecutionKey;
import dev.soliton.instance.InstanceRow;
import dev.soliton.instance.OutcomeUnknownException;
import dev.soliton.instance.Ownership;
import dev.soliton.instance.ParentTask;
import dev.soliton.instance.Payload;
import dev.soliton.instance.RuntimeStatus;
import dev.soliton.instance.StorageException;
import dev.soliton.instance.Versioned;
import dev.soliton.instance.WriteOutcome.Written;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The start of one sub-orchestration, by the owner of its parent.
 *
 * <p>The parent's journal has the request, so the owner, or the next one, repeats the start until it is known to have
 * happened. The execution's ID is made from the request: a repetition finds the proof of the first.
 *
 * @param request what the parent's journal says
 * @param parent the execution that asked
 */
record ChildStart(SubOrchestrationScheduled request, ExecutionKey parent) {
    /** How often it begins anew because the ID changed hands meanwhile. */
    private static final int ATTEMPTS = 3;

    /** What became of a start. */
    sealed interface Outcome {
        /**
         * The child is there.
         *
         * @param row as it was written; it may have gone on since if {@code written} has no ETags
         */
        record Accepted(InstanceRow row, Written written) implements Outcome {}

        /** Another instance has the ID. */
        record Refused(RuntimeStatus holder) implements Outcome {}
    }

    ExecutionKey key() {
        String name = "child " + parent.executionId() + " " + parent.generation() + " " + request.id();
        UUID id = UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8));
        return new ExecutionKey(request.instanceId(), id.toString(), 0);
    }

    /**
     * Starts it.
     *
     * @param ownership who is to own it from the first write on, given a fence; nobody for {@code null}
     * @throws StorageException if the storage failed, or did not tell
     */
    Outcome start(EngineContext context, @Nullable Function<Ownership, Ownership> ownership) {
        ExecutionKey key = key();
        String json = context.payloads(parent).load(request.input());
        Payload input = json == null ? null : context.payloads(key).saveOwn(json);
        String replaced = null;
        long fence = 0;
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            InstanceRow row = row(context, key, input, fence, ownership);
            Optional<Written> written;
            try {
                written = context.acceptance().tryAccept(row, replaced);
            } catch (OutcomeUnknownException unknown) {
                throw new StorageException("The start of '" + key.instanceId() + "' has no known outcome.", unknown);
            }
            if (written.isPresent()) {
                return new Outcome.Accepted(row, written.get());
            }
            Optional<Versioned<InstanceRow>> holder =
                    context.storage().instances().find(key.instanceId());
            if (holder.isPresent()) {
                InstanceRow other = holder.get().row();
                if (!other.status().isTerminal() || other.ownership().owner() != null) {
                    return new Outcome.Refused(other.status());
                }
                replaced = holder.get().etag();
                fence = other.ownership().fence() + 1;
            } else {
                replaced = null;
            }
        }
        throw new StorageException("The start of '" + key.instanceId() + "' was overtaken again and again.", null);
    }

    private InstanceRow row(
            EngineContext context,
            ExecutionKey key,
            @Nullable Payload input,
            long leastFence,
            @Nullable Function<Ownership, Ownership> ownership) {
        InstanceRow row = InstanceRow.pending(
                key, request.name(), new ParentTask(parent, request.id()), input, context.now(), context.newId());
        Ownership nobody = Ownership.nobody(Math.max(row.ownership().fence(), leastFence));
        return ownership == null
                ? row.changed(RuntimeStatus.PENDING, nobody, row.values(), row.createdAt(), row.commitId())
                : row.changed(
                        RuntimeStatus.RUNNING, ownership.apply(nobody), row.values(), row.createdAt(), row.commitId());
    }
}
