package dev.soliton.engine.commit;

import dev.soliton.engine.commit.FencedRow.GateRule;
import dev.soliton.engine.commit.FencedRow.Result;
import dev.soliton.engine.journal.JournalEvent;
import dev.soliton.engine.journal.JournalRows;
import dev.soliton.engine.runtime.EngineServices;
import dev.soliton.engine.runtime.StatusReasons;
import dev.soliton.engine.runtime.TurnStopped;
import dev.soliton.engine.worker.WorkerLease;
import dev.soliton.store.ExecutionKey;
import dev.soliton.store.FirstMessage;
import dev.soliton.store.Gate;
import dev.soliton.store.InboxRow;
import dev.soliton.store.InstanceRow;
import dev.soliton.store.InstanceRow.Progress;
import dev.soliton.store.Ownership;
import dev.soliton.store.Partition;
import dev.soliton.store.QueuedRun;
import dev.soliton.store.RowChange;
import dev.soliton.store.RuntimeStatus;
import dev.soliton.store.StorageException;
import dev.soliton.store.Versioned;
import dev.soliton.store.WorkMessage.Base;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * An instance that this worker has a turn of: it is claimed, committed to, handed off and released here, by writes of its
 * {@link FencedRow}.
 *
 * <p>A write that lets the instance go, for now or for ever, is conditional on the gate as it was when the inbox was
 * read. So nothing that came in before it is left lying. The one exception hands work on that is not done, to whoever gets
 * the message that was put before.
 */
public final class InstanceSession {
    private final EngineServices services;
    private final WorkerLease lease;
    private final JournalRows journal;
    private final PendingDeletes deletes;
    private final FencedRow fenced;
    private boolean shared;

    public InstanceSession(
            EngineServices services,
            WorkerLease lease,
            Versioned<InstanceRow> instance,
            @Nullable Versioned<Gate> gate,
            List<RowChange> leftovers) {
        this.services = services;
        this.lease = lease;
        this.journal = new JournalRows(services.json(), services.limits().writes());
        this.deletes = new PendingDeletes(leftovers);
        this.fenced = new FencedRow(services, lease, instance, gate, this.deletes);
    }

    public InstanceRow row() {
        return fenced.row();
    }

    /** What a promise is to name that the next write makes. */
    public String etag() {
        return fenced.etag();
    }

    public boolean isClaimed() {
        return fenced.isClaimed();
    }

    /** Whether this worker owns the instance, and has sent nothing that lets it go. Other threads may ask. */
    public boolean isHeld() {
        return fenced.isHeld();
    }

    /** Says with each claim from now on that others are at work beside one that was to be alone. */
    public void markShared() {
        shared = true;
    }

    /**
     * Writes down that others begin beside one that was alone.
     *
     * @throws TurnStopped if this worker does not own it any more, or the storage does not answer
     */
    public void share() throws TurnStopped {
        shared = true;
        if (isClaimed()) {
            InstanceRow next =
                    row().changed(row().status(), row().ownership().sharing(), row().values(), now(), newId());
            fenced.write(next, List.of(), GateRule.NONE, false);
        }
    }

    /** Whether this worker may own the instance, by what this turn has written or may have. */
    public boolean mayBeClaimed() {
        return fenced.mayBeClaimed();
    }

    /**
     * What is left of the turn, if this worker may own the instance.
     *
     * @param clear whether nothing of the instance is on a thread of this process any more
     */
    public AbandonedInstance abandoned(BooleanSupplier clear) {
        return fenced.abandoned(clear);
    }

    /** What was read when the last write was found to be too late; null if that never was. */
    public @Nullable Partition seen() {
        return fenced.seen();
    }

    /**
     * Reads the inbox anew, and makes sure that this worker is still the one to write. Storage that does not answer is no
     * proof of anything.
     *
     * @return empty if the storage did not answer
     * @throws TurnStopped if somebody else has changed the instance
     */
    public Optional<Partition> reload() throws TurnStopped {
        return fenced.reload();
    }

    /**
     * Takes the instance over, before anything of it is run.
     *
     * @param vanished whether the owner before has vanished
     * @return whether the claim was written; if not, the state is to be read anew
     * @throws StorageException if that cannot be learned
     * @throws TurnStopped if this process is not that worker any more
     */
    public boolean tryClaim(boolean vanished) throws TurnStopped {
        InstanceRow seenRow = row();
        Ownership before = vanished ? seenRow.ownership().struck() : seenRow.ownership();
        boolean isAsBefore = seenRow.status() == RuntimeStatus.SUSPENDED
                || (seenRow.status() == RuntimeStatus.PENDING && seenRow.isDelayed(services.now()));
        RuntimeStatus status = isAsBefore ? seenRow.status() : RuntimeStatus.RUNNING;
        // That it was told to stand still stays; what kept it waiting otherwise is over.
        String reason = status == RuntimeStatus.SUSPENDED ? seenRow.values().reason() : StatusReasons.of(before);
        InstanceRow mine = owned(
                seenRow.changed(
                        status, claim(before), seenRow.values().withReason(reason), services.now(), services.newId()),
                null);
        return fenced.tryClaim(mine);
    }

    /**
     * Writes a draft; where it does not fit into one write, in several, each of which is a state to go on from.
     *
     * @param written told of the events that are in the journal for good, write by write
     * @throws TurnStopped if this worker is not the one to write any more, or the storage does not answer
     */
    public Result commit(Commit commit, Commit.OwnerAfter ownerAfter, Consumer<List<JournalEvent>> written)
            throws TurnStopped {
        boolean switching = commit.generation() != row().key().generation();
        Progress progress = row().progress();
        int first = switching ? 0 : progress.journalRows();
        if (switching) {
            deleteInTheWay(commit.generation());
        }
        List<JournalRows.Write> writes = journal.writes(
                row().at(commit.generation(), progress).key(),
                first,
                commit.events(),
                event -> !switching && commit.taken().containsKey(event) ? 1 : 0,
                commit.spent().size() + (switching ? commit.taken().size() : 0));
        int rows = first;
        for (JournalRows.Write write : writes.subList(0, writes.size() - 1)) {
            rows += write.rows().size();
            // A later generation begins with its last write. Until then its rows are leftovers, which nobody reads.
            InstanceRow next = row().changed(row().status(), row().ownership(), row().values(), now(), newId());
            if (!switching) {
                next = next.at(
                        commit.generation(),
                        new Progress(rows, progress.delivered(), CommitEffect.dueWithinTurn(isClaimed())));
            }
            List<RowChange> changes = new ArrayList<>(write.rows());
            if (!switching) {
                changes.addAll(deletes(commit, write));
            }
            fenced.write(next, changes, GateRule.NONE, false);
            if (!switching) {
                written.accept(write.events());
            }
        }
        JournalRows.Write last = writes.get(writes.size() - 1);
        rows += last.rows().size();
        List<RowChange> changes = new ArrayList<>(last.rows());
        changes.addAll(
                switching
                        ? commit.taken().values().stream()
                                .sorted()
                                .map(this::delete)
                                .toList()
                        : deletes(commit, last));
        commit.spent().stream().map(this::delete).forEach(changes::add);
        if (ownerAfter instanceof Commit.OwnerAfter.Release release) {
            release.promise().make();
        }
        Result result = writeLast(commit, ownerAfter, rows, changes);
        if (result == Result.WRITTEN) {
            written.accept(switching ? commit.events() : last.events());
        } else if (switching) {
            for (int number = 0; number < rows - last.rows().size(); number++) {
                ExecutionKey next = row().at(commit.generation(), progress).key();
                deletes.add(new RowChange.DeleteJournal(next, number));
            }
        }
        return result;
    }

    private Result writeLast(Commit commit, Commit.OwnerAfter ownerAfter, int rows, List<RowChange> changes)
            throws TurnStopped {
        int oldRows = row().progress().journalRows();
        int oldGeneration = row().key().generation();
        CommitEffect effect = CommitEffect.of(
                ownerAfter, row().ownership(), isClaimed(), () -> claim(row().ownership()), fenced.further());
        Ownership ownership = effect.ownership();
        if (commit.events().stream().anyMatch(InstanceSession::isDone)) {
            ownership = ownership.cleared();
        }
        InstanceRow next = row().changed(commit.status(), ownership, commit.shown(), now(), newId())
                .at(commit.generation(), new Progress(rows, commit.delivered(), effect.nextDue()))
                .followedBy(effect.further());
        if (commit.generation() != oldGeneration) {
            for (int number = 0; number < oldRows; number++) {
                deletes.add(new RowChange.DeleteJournal(row().key(), number));
            }
        }
        Result result = null;
        try {
            result = fenced.write(next, changes, effect.gate(), effect.namesEtag());
            return result;
        } finally {
            if (result != Result.WRITTEN && commit.generation() != oldGeneration) {
                // The old generation is the one that there is, as far as this turn knows: no later write may remove it.
                deletes.removeIf(change -> change instanceof RowChange.DeleteJournal delete
                        && delete.key().generation() == oldGeneration
                        && delete.key().executionId().equals(next.key().executionId()));
            }
        }
    }

    /** Whether that shows that the owner got over what it was at: an activity that was run has come to its end. */
    public static boolean isDone(JournalEvent event) {
        return event instanceof JournalEvent.TaskCompleted || event instanceof JournalEvent.TaskFailed;
    }

    /**
     * Lets the instance go with work left, for whoever gets a message. The row says that there is something to do at
     * once, as it does for a timer that is due.
     *
     * @param wakeAfter when the message is to come that is put before; null if there is one already
     * @throws TurnStopped if this worker does not own it any more, or the storage does not answer
     */
    public void handOff(@Nullable Duration wakeAfter) throws TurnStopped {
        handOff(wakeAfter, row().values().reason());
    }

    /** The same, with what the status is to say until the next turn. */
    public void handOff(@Nullable Duration wakeAfter, @Nullable String reason) throws TurnStopped {
        if (row().status().isTerminal()) {
            // It would have no owner any more, and nobody else tells its parent, or gives the ID away.
            throw new IllegalStateException("What has ended is not handed on: " + row().key());
        }
        Result result;
        do {
            try {
                if (wakeAfter != null) {
                    services.wake(row().key(), new Base(etag()), wakeAfter);
                }
            } catch (StorageException trouble) {
                throw TurnStopped.by(trouble);
            }
            InstanceRow next = row().changed(
                            row().status(),
                            row().ownership().released(),
                            row().values().withReason(reason),
                            now(),
                            newId());
            Progress progress = row().progress();
            next = next.at(
                    row().key().generation(),
                    new Progress(progress.journalRows(), progress.delivered(), CommitEffect.AT_ONCE));
            result = fenced.write(next, List.of(), GateRule.NONE, true);
        } while (result != Result.WRITTEN);
    }

    /**
     * Gives the ownership of an execution back that has ended, or the ID to the run that is to follow.
     *
     * @throws TurnStopped if this worker does not own it any more, or the storage does not answer
     */
    public void release() throws TurnStopped {
        QueuedRun further = row().further();
        if (further != null) {
            startFollower(further);
            return;
        }
        InstanceRow next = row().changed(row().status(), row().ownership().released(), row().values(), now(), newId());
        fenced.write(next, List.of(), GateRule.NONE, false);
    }

    /**
     * Makes the row that of the run that is to follow. The message for it comes before, and is not dropped as long as the
     * row is as it is now: should this process die between the two, whoever takes the instance over does the same again.
     */
    private void startFollower(QueuedRun further) throws TurnStopped {
        InstanceRow.Values before = row().values();
        Result result;
        do {
            InstanceRow next = further.rowAfter(
                    row(), now(), services.storage().instances().serviceTime(), newId());
            try {
                FirstMessage.put(services.storage().queue(), next.key(), new Base(etag()), next.startAt(), now());
            } catch (StorageException trouble) {
                throw TurnStopped.by(trouble);
            }
            List<RowChange> changes = List.of(
                    new RowChange.InsertGate(new Gate(next.key().executionId(), false)),
                    new RowChange.InsertReceipt(further.proof(next.key())));
            result = fenced.write(next, changes, GateRule.NONE, true);
        } while (result != Result.WRITTEN);
        try {
            services.storage().payloads().discard(before);
        } catch (StorageException harmless) {
            // Nobody will ever read them.
        }
    }

    /**
     * Removes, after the last write of a turn, what there was no room for in its writes. If it fails, the next turn or a
     * purge finds it.
     */
    public void deleteStale() {
        deletes.removeIf(change -> !isPast(change));
        try {
            while (!deletes.isEmpty()) {
                services.storage().instances().write(row().key().instanceId(), deletes.take());
            }
        } catch (StorageException harmless) {
            // Nobody will ever read them.
        }
    }

    /** Whether nobody can ever write the row again, so that it needs no fence to remove it. */
    private boolean isPast(RowChange change) {
        return !(change instanceof RowChange.DeleteJournal delete)
                || !delete.key().executionId().equals(row().key().executionId())
                || delete.key().generation() < row().key().generation();
    }

    /** Whether there are rows that are of no use to anybody. */
    public boolean hasLeftovers() {
        return !deletes.isEmpty();
    }

    /** Rows of the inbox that are of no use to anybody; they are removed when there is room in a write. */
    public void discard(String inboxKey) {
        deletes.add(delete(inboxKey));
    }

    /** Whether such a row is still there, as far as this turn can tell. */
    public boolean isToBeDiscarded(String inboxKey) {
        return deletes.contains(delete(inboxKey));
    }

    /**
     * Removes what is of no use to anybody now, and not when there is room: it is not to be read again.
     *
     * @throws TurnStopped if this worker is not the one to write any more, or the storage does not answer
     */
    public void removeDiscarded() throws TurnStopped {
        while (!deletes.isEmpty()) {
            fenced.write(
                    row().changed(row().status(), row().ownership(), row().values(), now(), newId()),
                    List.of(),
                    GateRule.NONE,
                    false);
        }
    }

    /** The same for a row of an earlier execution. */
    public void discard(InboxRow row) {
        deletes.add(new RowChange.DeleteInbox(row.executionId(), row.key()));
    }

    private RowChange delete(String inboxKey) {
        return new RowChange.DeleteInbox(row().key().executionId(), inboxKey);
    }

    private List<RowChange> deletes(Commit commit, JournalRows.Write write) {
        List<RowChange> deletes = new ArrayList<>();
        for (JournalEvent event : write.events()) {
            String key = commit.taken().get(event);
            if (key != null) {
                deletes.add(delete(key));
            }
        }
        return deletes;
    }

    /** A turn that died while it wrote a generation has left rows of it where the new ones are to be. */
    private void deleteInTheWay(int generation) throws TurnStopped {
        ExecutionKey next = row().at(generation, row().progress()).key();
        while (deletes.hasJournalOf(next)) {
            fenced.write(
                    row().changed(row().status(), row().ownership(), row().values(), now(), newId()),
                    List.of(),
                    GateRule.NONE,
                    false);
        }
    }

    private Ownership claim(Ownership before) {
        Ownership mine = before.claimedBy(lease.worker(), services.newId());
        return shared ? mine.sharing() : mine;
    }

    /** An owner puts the message for its next timer when it lets the instance go, and minds the timers until then. */
    private InstanceRow owned(InstanceRow row, @Nullable Instant nextDue) {
        Progress progress = row.progress();
        return row.at(row.key().generation(), new Progress(progress.journalRows(), progress.delivered(), nextDue));
    }

    private Instant now() {
        return services.now();
    }

    private String newId() {
        return services.newId();
    }
}
