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
import dev.soliton.store.InstanceStore;
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
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One turn's hold on one instance. It claims, commits, hands off and releases, by writes of its {@link FencedRow}.
 *
 * <p>A write that releases or ends the instance is conditional on the gate as it was when the inbox was read. So
 * nothing that arrived before the write stays unprocessed. A hand-off is the one exception: its unfinished work goes to
 * the worker that receives the message that was put before.
 *
 * <p>The class is longer than 300 lines: it has each write that a turn makes to its instance, so that all of them can be compared.
 */
public final class InstanceSession {
    private final EngineServices services;
    private final WorkerLease lease;
    private final JournalRows journal;
    private final PendingDeletes deletes;
    private final AtomicReference<InstanceView> view;
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
        this.view = new AtomicReference<>(new InstanceView(instance, lease.worker()));
        this.fenced = new FencedRow(services, lease, view, gate, this.deletes);
    }

    private InstanceView view() {
        return Objects.requireNonNull(view.get());
    }

    public InstanceRow row() {
        return view().row();
    }

    /** The ETag that a message names as its base if the next write makes it true. */
    public String etag() {
        return view().etag();
    }

    public boolean isClaimed() {
        return view().isClaimed();
    }

    /** Whether this worker owns the instance, and has sent no write that releases it. Other threads may ask. */
    public boolean isHeld() {
        return fenced.isHeld();
    }

    /** Marks each claim from now on as shared: other work runs beside a suspect that was to be alone. */
    public void markShared() {
        shared = true;
    }

    /**
     * Records that other work begins beside a suspect that was alone.
     *
     * @throws TurnStopped if this worker does not own the instance any more, or the storage does not answer
     */
    public void share() throws TurnStopped {
        shared = true;
        if (isClaimed()) {
            rewrite(row().ownership().sharing());
        }
    }

    /**
     * Raises the fence of a claim to the clock of the service, if that is further on than its readers can differ. The
     * insert of a row that is claimed from the beginning may have arrived late, after other executions of the ID had
     * come and gone with higher fences.
     *
     * @throws TurnStopped if this worker does not own the instance any more, or the storage does not answer
     */
    public void renewLateFence() throws TurnStopped {
        Instant trusted = Instant.ofEpochMilli(row().ownership().fence()).plus(InstanceStore.CLOCK_ERROR);
        Instant time = serviceTime();
        if (time.isAfter(trusted)) {
            rewrite(row().ownership().fencedFrom(time));
        }
    }

    /** Whether this worker may own the instance, by the writes that this turn made or may have made. */
    public boolean mayBeClaimed() {
        return fenced.mayBeClaimed();
    }

    /**
     * What the turn leaves behind, if this worker may own the instance.
     *
     * @param clear whether no thread of this process works on the instance any more
     */
    public AbandonedInstance abandoned(BooleanSupplier clear) {
        return fenced.abandoned(clear);
    }

    /** The state that was read when the last write turned out to be too late; null if none ever did. */
    public @Nullable Partition seen() {
        return fenced.seen();
    }

    /**
     * Reads the inbox again, and makes sure that this worker may still write. Storage that does not answer proves
     * nothing.
     *
     * @return empty if the storage did not answer
     * @throws TurnStopped if another process has changed the instance
     */
    public Optional<Partition> reload() throws TurnStopped {
        return fenced.reload();
    }

    /**
     * Claims the instance, before any of its code runs.
     *
     * @param vanished whether the previous owner has vanished
     * @return whether the claim was written; if not, the caller reads the state again
     * @throws StorageException if the result cannot be learned
     * @throws TurnStopped if the worker has lost its lease
     */
    public boolean tryClaim(boolean vanished) throws TurnStopped {
        InstanceRow seenRow = row();
        Ownership before = vanished ? seenRow.ownership().struck() : seenRow.ownership();
        boolean isAsBefore = seenRow.status() == RuntimeStatus.SUSPENDED
                || (seenRow.status() == RuntimeStatus.PENDING && seenRow.isDelayed(services.now()));
        RuntimeStatus status = isAsBefore ? seenRow.status() : RuntimeStatus.RUNNING;
        // The reason of a suspension stays; any other reason for waiting is over.
        String reason = status == RuntimeStatus.SUSPENDED ? seenRow.values().reason() : StatusReasons.of(before);
        InstanceRow mine = owned(
                seenRow.changed(
                        status, claim(before), seenRow.values().withReason(reason), services.now(), services.newId()),
                null);
        return fenced.tryClaim(mine);
    }

    /**
     * Writes a commit. Where it does not fit into one write it becomes several, and an execution can go on from each of
     * them. A release puts the message for the next timer before the last of them, which is conditional on the state
     * that the message names.
     *
     * @param written receives, write by write, the events that are durable in the journal
     * @throws TurnStopped if this worker may not write any more, or the storage does not answer
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
                        new Progress(
                                rows,
                                progress.delivered(),
                                CommitEffect.dueWithinTurn(isClaimed()),
                                commit.codeVersion()));
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
        int room = Math.max(0, services.limits().writes().changes() - changes.size());
        commit.needless().stream().limit(room).map(this::delete).forEach(changes::add);
        if (ownerAfter instanceof Commit.OwnerAfter.Release release) {
            release.promise().make();
        }
        Result result = writeLast(commit, ownerAfter, rows, changes);
        if (result == Result.WRITTEN) {
            written.accept(switching ? commit.events() : last.events());
            commit.needless().stream().skip(room).forEach(this::discard);
            if (commit.status().isTerminal()) {
                services.endNotices().ended(row().key().instanceId());
            }
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
                ownerAfter, row().ownership(), isClaimed(), () -> claim(row().ownership()), fenced.queuedRun());
        Ownership ownership = effect.ownership();
        if (commit.events().stream().anyMatch(InstanceSession::isDone)) {
            ownership = ownership.cleared();
        }
        InstanceRow next = row().changed(commit.status(), ownership, commit.shown(), now(), newId())
                .at(commit.generation(), new Progress(rows, commit.delivered(), effect.nextDue(), commit.codeVersion()))
                .followedBy(effect.queuedRun());
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
                // As far as this turn knows, the old generation is still the current one: no later write may remove it.
                deletes.removeIf(change -> change instanceof RowChange.DeleteJournal delete
                        && delete.key().generation() == oldGeneration
                        && delete.key().executionId().equals(next.key().executionId()));
            }
        }
    }

    /** Whether the event shows that the owner survived its work: an activity that it ran has ended. */
    public static boolean isDone(JournalEvent event) {
        return event instanceof JournalEvent.TaskCompleted || event instanceof JournalEvent.TaskFailed;
    }

    /**
     * Hands off: puts a message, then clears the owner although work is left, so that another turn goes on. The row
     * says that there is work to do at once, as it does for a timer that is due.
     *
     * @param wakeAfter after what time the message is to arrive; null if there is one already
     * @throws TurnStopped if this worker does not own the instance any more, or the storage does not answer
     */
    public void handOff(@Nullable Duration wakeAfter) throws TurnStopped {
        handOff(wakeAfter, row().values().reason());
    }

    /** Hands off, and gives the reason that the status shows until the next turn. */
    public void handOff(@Nullable Duration wakeAfter, @Nullable String reason) throws TurnStopped {
        if (row().status().isTerminal()) {
            // It would have no owner any more, and nobody else notifies its parent, or starts the queued run.
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
            next = next.at(row().key().generation(), row().progress().due(CommitEffect.AT_ONCE));
            result = fenced.write(next, List.of(), GateRule.NONE, true);
        } while (result != Result.WRITTEN);
    }

    /**
     * Clears the owner of an execution that has ended, or starts the queued run.
     *
     * @throws TurnStopped if this worker does not own the instance any more, or the storage does not answer
     */
    public void release() throws TurnStopped {
        QueuedRun queuedRun = row().queuedRun();
        if (queuedRun != null) {
            startFollower(queuedRun);
            return;
        }
        rewrite(row().ownership().released());
    }

    /** Writes the row with another ownership, and removes what there is room for. */
    private void rewrite(Ownership ownership) throws TurnStopped {
        InstanceRow next = row().changed(row().status(), ownership, row().values(), now(), newId());
        fenced.write(next, List.of(), GateRule.NONE, false);
    }

    /**
     * Makes the row that of the queued run. The message for that run is put first. No worker drops it as long as the
     * row is as it is now: should this process die between the two, the worker that takes the instance over does the
     * same again.
     */
    private void startFollower(QueuedRun queuedRun) throws TurnStopped {
        InstanceRow.Values before = row().values();
        Result result;
        do {
            InstanceRow next = queuedRun.rowAfter(row(), now(), serviceTime(), newId());
            try {
                FirstMessage.put(services.storage().queue(), next.key(), new Base(etag()), next.startAt(), now());
            } catch (StorageException trouble) {
                throw TurnStopped.by(trouble);
            }
            List<RowChange> changes = List.of(
                    new RowChange.InsertGate(new Gate(next.key().executionId(), false)),
                    new RowChange.InsertReceipt(queuedRun.receipt(next.key())));
            result = fenced.write(next, changes, GateRule.NONE, true);
        } while (result != Result.WRITTEN);
        try {
            services.storage().payloads().discard(before);
        } catch (StorageException harmless) {
            // Nobody will ever read them.
        }
    }

    /**
     * Removes, after the last write of a turn, the rows that its writes had no room for. If it fails, the next turn or
     * a purge finds them.
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

    /** Whether nobody can ever write the row again, so that its removal needs no fence. */
    private boolean isPast(RowChange change) {
        return !(change instanceof RowChange.DeleteJournal delete)
                || !delete.key().executionId().equals(row().key().executionId())
                || delete.key().generation() < row().key().generation();
    }

    /** Whether there are rows that nobody needs. */
    public boolean hasLeftovers() {
        return !deletes.isEmpty();
    }

    /** Notes that nobody needs an inbox row. The row is removed when a write has room for that. */
    public void discard(String inboxKey) {
        deletes.add(delete(inboxKey));
    }

    /** Whether such a row still waits for its removal. */
    public boolean isToBeDiscarded(String inboxKey) {
        return deletes.contains(delete(inboxKey));
    }

    /**
     * Removes now the rows that nobody needs, without waiting for room in another write: they are not to be read again.
     *
     * @throws TurnStopped if this worker may not write any more, or the storage does not answer
     */
    public void removeDiscarded() throws TurnStopped {
        while (!deletes.isEmpty()) {
            rewrite(row().ownership());
        }
    }

    /** Notes that nobody needs an inbox row of an earlier execution. */
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

    /** A turn that died while it wrote this generation left rows of it under the numbers that the new ones need. */
    private void deleteInTheWay(int generation) throws TurnStopped {
        ExecutionKey next = row().at(generation, row().progress()).key();
        while (deletes.hasJournalOf(next)) {
            rewrite(row().ownership());
        }
    }

    private Ownership claim(Ownership before) {
        Ownership mine = before.claimedBy(lease.worker(), services.newId(), serviceTime());
        return shared ? mine.sharing() : mine;
    }

    /** An owner watches its timers itself, and puts the message for the next one when it releases the instance. */
    private InstanceRow owned(InstanceRow row, @Nullable Instant nextDue) {
        return row.at(row.key().generation(), row.progress().due(nextDue));
    }

    private Instant serviceTime() {
        return services.storage().instances().serviceTime();
    }

    private Instant now() {
        return services.now();
    }

    private String newId() {
        return services.newId();
    }
}
