package dev.soliton.engine.turn;

import dev.soliton.engine.commit.StaleRows;
import dev.soliton.engine.runtime.EngineServices;
import dev.soliton.engine.runtime.TurnStopped;
import dev.soliton.engine.turn.ChildStart.Outcome;
import dev.soliton.store.ExecutionKey;
import dev.soliton.store.InstanceRow;
import dev.soliton.store.ParentTask;
import dev.soliton.store.PayloadMissingException;
import dev.soliton.store.Receipt;
import dev.soliton.store.RowChange;
import dev.soliton.store.RuntimeStatus;
import dev.soliton.store.StorageException;
import dev.soliton.store.Versioned;
import dev.soliton.store.WorkMessage;
import dev.soliton.store.WorkMessage.Base;
import dev.soliton.store.WorkQueue;
import dev.soliton.store.WriteOutcome.Written;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The start of a sub-orchestration whose call follows one that a rewind removed: the child of the removed call continues
 * for this one, if there is such a child.
 */
final class ChildContinuation {
    /** The reason that the history of a rewound child shows. */
    private static final String REWOUND = "The instance that called it was rewound.";

    private final EngineServices services;
    private final ChildStart start;

    ChildContinuation(EngineServices services, ChildStart start) {
        this.services = services;
        this.start = start;
    }

    /**
     * Makes the child of an earlier call continue for this one. That child failed, and a rewind removed the earlier
     * call. So the child is rewound, too, and from then on it is a child of this call. The steps that it has completed
     * stay completed. If that child does not exist any more, or did not end as failed, a new one is started.
     *
     * <p>The write that rewinds the child also says in its row for which call it runs, so a repetition finds that it is
     * done. If the end that it had for the earlier call is sent again, the parent does not take it for the end of this
     * call.
     *
     * @throws PayloadMissingException if the input of a new child is gone
     * @throws StorageException if the storage failed, or the ID is not free yet and is about to be
     * @throws TurnStopped if the thread was interrupted
     */
    Outcome resume() throws TurnStopped {
        for (int attempt = 0; attempt < ChildStart.ATTEMPTS; attempt++) {
            Versioned<InstanceRow> holder = start.holder(services);
            if (holder != null && start.isOf(holder.row())) {
                return new Outcome.Accepted(holder.row(), new Written("", ""), StaleRows.NONE);
            }
            if (holder == null || !start.isContinued(holder.row())) {
                return start.start(services, null);
            }
            switch (holder.row().status()) {
                case FAILED -> {
                    Optional<Outcome> rewound = tryRewind(holder);
                    if (rewound.isPresent()) {
                        return rewound.get();
                    }
                }
                case COMPLETED -> {
                    return new Outcome.Completed(holder.row());
                }
                case TERMINATED -> {
                    return start.start(services, null);
                }
                case PENDING, RUNNING, SUSPENDED -> {
                    // It was rewound by itself, and notifies no parent of its end.
                    return new Outcome.Refused(holder.row().status());
                }
            }
        }
        throw new StorageException(
                "The rewind of '" + start.key().instanceId() + "' was overtaken again and again.", null);
    }

    /** Rewinds the child as a caller would, see {@code Rewind}; empty if another writer was quicker. */
    private Optional<Outcome> tryRewind(Versioned<InstanceRow> failed) {
        ExecutionKey key = failed.row().key();
        WorkQueue queue = services.storage().queue();
        WorkMessage wake = WorkMessage.wake(key.instanceId(), key.executionId(), new Base(failed.etag()));
        WorkQueue.MessageReceipt message = queue.put(wake, Duration.ZERO);
        InstanceRow live = failed.row()
                .rewoundFor(new ParentTask(start.parent(), start.request().id()), services.now(), services.newId());
        List<RowChange> changes = new ArrayList<>(services.inbox().rewind(failed, live, REWOUND));
        // As for a start: if the child is purged, this receipt keeps a repetition from starting it again.
        changes.add(new RowChange.InsertReceipt(
                new Receipt(key.instanceId(), start.key().executionId(), key.executionId())));
        if (services.storage().instances().write(key.instanceId(), changes) instanceof Written written) {
            return Optional.of(new Outcome.Accepted(live, written, StaleRows.NONE));
        }
        queue.takeBack(message);
        return Optional.empty();
    }

    /**
     * Makes sure that a child that was to continue for this call does not, even if a write that rewinds it is on its
     * way.
     *
     * @return the execution that runs for this call nevertheless; null if there is none
     */
    @Nullable
    ExecutionKey preventStart() {
        for (int attempt = 0; attempt < ChildStart.ATTEMPTS; attempt++) {
            Optional<Versioned<InstanceRow>> found = running();
            if (found.isEmpty() || start.isOf(found.get().row())) {
                return found.map(row -> row.row().key()).orElse(null);
            }
            InstanceRow row = found.get().row();
            if (!start.isContinued(row)) {
                return null;
            }
            // It changes only the ETag of the row, and a late write is conditional on that.
            RowChange same = new RowChange.ReplaceInstance(
                    row.rewritten(services.newId()), found.get().etag());
            if (row.status() != RuntimeStatus.FAILED
                    || services.storage().instances().write(start.key().instanceId(), List.of(same))
                            instanceof Written) {
                return null;
            }
        }
        throw new StorageException("'" + start.key().instanceId() + "' changed again and again.", null);
    }

    /** The row under the child's ID. */
    private Optional<Versioned<InstanceRow>> running() {
        return services.storage().instances().findRow(start.key().instanceId());
    }

    /** The execution that runs for this call; null if there is none any more. */
    @Nullable
    ExecutionKey execution() {
        if (start.continued().isEmpty()) {
            return start.key();
        }
        return running()
                .map(Versioned::row)
                .filter(start::isOf)
                .map(InstanceRow::key)
                .orElse(null);
    }
}
