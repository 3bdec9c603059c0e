package dev.soliton.client;

import dev.soliton.store.ExecutionKey;
import dev.soliton.store.Gate;
import dev.soliton.store.InstanceRow;
import dev.soliton.store.InstanceStore;
import dev.soliton.store.Receipt;
import dev.soliton.store.RowChange;
import dev.soliton.store.StorageException;
import dev.soliton.store.Versioned;
import dev.soliton.store.Waits;
import dev.soliton.store.WriteOutcome.Written;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The one write by which an execution is accepted: its row, its gate and its receipt, all or none.
 *
 * <p>Invariants, and what keeps them:
 *
 * <ul>
 *   <li><em>One start wins</em>: the insert of the instance row, or the replacement of the finished one that was read,
 *       is the check. An earlier read only saves the attempt.
 *   <li><em>The winner is answered so</em>: the write leaves a receipt under the execution's own ID. After any answer
 *       but a plain success the receipt is read: it is there exactly if this start won, now or by an earlier attempt.
 *   <li><em>The loser has lost for ever</em>: a write whose answer never came may still be on its way to the storage.
 *       Before such a start is answered as lost, it writes a tombstone: in the place of its gate, that makes the late
 *       write fail as a whole. A start that will be repeated is not answered as lost, and gets no tombstone, until its
 *       sender gives it up.
 * </ul>
 */
public final class Acceptance {
    /** How often a write without an answer is sent. */
    private static final int ATTEMPTS = 3;

    private static final Duration FIRST_PAUSE = Duration.ofMillis(200);

    private final InstanceStore store;
    private final Waits waits;

    /** Creates an acceptance for the given store. */
    public Acceptance(InstanceStore store, Waits waits) {
        this.store = store;
        this.waits = waits;
    }

    /**
     * Accepts an execution, if the ID is free for it.
     *
     * @param row the first row of the execution
     * @param replaced the ETag of the finished holder's row that it replaces; null if there must be no row
     * @return the result of the write, with empty ETags where only the receipt shows it; empty if another execution has
     *     the ID, which is final
     * @throws OutcomeUnknownException if the storage gave no clear answer, however often it was asked
     */
    public Optional<Written> tryAccept(InstanceRow row, @Nullable String replaced) {
        return tryAccept(row, replaced, List.of(), true);
    }

    /**
     * Accepts an execution, if the ID is free for it now.
     *
     * @return as {@link #tryAccept} does; but empty is not final: the caller sends the start again, or gives it up
     * @throws OutcomeUnknownException if the storage gave no clear answer, however often it was asked
     */
    public Optional<Written> tryAcceptForNow(InstanceRow row, @Nullable String replaced) {
        return tryAccept(row, replaced, List.of(), false);
    }

    /**
     * Gives up a start, which its sender may have sent without getting an answer.
     *
     * @return whether it was given up; if not, the execution is accepted
     * @throws StorageException if the storage failed
     */
    public boolean giveUp(ExecutionKey key) {
        writeTombstone(key);
        return !hasReceipt(key);
    }

    /**
     * Accepts an execution together with other rows, if the ID is free for it and these can be inserted.
     *
     * @param more inserts of other rows
     * @see #tryAccept(InstanceRow, String)
     */
    Optional<Written> tryAccept(InstanceRow row, @Nullable String replaced, List<RowChange> more) {
        return tryAccept(row, replaced, more, true);
    }

    private Optional<Written> tryAccept(
            InstanceRow row, @Nullable String replaced, List<RowChange> more, boolean last) {
        List<RowChange> changes = changes(row, replaced, more);
        boolean mayComeLate = false;
        boolean refused = false;
        StorageException trouble = null;
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            try {
                if (store.write(row.key().instanceId(), changes) instanceof Written written) {
                    return Optional.of(written);
                }
                refused = true;
            } catch (StorageException unanswered) {
                mayComeLate = true;
                trouble = unanswered;
            }
            try {
                if (hasReceipt(row.key())) {
                    return Optional.of(new Written("", ""));
                }
                if (!mayComeLate) {
                    return Optional.empty();
                }
                if (refused || isTaken(row.key().instanceId(), replaced)) {
                    if (last) {
                        // Whether or not this wrote the tombstone, the write cannot arrive any more.
                        writeTombstone(row.key());
                    }
                    return hasReceipt(row.key()) ? Optional.of(new Written("", "")) : Optional.empty();
                }
            } catch (StorageException unanswered) {
                trouble = unanswered;
            }
            pause(FIRST_PAUSE.multipliedBy(1L << attempt), row.key().instanceId());
        }
        throw OutcomeUnknownException.ofStart(row.key().instanceId(), trouble);
    }

    private static List<RowChange> changes(InstanceRow row, @Nullable String replaced, List<RowChange> more) {
        ExecutionKey key = row.key();
        List<RowChange> changes = new ArrayList<>(more);
        changes.add(
                replaced == null ? new RowChange.InsertInstance(row) : new RowChange.ReplaceInstance(row, replaced));
        changes.add(new RowChange.InsertGate(new Gate(key.executionId(), false)));
        changes.add(new RowChange.InsertReceipt(new Receipt(key.instanceId(), key.executionId(), key.executionId())));
        return changes;
    }

    /** Whether the ID has left the state on which the write is conditional. */
    private boolean isTaken(String instanceId, @Nullable String replaced) {
        return !store.findRow(instanceId).map(Versioned::etag).equals(Optional.ofNullable(replaced));
    }

    private boolean hasReceipt(ExecutionKey key) {
        return store.findReceipt(key.instanceId(), key.executionId()).isPresent();
    }

    /** Makes sure that the write cannot arrive any more, if it has not arrived yet. */
    private void writeTombstone(ExecutionKey key) {
        store.write(key.instanceId(), List.of(new RowChange.InsertGate(new Gate(key.executionId(), true))));
    }

    private void pause(Duration time, String instanceId) {
        try {
            waits.pause(time);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw OutcomeUnknownException.ofStart(instanceId, stop);
        }
    }
}
