package dev.soliton.engine;

import dev.soliton.instance.ExecutionKey;
import dev.soliton.instance.InstanceRow;
import dev.soliton.instance.InstanceRow.Progress;
import dev.soliton.instance.InstanceStore;
import dev.soliton.instance.Ownership;
import dev.soliton.instance.Partition;
import dev.soliton.instance.RowChange;
import dev.soliton.instance.RuntimeStatus;
import dev.soliton.instance.StorageException;
import dev.soliton.instance.Versioned;
import dev.soliton.instance.WorkMessage.Base;
import dev.soliton.instance.WriteOutcome;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * An instance that this worker has a turn of, and the only way to write to it.
 *
 * <p>Invariants:
 *
 * <ul>
 *   <li>Every write is conditional on the ETag of the instance row as this turn last knew it. Whoever changes the
 *       instance meanwhile changes it, so that this worker cannot write any more, however late it wakes up. That alone
 *       lets a turn go without a claim that does nothing but replay and record.
 *   <li>A write carries an ID of its own. After a refusal or a lost answer the row is read: the ID is there, then the
 *       write went through; the row is as it was, or the nonce of this claim is there, then it did not, and is sent
 *       again; neither, then somebody else has the instance. The content of a write stays the same under one ID, so
 *       that it does not matter which of its attempts arrived.
 *   <li>A write that lets the instance go, for now or for ever, is conditional on the gate as it was when the inbox was
 *       read. So nothing that came in before it is left lying. The one exception hands work on that is not done, to
 *       whoever gets the message that was put before.
 *   <li>Nothing is sent once the worker's lease is not trusted any more.
 *   <li>Which claims may be there is known until the turn is over, so that none stays behind without a turn: see
 *       {@link Orphan}.
 * </ul>
 */
final class OpenInstance {
    /** How often a write is sent, and how long the first pause between is: about three seconds in all. */
    private static final int ATTEMPTS = 5;

    private static final Duration FIRST_PAUSE = Duration.ofMillis(200);

    /**
     * The next time of an instance that has something to do at once: past by every clock, also by that of a worker that is
     * behind the one that says so.
     */
    private static final Instant AT_ONCE = Instant.EPOCH;

    /** What became of a write that this worker was still entitled to. */
    enum Result {
        WRITTEN,
        /** Something came in since the inbox was read: see {@link #seen}. */
        GATE_MOVED,
        /** The row was touched: what names its ETag has to be made anew. */
        ROW_MOVED
    }

    private enum GateRule {
        NONE,
        TOUCH,
        DELETE
    }

    private final EngineContext context;
    private final WorkerLease lease;
    private final JournalRows journal;
    private final Set<String> nonces = new HashSet<>();
    private final List<RowChange> leftovers = new ArrayList<>();
    private volatile Versioned<InstanceRow> current;
    private @Nullable String gateEtag;
    private @Nullable Partition seen;

    OpenInstance(
            EngineContext context,
            WorkerLease lease,
            Versioned<InstanceRow> instance,
            @Nullable String gateEtag,
            List<RowChange> leftovers) {
        this.context = context;
        this.lease = lease;
        this.journal = new JournalRows(context.json());
        this.current = instance;
        this.gateEtag = gateEtag;
        this.leftovers.addAll(leftovers);
    }

    InstanceRow row() {
        return current.row();
    }

    /** What a promise is to name that the next write makes. */
    String etag() {
        return current.etag();
    }

    boolean isClaimed() {
        return lease.worker().equals(row().ownership().owner());
    }

    /** Whether this worker may own the instance, by what this turn has written or may have. */
    boolean mayBeClaimed() {
        return isClaimed() || !nonces.isEmpty();
    }

    /**
     * What is left of the turn, if this worker may own the instance.
     *
     * @param clear whether nothing of the instance is on a thread of this process any more
     */
    Orphan orphan(BooleanSupplier clear) {
        Set<String> mine = new HashSet<>(nonces);
        String nonce = row().ownership().nonce();
        if (isClaimed() && nonce != null) {
            mine.add(nonce);
        }
        return new Orphan(
                row().key().instanceId(),
                row().key().executionId(),
                Set.copyOf(mine),
                etag(),
                WorkerLease.Moment.of(context),
                clear);
    }

    /** What was read when the last write was found to be too late; null if that never was. */
    @Nullable
    Partition seen() {
        return seen;
    }

    /**
     * Reads the inbox anew, and makes sure that this worker is still the one to write. Storage that does not answer is no
     * proof of anything.
     *
     * @return empty if the storage did not answer
     * @throws TurnStopped if somebody else has changed the instance
     */
    Optional<Partition> look() throws TurnStopped {
        lease.require();
        Partition state;
        try {
            state = context.storage().instances().look(row().key().instanceId());
        } catch (StorageException unanswered) {
            return Optional.empty();
        }
        if (!isStillMine(state)) {
            throw TurnStopped.ownershipLost();
        }
        takeGate(state);
        return Optional.of(state);
    }

    /**
     * Takes the instance over, before anything of it is run.
     *
     * @param vanished whether the owner before has vanished
     * @return whether the claim was written; if not, the state is to be read anew
     * @throws StorageException if that cannot be learned
     * @throws TurnStopped if this process is not that worker any more
     */
    boolean tryClaim(boolean vanished) throws TurnStopped {
        InstanceRow seenRow = row();
        Ownership before = vanished ? seenRow.ownership().struck() : seenRow.ownership();
        boolean isAsBefore = seenRow.status() == RuntimeStatus.SUSPENDED
                || (seenRow.status() == RuntimeStatus.PENDING && seenRow.isDelayed(context.now()));
        RuntimeStatus status = isAsBefore ? seenRow.status() : RuntimeStatus.RUNNING;
        InstanceRow mine = owned(
                seenRow.changed(
                        status, claim(before), seenRow.values().withReason(null), context.now(), context.newId()),
                null);
        RowChange replace = new RowChange.ReplaceInstance(mine, etag());
        lease.require();
        try {
            WriteOutcome outcome =
                    context.storage().instances().write(seenRow.key().instanceId(), List.of(replace));
            if (outcome instanceof WriteOutcome.Written written) {
                claimed(mine, written.instanceEtag());
                return true;
            }
        } catch (StorageException unanswered) {
            // It may have been written all the same: the row tells. And if not, it may still be.
            nonces.add(Objects.requireNonNull(mine.ownership().nonce()));
        }
        Optional<Versioned<InstanceRow>> found = context.storage()
                .instances()
                .find(seenRow.key().instanceId())
                .filter(row -> row.row().commitId().equals(mine.commitId()));
        found.ifPresent(row -> claimed(mine, row.etag()));
        return found.isPresent();
    }

    /** A claim is there. Those that may have been on their way are void: the row that they would replace is gone. */
    private void claimed(InstanceRow mine, String etag) {
        current = new Versioned<>(mine, etag);
        nonces.clear();
    }

    /**
     * Writes a draft; where it does not fit into one write, in several, each of which is a state to go on from.
     *
     * @param written told of the events that are in the journal for good, write by write
     * @throws TurnStopped if this worker is not the one to write any more, or the storage does not answer
     */
    Result commit(Draft draft, Draft.Hold hold, Consumer<List<JournalEvent>> written) throws TurnStopped {
        boolean switching = draft.generation() != row().key().generation();
        Progress progress = row().progress();
        int first = switching ? 0 : progress.journalRows();
        if (switching) {
            clearTheWay(draft.generation());
        }
        List<JournalRows.Write> writes = journal.writes(
                row().at(draft.generation(), progress).key(),
                first,
                draft.events(),
                event -> !switching && draft.taken().containsKey(event) ? 1 : 0);
        int rows = first;
        for (JournalRows.Write write : writes.subList(0, writes.size() - 1)) {
            rows += write.rows().size();
            // A later generation begins with its last write. Until then its rows are leftovers, which nobody reads.
            InstanceRow next = row().changed(row().status(), row().ownership(), row().values(), now(), newId());
            if (!switching) {
                next = next.at(draft.generation(), new Progress(rows, progress.delivered(), unfinished()));
            }
            List<RowChange> changes = new ArrayList<>(write.rows());
            if (!switching) {
                changes.addAll(deletes(draft, write));
            }
            write(next, changes, GateRule.NONE, false);
            if (!switching) {
                written.accept(write.events());
            }
        }
        JournalRows.Write last = writes.get(writes.size() - 1);
        rows += last.rows().size();
        List<RowChange> changes = new ArrayList<>(last.rows());
        changes.addAll(
                switching
                        ? draft.taken().values().stream()
                                .sorted()
                                .map(this::delete)
                                .toList()
                        : deletes(draft, last));
        draft.spent().stream().map(this::delete).forEach(changes::add);
        Result result = writeLast(draft, hold, rows, changes);
        if (result == Result.WRITTEN) {
            written.accept(switching ? draft.events() : last.events());
        } else if (switching) {
            for (int number = 0; number < rows - last.rows().size(); number++) {
                ExecutionKey next = row().at(draft.generation(), progress).key();
                leftovers.add(new RowChange.DeleteJournal(next, number));
            }
        }
        return result;
    }

    private Result writeLast(Draft draft, Draft.Hold hold, int rows, List<RowChange> changes) throws TurnStopped {
        int oldRows = row().progress().journalRows();
        int oldGeneration = row().key().generation();
        Ownership ownership = row().ownership();
        GateRule rule = GateRule.NONE;
        Instant nextDue = unfinished();
        if (hold instanceof Draft.Hold.Claim || (hold instanceof Draft.Hold.End end && end.owned())) {
            nextDue = null;
            if (!isClaimed()) {
                ownership = claim(ownership);
            }
        } else if (hold instanceof Draft.Hold.Release release) {
            ownership = ownership.released();
            nextDue = release.nextDue();
            rule = GateRule.TOUCH;
        } else if (hold instanceof Draft.Hold.End) {
            ownership = ownership.released();
            nextDue = null;
        }
        if (hold instanceof Draft.Hold.End) {
            rule = GateRule.DELETE;
        }
        if (draft.events().stream().anyMatch(OpenInstance::isDone)) {
            ownership = ownership.cleared();
        }
        InstanceRow next = row().changed(draft.status(), ownership, draft.shown(), now(), newId())
                .at(draft.generation(), new Progress(rows, draft.delivered(), nextDue));
        if (draft.generation() != oldGeneration) {
            for (int number = 0; number < oldRows; number++) {
                leftovers.add(new RowChange.DeleteJournal(row().key(), number));
            }
        }
        Result result = null;
        try {
            result = write(next, changes, rule, hold instanceof Draft.Hold.Release);
            return result;
        } finally {
            if (result != Result.WRITTEN && draft.generation() != oldGeneration) {
                // The old generation is the one that there is, as far as this turn knows: no later write may remove it.
                leftovers.removeIf(change -> change instanceof RowChange.DeleteJournal delete
                        && delete.key().generation() == oldGeneration
                        && delete.key().executionId().equals(next.key().executionId()));
            }
        }
    }

    /**
     * What an instance shows as its next time while a turn of it is under way. An owner minds its timers by itself. Where
     * there is no owner, there is something to be done at once: whoever gets the message of a turn that died here must
     * not find that there is nothing to do.
     */
    private @Nullable Instant unfinished() {
        return isClaimed() ? null : AT_ONCE;
    }

    /** Whether that shows that the owner got over what it was at: an activity that was run has come to its end. */
    private static boolean isDone(JournalEvent event) {
        return event instanceof JournalEvent.TaskCompleted || event instanceof JournalEvent.TaskFailed;
    }

    /**
     * Lets the instance go with work left, for whoever gets a message. The row says that there is something to do at
     * once, as it does for a timer that is due.
     *
     * @param wakeAfter when the message is to come that is put before; null if there is one already
     * @throws TurnStopped if this worker does not own it any more, or the storage does not answer
     */
    void handOn(@Nullable Duration wakeAfter) throws TurnStopped {
        Result result;
        do {
            try {
                if (wakeAfter != null) {
                    context.wake(row().key(), new Base(etag()), wakeAfter);
                }
            } catch (StorageException trouble) {
                throw TurnStopped.by(trouble);
            }
            InstanceRow next =
                    row().changed(row().status(), row().ownership().released(), row().values(), now(), newId());
            Progress progress = row().progress();
            next = next.at(
                    row().key().generation(), new Progress(progress.journalRows(), progress.delivered(), AT_ONCE));
            result = write(next, List.of(), GateRule.NONE, true);
        } while (result != Result.WRITTEN);
    }

    /**
     * Gives the ownership of an execution back that has ended.
     *
     * @throws TurnStopped if this worker does not own it any more, or the storage does not answer
     */
    void letGo() throws TurnStopped {
        InstanceRow next = row().changed(row().status(), row().ownership().released(), row().values(), now(), newId());
        write(next, List.of(), GateRule.NONE, false);
    }

    /**
     * Removes, after the last write of a turn, what there was no room for in its writes. If it fails, the next turn or a
     * purge finds it.
     */
    void clearAway() {
        leftovers.removeIf(change -> !isPast(change));
        try {
            while (!leftovers.isEmpty()) {
                List<RowChange> some =
                        List.copyOf(leftovers.subList(0, Math.min(leftovers.size(), InstanceStore.MAX_CHANGES)));
                leftovers.removeAll(some);
                context.storage().instances().write(row().key().instanceId(), some);
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
    boolean hasLeftovers() {
        return !leftovers.isEmpty();
    }

    /** Rows of the inbox that are of no use to anybody; they are removed when there is room in a write. */
    void discard(String inboxKey) {
        leftovers.add(delete(inboxKey));
    }

    private RowChange delete(String inboxKey) {
        return new RowChange.DeleteInbox(row().key().executionId(), inboxKey);
    }

    private List<RowChange> deletes(Draft draft, JournalRows.Write write) {
        List<RowChange> deletes = new ArrayList<>();
        for (JournalEvent event : write.events()) {
            String key = draft.taken().get(event);
            if (key != null) {
                deletes.add(delete(key));
            }
        }
        return deletes;
    }

    /** A turn that died while it wrote a generation has left rows of it where the new ones are to be. */
    private void clearTheWay(int generation) throws TurnStopped {
        while (leftovers.stream()
                .anyMatch(change -> change instanceof RowChange.DeleteJournal delete
                        && delete.key().generation() == generation
                        && delete.key().executionId().equals(row().key().executionId()))) {
            write(
                    row().changed(row().status(), row().ownership(), row().values(), now(), newId()),
                    List.of(),
                    GateRule.NONE,
                    false);
        }
    }

    private Ownership claim(Ownership before) {
        return before.claimedBy(lease.worker(), context.newId());
    }

    /** An owner puts the message for its next timer when it lets the instance go, and minds the timers until then. */
    private InstanceRow owned(InstanceRow row, @Nullable Instant nextDue) {
        Progress progress = row.progress();
        return row.at(row.key().generation(), new Progress(progress.journalRows(), progress.delivered(), nextDue));
    }

    private Result write(InstanceRow next, List<RowChange> changes, GateRule rule, boolean namesEtag)
            throws TurnStopped {
        List<RowChange> whole = new ArrayList<>(changes);
        int room = JournalRows.MAX_WRITE_CHANGES - changes.size();
        List<RowChange> cleared = List.copyOf(leftovers.subList(0, Math.max(0, Math.min(room, leftovers.size()))));
        whole.addAll(cleared);
        StorageException trouble = null;
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            if (attempt > 0) {
                context.pause(FIRST_PAUSE.multipliedBy(1L << (attempt - 1)));
            }
            lease.require();
            try {
                WriteOutcome outcome =
                        context.storage().instances().write(next.key().instanceId(), withRow(next, whole, rule));
                if (outcome instanceof WriteOutcome.Written written) {
                    String gate = rule == GateRule.TOUCH ? written.gateEtag() : gateEtag;
                    return written(next, written.instanceEtag(), rule == GateRule.DELETE ? null : gate, cleared);
                }
            } catch (StorageException unanswered) {
                trouble = unanswered;
                if (next.ownership().nonce() != null) {
                    nonces.add(next.ownership().nonce());
                }
            }
            try {
                Partition state = context.storage().instances().look(next.key().instanceId());
                Optional<Versioned<InstanceRow>> found = state.instance();
                if (found.isPresent() && found.get().row().commitId().equals(next.commitId())) {
                    // What else this read shows was not taken in: the gate stays as it is known to the turn.
                    return written(next, found.get().etag(), gateEtag, cleared);
                }
                if (!isStillMine(state)) {
                    throw TurnStopped.ownershipLost();
                }
                if (!isAsKnown(state)) {
                    throw TurnStopped.by(
                            new StorageException("An earlier write to " + row().key() + " came late.", null));
                }
                Result moved = moved(state, rule, namesEtag);
                if (moved != Result.WRITTEN) {
                    return moved;
                }
            } catch (StorageException unanswered) {
                trouble = unanswered;
            }
        }
        throw TurnStopped.by(
                trouble != null ? trouble : new StorageException("A commit was refused again and again.", null));
    }

    private Result written(InstanceRow next, String etag, @Nullable String gate, List<RowChange> cleared) {
        current = new Versioned<>(next, etag);
        nonces.clear();
        gateEtag = gate;
        leftovers.removeAll(cleared);
        return Result.WRITTEN;
    }

    /** What has changed under a write that did not go through; {@code WRITTEN} if nothing that matters to it. */
    private Result moved(Partition state, GateRule rule, boolean namesEtag) {
        Versioned<InstanceRow> found = state.instance().orElseThrow();
        boolean rowMoved = !found.etag().equals(current.etag());
        current = new Versioned<>(current.row(), found.etag());
        String known = gateEtag;
        if (rule != GateRule.NONE
                && !state.gate(row().key().executionId()).map(Versioned::etag).equals(Optional.ofNullable(known))) {
            takeGate(state);
            seen = state;
            return Result.GATE_MOVED;
        }
        return rowMoved && namesEtag ? Result.ROW_MOVED : Result.WRITTEN;
    }

    private List<RowChange> withRow(InstanceRow next, List<RowChange> changes, GateRule rule) {
        List<RowChange> whole = new ArrayList<>(changes.size() + 2);
        whole.add(new RowChange.ReplaceInstance(next, current.etag()));
        whole.addAll(changes);
        String executionId = next.key().executionId();
        if (rule == GateRule.TOUCH) {
            whole.add(new RowChange.TouchGate(executionId, knownGate()));
        } else if (rule == GateRule.DELETE) {
            whole.add(new RowChange.DeleteGate(executionId, knownGate()));
        }
        return whole;
    }

    private String knownGate() {
        if (gateEtag == null) {
            throw new StorageException("The gate of " + row().key() + " is gone.", null);
        }
        return gateEtag;
    }

    private void takeGate(Partition state) {
        gateEtag = state.gate(row().key().executionId()).map(Versioned::etag).orElse(null);
    }

    /** The nonce of this claim is there; or, without a claim, nobody has written since this turn did. */
    private boolean isStillMine(Partition state) {
        if (state.instance().isEmpty()) {
            return false;
        }
        InstanceRow found = state.instance().get().row();
        String nonce = isClaimed() ? row().ownership().nonce() : null;
        return found.key().executionId().equals(row().key().executionId())
                && (nonce == null
                        ? found.commitId().equals(row().commitId())
                        : nonce.equals(found.ownership().nonce()));
    }

    /**
     * Whether the row is what this turn made of it. If not, a write of this turn that it took for lost has arrived, and
     * what is written on the row as it was known would undo that.
     */
    private boolean isAsKnown(Partition state) {
        return state.instance().orElseThrow().row().commitId().equals(row().commitId());
    }

    private Instant now() {
        return context.now();
    }

    private String newId() {
        return context.newId();
    }
}
