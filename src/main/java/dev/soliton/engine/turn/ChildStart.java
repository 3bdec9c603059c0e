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
import dev.soliton.store.Receipt;
import dev.soliton.store.RowChange;
import dev.soliton.store.RuntimeStatus;
import dev.soliton.store.StorageException;
import dev.soliton.store.UnreadableRowException;
import dev.soliton.store.Versioned;
import dev.soliton.store.WorkMessage;
import dev.soliton.store.WorkMessage.Base;
import dev.soliton.store.WorkQueue;
import dev.soliton.store.WriteOutcome.Written;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The start of one sub-orchestration, by the owner of its parent.
 *
 * <p>The parent's journal has the request, so the owner, or the next one, repeats the start until it is known to have
 * happened. The execution's ID is made from the request: a repetition finds the proof of the first.
 *
 * @param request what the parent's journal says
 * @param parent the execution that asked
 * @param continued the earlier requests whose child is to go on for this one, if one of them has it; none for a new child
 */
record ChildStart(SubOrchestrationScheduled request, ExecutionKey parent, Set<Integer> continued) {
    /** How a child is claimed by the write that makes it. */
    @FunctionalInterface
    interface Claim {
        /**
         * The ownership that the write makes.
         *
         * @param nobody the ownership without an owner, which has the fence
         * @param base the state of the row that the write is conditional on
         */
        Ownership of(Ownership nobody, Base base);
    }

    /** How often it begins anew because the ID changed hands meanwhile. */
    private static final int ATTEMPTS = 3;

    /** How long it waits for a predecessor that has ended and is not released yet: this, twice this, and so on. */
    private static final Duration FIRST_PAUSE = Duration.ofMillis(100);

    private static final int PAUSES = 6;

    /** What the history of a child says that goes on. */
    private static final String REWOUND = "The instance that called it was rewound.";

    /** What became of a start. */
    sealed interface Outcome {
        /**
         * The child is there.
         *
         * @param row as it was written; it may have gone on since if {@code written} has no ETags
         * @param stale what is left of those that had the ID before, as far as this start has read it
         */
        record Accepted(InstanceRow row, Written written, StaleRows stale) implements Outcome {}

        /** Another instance has the ID. */
        record Refused(RuntimeStatus holder) implements Outcome {}

        /** The child that was to go on was rewound by itself meanwhile, and has completed. */
        record Completed(InstanceRow row) implements Outcome {}
    }

    ExecutionKey key() {
        String name = "child " + parent.executionId() + " " + parent.generation() + " " + request.id();
        UUID id = UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8));
        return new ExecutionKey(request.instanceId(), id.toString(), 0);
    }

    /** Whether that is the execution which runs for this call. */
    boolean isOf(InstanceRow row) {
        return isOf(row, request.id());
    }

    private boolean isContinued(InstanceRow row) {
        return continued.stream().anyMatch(call -> isOf(row, call));
    }

    private boolean isOf(InstanceRow row, int call) {
        return new ParentTask(parent, call).equals(row.parent());
    }

    /**
     * Has the child of an earlier call, which failed and was forgotten by a rewind, go on for this one: it is rewound, too,
     * and from then on it is a child of this call. What it has completed stays completed. Where that child is not there any
     * more, or did not end as failed, a new one is started.
     *
     * <p>The row says for which call it runs, in the write that rewinds it. So a repetition finds out that it is done; and
     * the end that was told for the earlier call, also if it is told again, is not taken for that of this one.
     *
     * @throws PayloadMissingException if the input of a new one is gone
     * @throws StorageException if the storage failed, or the ID is not free yet and is about to be
     * @throws TurnStopped if the thread was interrupted
     */
    Outcome resume(EngineServices services) throws TurnStopped {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            Versioned<InstanceRow> holder = holder(services);
            if (holder != null && isOf(holder.row())) {
                return new Outcome.Accepted(holder.row(), new Written("", ""), StaleRows.NONE);
            }
            if (holder == null || !isContinued(holder.row())) {
                return start(services, null);
            }
            switch (holder.row().status()) {
                case FAILED -> {
                    Optional<Outcome> rewound = tryRewind(services, holder);
                    if (rewound.isPresent()) {
                        return rewound.get();
                    }
                }
                case COMPLETED -> {
                    return new Outcome.Completed(holder.row());
                }
                case TERMINATED -> {
                    return start(services, null);
                }
                case PENDING, RUNNING, SUSPENDED -> {
                    // It was rewound by itself, and tells its end to nobody.
                    return new Outcome.Refused(holder.row().status());
                }
            }
        }
        throw new StorageException("The rewind of '" + key().instanceId() + "' was overtaken again and again.", null);
    }

    /** Rewinds it as a caller would, see {@code Rewind}; empty if somebody else was quicker. */
    private Optional<Outcome> tryRewind(EngineServices services, Versioned<InstanceRow> failed) {
        ExecutionKey key = failed.row().key();
        WorkQueue queue = services.storage().queue();
        WorkMessage wake = WorkMessage.wake(key.instanceId(), key.executionId(), new Base(failed.etag()));
        WorkQueue.MessageReceipt message = queue.put(wake, Duration.ZERO);
        InstanceRow live =
                failed.row().rewoundFor(new ParentTask(parent, request.id()), services.now(), services.newId());
        List<RowChange> changes = new ArrayList<>(services.inbox().rewind(failed, live, REWOUND));
        // As a start does: should the child be purged, a repetition does not begin it anew.
        changes.add(new RowChange.InsertReceipt(new Receipt(key.instanceId(), key().executionId(), key.executionId())));
        if (services.storage().instances().write(key.instanceId(), changes) instanceof Written written) {
            return Optional.of(new Outcome.Accepted(live, written, StaleRows.NONE));
        }
        queue.takeBack(message);
        return Optional.empty();
    }

    /**
     * Makes sure that a child which was to go on for this call does not, should a write that rewinds it be on its way.
     *
     * @return the execution that runs for this call all the same; null if there is none
     */
    @Nullable
    ExecutionKey preventStart(EngineServices services) {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            Optional<Versioned<InstanceRow>> found = running(services);
            if (found.isEmpty() || isOf(found.get().row())) {
                return found.map(row -> row.row().key()).orElse(null);
            }
            InstanceRow row = found.get().row();
            if (!isContinued(row)) {
                return null;
            }
            // It changes nothing of the row but its ETag, on which what is late is conditional.
            RowChange same = new RowChange.ReplaceInstance(
                    row.rewritten(services.newId()), found.get().etag());
            if (row.status() != RuntimeStatus.FAILED
                    || services.storage().instances().write(key().instanceId(), List.of(same)) instanceof Written) {
                return null;
            }
        }
        throw new StorageException("'" + key().instanceId() + "' changed again and again.", null);
    }

    /** The row under the child's ID. */
    private Optional<Versioned<InstanceRow>> running(EngineServices services) {
        return services.storage().instances().findRow(key().instanceId());
    }

    /** The execution that runs for this call; null if there is none any more. */
    @Nullable
    ExecutionKey execution(EngineServices services) {
        if (continued.isEmpty()) {
            return key();
        }
        return running(services)
                .map(Versioned::row)
                .filter(this::isOf)
                .map(InstanceRow::key)
                .orElse(null);
    }

    /**
     * Starts it.
     *
     * @param claim who is to own it from the first write on; nobody for {@code null}
     * @throws PayloadMissingException if its input is gone
     * @throws StorageException if the storage failed, or did not tell, or the ID is not free yet and is about to be
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
     * Who has the ID; null if nobody does. A holder that has ended is about to be released, and is waited for: its parent,
     * which may be the one that asks, can have been told of its end before that; and an activity of it may still work.
     */
    private @Nullable Versioned<InstanceRow> holder(EngineServices services) throws TurnStopped {
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
     * What the holder leaves that is to be replaced. A first turn that comes through the queue reads the rows by itself.
     *
     * @param rows whether they are to be read here
     */
    private Partition before(EngineServices services, @Nullable Versioned<InstanceRow> holder, boolean rows) {
        if (holder == null) {
            return Partition.EMPTY;
        }
        Partition alone = new Partition(List.of(), List.of(), true, Optional.of(holder), List.of());
        try {
            return rows ? services.storage().instances().load(key().instanceId()) : alone;
        } catch (UnreadableRowException edited) {
            // By hand, which is no reason not to begin; a purge finds them.
            return alone;
        }
    }

    /** Removes the values that the row showed which this start has replaced, as it was read. */
    private static void discard(EngineServices services, Partition before) {
        before.instance().map(Versioned::row).map(InstanceRow::values).ifPresent(values -> {
            services.discard(values.input());
            services.discard(values.output());
            services.discard(values.failure());
        });
    }

    /** Whether an earlier owner of the parent has given the start up, when somebody else had the ID. */
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
        Ownership nobody = Ownership.nobody(Math.max(row.ownership().fence(), leastFence));
        return row.changed(RuntimeStatus.PENDING, nobody, row.values(), row.createdAt(), row.commitId());
    }
}
