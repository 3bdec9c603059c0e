package dev.soliton.engine.turn;

import dev.soliton.client.EndedHolder;
import dev.soliton.client.OutcomeUnknownException;
import dev.soliton.engine.commit.StaleRows;
import dev.soliton.engine.journal.JournalEvent.SubOrchestrationScheduled;
import dev.soliton.engine.runtime.EngineServices;
import dev.soliton.engine.runtime.TurnStopped;
import dev.soliton.store.ExecutionKey;
import dev.soliton.store.InstanceRow;
import dev.soliton.store.Ownership;
import dev.soliton.store.ParentTask;
import dev.soliton.store.Partition;
import dev.soliton.store.Payload;
import dev.soliton.store.PayloadMissingException;
import dev.soliton.store.RuntimeStatus;
import dev.soliton.store.StorageException;
import dev.soliton.store.UnreadableRowException;
import dev.soliton.store.Versioned;
import dev.soliton.store.WorkMessage.Base;
import dev.soliton.store.WriteOutcome.Written;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The start of one sub-orchestration, by the owner of its parent.
 *
 * <p>The parent's journal has the request, so this owner, or the next one, repeats the start until it is known to have
 * happened. The execution ID is made from the request: a repetition finds the receipt of the first start.
 *
 * @param request the request in the parent's journal
 * @param parent the execution that called
 * @param continued the earlier requests whose child, if one of them has it, continues for this one; empty for a new
 *     child
 */
record ChildStart(SubOrchestrationScheduled request, ExecutionKey parent, Set<Integer> continued) {
    /** How the write that creates a child claims it. */
    @FunctionalInterface
    interface Claim {
        /**
         * The ownership that the write creates.
         *
         * @param unowned the ownership without an owner, which has the fence
         * @param base the state of the row on which the write is conditional
         */
        Ownership of(Ownership unowned, Base base);
    }

    /** How often the start is tried again because another execution got the ID meanwhile. */
    static final int ATTEMPTS = 3;

    /** How long the start waits for a holder that has ended and is not released yet: this, twice this, and so on. */
    private static final Duration FIRST_PAUSE = Duration.ofMillis(100);

    private static final int PAUSES = 6;

    /** What became of a start. */
    sealed interface Outcome {
        /**
         * The child exists.
         *
         * @param row as it was written; if {@code written} has no ETags, the child may have gone on since
         * @param stale what this start has read of the rows that earlier holders of the ID left
         */
        record Accepted(InstanceRow row, Written written, StaleRows stale) implements Outcome {}

        /** Another instance has the ID. */
        record Refused(RuntimeStatus holder) implements Outcome {}

        /** The child that was to continue was rewound by itself meanwhile, and has completed. */
        record Completed(InstanceRow row) implements Outcome {}
    }

    ExecutionKey key() {
        String name = "child " + parent.executionId() + " " + parent.generation() + " " + request.id();
        UUID id = UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8));
        return new ExecutionKey(request.instanceId(), id.toString(), 0);
    }

    /** Whether that is the execution of this call. */
    boolean isOf(InstanceRow row) {
        return isOf(row, request.id());
    }

    /** Whether that is the child of an earlier call that continues for this one. */
    boolean isContinued(InstanceRow row) {
        return continued.stream().anyMatch(call -> isOf(row, call));
    }

    private boolean isOf(InstanceRow row, int call) {
        return new ParentTask(parent, call).equals(row.parent());
    }

    /**
     * Starts the child.
     *
     * @param claim makes the owner that the child has from its first write on; null for no owner
     * @throws PayloadMissingException if its input is gone
     * @throws StorageException if the storage failed or the outcome is unknown, or the ID is not free yet and is about
     *     to be
     * @throws TurnStopped if the thread was interrupted
     */
    Outcome start(EngineServices services, @Nullable Claim claim) throws TurnStopped {
        ExecutionKey key = key();
        String json = services.payloads(parent).load(request.input());
        Payload input = json == null ? null : services.payloads(key).saveOwn(json);
        String replaced = null;
        Partition before = Partition.EMPTY;
        long fence = 0;
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            InstanceRow row = row(services, key, input, fence);
            if (claim != null) {
                Base base = replaced == null ? Base.NO_ROW : new Base(replaced);
                row = row.changed(
                        RuntimeStatus.RUNNING,
                        claim.of(row.ownership(), base),
                        row.values(),
                        row.createdAt(),
                        row.commitId());
            }
            Optional<Written> written;
            try {
                written = services.acceptance().tryAcceptForNow(row, replaced);
            } catch (OutcomeUnknownException unknown) {
                throw new StorageException("The start of '" + key.instanceId() + "' has no known outcome.", unknown);
            }
            if (written.isPresent()) {
                if (replaced != null && !written.get().instanceEtag().isEmpty()) {
                    discard(services, before);
                }
                return new Outcome.Accepted(
                        row,
                        written.get(),
                        StaleRows.of(row, before, services.storage().payloads()));
            }
            Versioned<InstanceRow> holder = holder(services);
            if ((holder == null ? replaced == null : holder.etag().equals(replaced)) && isGivenUp(services)) {
                return new Outcome.Refused(
                        holder == null ? RuntimeStatus.RUNNING : holder.row().status());
            }
            if (holder != null && !holder.row().status().isTerminal()) {
                return services.acceptance().giveUp(key)
                        ? new Outcome.Refused(holder.row().status())
                        : new Outcome.Accepted(row, new Written("", ""), StaleRows.NONE);
            }
            replaced = holder == null ? null : holder.etag();
            fence = holder == null ? 0 : holder.row().ownership().fence() + 1;
            before = before(services, holder, claim != null);
        }
        throw new StorageException("The start of '" + key.instanceId() + "' was overtaken again and again.", null);
    }

    /**
     * The holder of the ID; null if there is none. If the holder has ended and is not released yet, this waits for the
     * release. The holder's parent, which may be the caller of this start, can receive the end before the release; and
     * an activity of the holder may still work.
     */
    @Nullable
    Versioned<InstanceRow> holder(EngineServices services) throws TurnStopped {
        for (int pause = 0; pause < PAUSES; pause++) {
            Optional<Versioned<InstanceRow>> found =
                    services.storage().instances().findRow(key().instanceId());
            if (found.isEmpty() || !EndedHolder.isKept(found.get().row())) {
                return found.orElse(null);
            }
            if (pause == PAUSES - 1) {
                EndedHolder.wake(services.storage().queue(), found.get().row());
            }
            services.pause(FIRST_PAUSE.multipliedBy(1L << pause));
        }
        throw new StorageException("'" + key().instanceId() + "' has ended, and is not released yet.", null);
    }

    /**
     * The rows of the holder that this start replaces. If the first turn arrives through the queue, it reads the rows
     * by itself.
     *
     * @param rows whether this start reads them
     */
    private Partition before(EngineServices services, @Nullable Versioned<InstanceRow> holder, boolean rows) {
        if (holder == null) {
            return Partition.EMPTY;
        }
        Partition alone = new Partition(List.of(), List.of(), true, Optional.of(holder), List.of());
        try {
            return rows ? services.storage().instances().load(key().instanceId()) : alone;
        } catch (UnreadableRowException edited) {
            // Somebody edited a row by hand, which is no reason not to begin. A purge finds the rows.
            return alone;
        }
    }

    /** Removes the values of the row that this start has replaced, as it was read. */
    private static void discard(EngineServices services, Partition before) {
        before.instance().map(Versioned::row).map(InstanceRow::values).ifPresent(values -> {
            services.discard(values.input());
            services.discard(values.output());
            services.discard(values.failure());
        });
    }

    /** Whether an earlier owner of the parent has given the start up, because another instance had the ID. */
    private boolean isGivenUp(EngineServices services) {
        return services.storage()
                .instances()
                .loadWithoutJournal(key().instanceId())
                .gate(key().executionId())
                .filter(gate -> gate.row().tombstone())
                .isPresent();
    }

    private InstanceRow row(EngineServices services, ExecutionKey key, @Nullable Payload input, long leastFence) {
        InstanceRow row = InstanceRow.pending(
                        key,
                        request.name(),
                        new ParentTask(parent, request.id()),
                        input,
                        services.now(),
                        services.newId())
                .fencedFrom(services.storage().instances().serviceTime());
        Ownership unowned = Ownership.unowned(Math.max(row.ownership().fence(), leastFence));
        return row.changed(RuntimeStatus.PENDING, unowned, row.values(), row.createdAt(), row.commitId());
    }
}
