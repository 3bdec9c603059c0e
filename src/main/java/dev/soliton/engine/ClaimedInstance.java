package dev.soliton.engine;

import dev.soliton.instance.InstanceRow;
import dev.soliton.instance.InstanceRow.Values;
import dev.soliton.instance.Ownership;
import dev.soliton.instance.RowChange;
import dev.soliton.instance.RuntimeStatus;
import dev.soliton.instance.StorageException;
import dev.soliton.instance.Versioned;
import dev.soliton.instance.WriteOutcome;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * An instance that this worker claimed, and the only way to write to it.
 *
 * <p>Invariants:
 *
 * <ul>
 *   <li>Every write is conditional on the ETag of the instance row as this claim last knew it. Whoever claims the
 *       instance meanwhile changes it, so that this worker cannot write any more, however late it wakes up.
 *   <li>A write carries an ID of its own. After a refusal or a lost answer the row is read: the ID is there, then the
 *       write went through; the nonce of this claim is there, then it did not, and is sent again; neither, then the
 *       instance has another owner. The content of a write stays the same under one ID, so that it does not matter
 *       which of its attempts arrived.
 * </ul>
 */
final class ClaimedInstance {
    /** How often a write is sent, and how long the first pause between is: about three seconds in all. */
    private static final int ATTEMPTS = 5;

    private static final Duration FIRST_PAUSE = Duration.ofMillis(200);

    private final EngineContext context;
    private final JournalRows journal;
    private Versioned<InstanceRow> current;
    private String gateEtag;

    ClaimedInstance(EngineContext context, Versioned<InstanceRow> claimed, String gateEtag) {
        this.context = context;
        this.journal = new JournalRows(context.json());
        this.current = claimed;
        this.gateEtag = gateEtag;
    }

    InstanceRow row() {
        return current.row();
    }

    /**
     * Adds events to the journal, and goes on owning the instance.
     *
     * @throws TurnStopped if this worker does not own it any more, or the storage does not answer
     */
    void append(List<JournalEvent> events, Values shown, Instant now) throws TurnStopped {
        appendRows(journal.rows(row(), events), shown, now);
    }

    private void appendRows(List<List<RowChange>> batches, Values shown, Instant now) throws TurnStopped {
        for (List<RowChange> rows : batches) {
            write(changed(RuntimeStatus.RUNNING, row().ownership(), shown, now, rows), rows, false);
        }
    }

    /**
     * Adds the last events, ends the instance and shuts its gate.
     *
     * @throws TurnStopped if this worker does not own it any more, or the storage does not answer
     */
    void end(RuntimeStatus status, List<JournalEvent> events, Values shown, Instant now) throws TurnStopped {
        List<List<RowChange>> batches = journal.rows(row(), events);
        appendRows(batches.subList(0, batches.size() - 1), row().values(), now);
        List<RowChange> last = batches.get(batches.size() - 1);
        write(changed(status, row().ownership().released(), shown, now, last), last, true);
    }

    /**
     * Asks whether this worker owns the instance still. Storage that does not answer is no proof of anything.
     *
     * @throws TurnStopped if another worker owns it
     */
    void confirm() throws TurnStopped {
        boolean mine;
        try {
            mine = isMine(context.storage().instances().find(row().key().instanceId()));
        } catch (StorageException unanswered) {
            return;
        }
        if (!mine) {
            throw TurnStopped.ownershipLost();
        }
    }

    private boolean isMine(Optional<Versioned<InstanceRow>> found) {
        String nonce = row().ownership().nonce();
        return nonce != null
                && found.isPresent()
                && nonce.equals(found.get().row().ownership().nonce())
                && row().key().equals(found.get().row().key());
    }

    private InstanceRow changed(
            RuntimeStatus status, Ownership ownership, Values shown, Instant now, List<RowChange> rows) {
        return row().changed(status, ownership, shown, now, context.newId())
                .withJournalRows(row().journalRows() + rows.size());
    }

    private void write(InstanceRow next, List<RowChange> rows, boolean shutsGate) throws TurnStopped {
        StorageException trouble = null;
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            if (attempt > 0) {
                context.pause(FIRST_PAUSE.multipliedBy(1L << (attempt - 1)));
            }
            try {
                WriteOutcome outcome =
                        context.storage().instances().write(next.key().instanceId(), changes(next, rows, shutsGate));
                if (outcome instanceof WriteOutcome.Written written) {
                    current = new Versioned<>(next, written.instanceEtag());
                    return;
                }
                if (wentThrough(next)) {
                    return;
                }
                if (shutsGate) {
                    readGate();
                }
            } catch (StorageException unanswered) {
                trouble = unanswered;
                try {
                    if (wentThrough(next)) {
                        return;
                    }
                } catch (StorageException stillUnanswered) {
                    trouble = stillUnanswered;
                }
            }
        }
        throw TurnStopped.by(
                trouble != null ? trouble : new StorageException("A commit was refused again and again.", null));
    }

    private List<RowChange> changes(InstanceRow next, List<RowChange> rows, boolean shutsGate) {
        List<RowChange> changes = new ArrayList<>(rows.size() + 2);
        changes.add(new RowChange.ReplaceInstance(next, current.etag()));
        changes.addAll(rows);
        if (shutsGate) {
            changes.add(new RowChange.DeleteGate(next.key().executionId(), gateEtag));
        }
        return changes;
    }

    /** Reads the row: was it my write that made it what it is? If not, do I own it still? */
    private boolean wentThrough(InstanceRow written) throws TurnStopped {
        Optional<Versioned<InstanceRow>> found =
                context.storage().instances().find(written.key().instanceId());
        if (found.isPresent()) {
            InstanceRow row = found.get().row();
            if (row.commitId().equals(written.commitId())) {
                current = new Versioned<>(written, found.get().etag());
                return true;
            }
            if (isMine(found)) {
                current = new Versioned<>(current.row(), found.get().etag());
                return false;
            }
        }
        throw TurnStopped.ownershipLost();
    }

    /** Something came in since the gate was read. */
    private void readGate() {
        gateEtag = context.storage()
                .instances()
                .load(row().key().instanceId())
                .gate(row().key().executionId())
                .orElseThrow(() -> new StorageException("The gate of " + row().key() + " is gone.", null))
                .etag();
    }
}
