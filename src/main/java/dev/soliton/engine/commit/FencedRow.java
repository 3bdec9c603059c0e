package dev.soliton.engine.commit;

import dev.soliton.engine.runtime.EngineServices;
import dev.soliton.engine.runtime.TurnStopped;
import dev.soliton.engine.worker.WorkerLease;
import dev.soliton.store.Gate;
import dev.soliton.store.InstanceRow;
import dev.soliton.store.Partition;
import dev.soliton.store.QueuedRun;
import dev.soliton.store.RowChange;
import dev.soliton.store.StorageException;
import dev.soliton.store.Versioned;
import dev.soliton.store.WorkMessage.Base;
import dev.soliton.store.WriteOutcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The row of an instance as a turn knows it, and the only way to write to it.
 *
 * <p>Invariants:
 *
 * <ul>
 *   <li>Every write is conditional on the ETag of the row as it was last known. Whoever changes the instance meanwhile
 *       changes it, so that this worker cannot write any more, however late it wakes up. That alone lets a turn go
 *       without a claim that does nothing but replay and record.
 *   <li>A write carries an ID of its own. After a refusal or a lost answer the row is read, and {@link ReadBack} tells
 *       whether the write went through, is to be sent again, or somebody else has the instance. The content of a write stays the same under one ID, so
 *       that it does not matter which of its attempts arrived.
 *   <li>Nothing is sent once the worker's lease is not trusted any more.
 *   <li>Which claims may be there is known until the turn is over, so that none stays behind without a turn: see
 *       {@link AbandonedInstance}.
 *   <li>From the moment on at which a write is sent that lets the instance go, nobody may rely on this turn to own it. The
 *       write may have arrived long before the turn hears of it.
 * </ul>
 */
public final class FencedRow {
    /** How often a write is sent, and how long the first pause between is: about three seconds in all. */
    private static final int ATTEMPTS = 5;

    private static final Duration FIRST_PAUSE = Duration.ofMillis(200);

    /** What became of a write that this worker was still entitled to. */
    public enum Result {
        WRITTEN,
        /** Something came in since the inbox was read: see {@link #seen}. */
        GATE_MOVED,
        /** The row was touched: what names its ETag has to be made anew. */
        ROW_MOVED
    }

    /** What a write has to do with the gate. */
    enum GateRule {
        NONE,
        TOUCH,
        DELETE
    }

    private final EngineServices services;
    private final WorkerLease lease;
    private final PendingDeletes deletes;
    private final Set<String> nonces = new HashSet<>();
    private volatile Versioned<InstanceRow> current;
    private volatile boolean releasing;
    private @Nullable Versioned<Gate> gate;
    private @Nullable Partition seen;

    FencedRow(
            EngineServices services,
            WorkerLease lease,
            Versioned<InstanceRow> instance,
            @Nullable Versioned<Gate> gate,
            PendingDeletes deletes) {
        this.services = services;
        this.lease = lease;
        this.current = instance;
        this.gate = gate;
        this.deletes = deletes;
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

    /** Whether this worker owns the instance, and has sent nothing that lets it go. Other threads may ask. */
    boolean isHeld() {
        // In this order: what was released is not claimed any more when that is over.
        return !releasing && isClaimed();
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
    AbandonedInstance abandoned(BooleanSupplier clear) {
        Set<String> mine = new HashSet<>(nonces);
        String nonce = row().ownership().nonce();
        if (isClaimed() && nonce != null) {
            mine.add(nonce);
        }
        return new AbandonedInstance(
                row().key().instanceId(),
                row().key().executionId(),
                Set.copyOf(mine),
                Set.of(new Base(etag())),
                services.moment(),
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
    Optional<Partition> reload() throws TurnStopped {
        lease.require();
        Partition state;
        try {
            state = services.storage()
                    .instances()
                    .loadWithoutJournal(row().key().instanceId());
        } catch (StorageException unanswered) {
            return Optional.empty();
        }
        if (!known().isStillMine(state)) {
            throw TurnStopped.ownershipLost();
        }
        takeGate(state);
        return Optional.of(state);
    }

    /**
     * Writes the claim that the row says, and nothing else, once.
     *
     * @return whether it was written; if not, the state is to be read anew
     * @throws StorageException if that cannot be learned
     * @throws TurnStopped if this process is not that worker any more
     */
    boolean tryClaim(InstanceRow mine) throws TurnStopped {
        RowChange replace = new RowChange.ReplaceInstance(mine, etag());
        lease.require();
        try {
            WriteOutcome outcome =
                    services.storage().instances().write(mine.key().instanceId(), List.of(replace));
            if (outcome instanceof WriteOutcome.Written written) {
                claimed(mine, written.instanceEtag());
                return true;
            }
        } catch (StorageException unanswered) {
            // It may have been written all the same: the row tells. And if not, it may still be.
            nonces.add(Objects.requireNonNull(mine.ownership().nonce()));
        }
        Optional<Versioned<InstanceRow>> found = services.storage()
                .instances()
                .findRow(mine.key().instanceId())
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
     * Writes the row, with other changes.
     *
     * @param rule what is to become of the gate, which must be as it is known for that
     * @param namesEtag whether something names the ETag that the row has before
     * @throws TurnStopped if this worker is not the one to write any more, or the storage does not answer
     */
    Result write(InstanceRow next, List<RowChange> changes, GateRule rule, boolean namesEtag) throws TurnStopped {
        if (isClaimed() && !lease.worker().equals(next.ownership().owner())) {
            releasing = true;
        }
        Result result = send(next, changes, rule, namesEtag);
        releasing = false;
        return result;
    }

    private Result send(InstanceRow next, List<RowChange> changes, GateRule rule, boolean namesEtag)
            throws TurnStopped {
        List<RowChange> whole = new ArrayList<>(changes);
        List<RowChange> cleared = deletes.some(services.limits().writes().changes() - changes.size());
        whole.addAll(cleared);
        ReadBack.Sent sent = new ReadBack.Sent(next.commitId(), rule != GateRule.NONE, namesEtag);
        StorageException trouble = null;
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            boolean refused = false;
            String named = current.etag();
            if (attempt > 0) {
                services.pause(FIRST_PAUSE.multipliedBy(1L << (attempt - 1)));
            }
            lease.require();
            try {
                WriteOutcome outcome =
                        services.storage().instances().write(next.key().instanceId(), withRow(next, whole, rule));
                if (outcome instanceof WriteOutcome.Written written) {
                    return written(next, written.instanceEtag(), gateAfter(rule, written), cleared);
                }
                refused = true;
            } catch (StorageException unanswered) {
                trouble = unanswered;
                if (next.ownership().nonce() != null) {
                    nonces.add(next.ownership().nonce());
                }
            }
            try {
                Partition state = services.storage()
                        .instances()
                        .loadWithoutJournal(next.key().instanceId());
                ReadBack shown = ReadBack.of(sent, known(), state);
                switch (shown) {
                    case LOST -> throw TurnStopped.ownershipLost();
                    case STALE ->
                        throw TurnStopped.by(
                                new StorageException("An earlier write to " + row().key() + " came late.", null));
                    case MINE -> {
                        // What else this read shows was not taken in: the gate stays as it is known to the turn.
                        return written(next, etagOf(state), gate, cleared);
                    }
                    case GATE_MOVED -> {
                        touched(state);
                        takeGate(state);
                        seen = state;
                        return Result.GATE_MOVED;
                    }
                    case ROW_MOVED -> {
                        touched(state);
                        return Result.ROW_MOVED;
                    }
                    case NOT_YET -> touched(state);
                }
                if (refused && named.equals(current.etag())) {
                    // Somebody else clears away what earlier executions have left, too. It is no part of what this
                    // says.
                    whole.removeAll(giveUpRemovals(cleared));
                }
            } catch (StorageException unanswered) {
                trouble = unanswered;
            }
        }
        throw TurnStopped.by(
                trouble != null ? trouble : new StorageException("A commit was refused again and again.", null));
    }

    /** Leaves those of some removals to others that they may be about to make, or have made. */
    private List<RowChange> giveUpRemovals(List<RowChange> some) {
        List<RowChange> ofOthers = some.stream()
                .filter(removal -> PendingDeletes.isOfAnother(removal, row().key()))
                .toList();
        deletes.removeAll(ofOthers);
        return ofOthers;
    }

    /** Touched on its ETag, the gate has what it had. */
    private @Nullable Versioned<Gate> gateAfter(GateRule rule, WriteOutcome.Written written) {
        return switch (rule) {
            case NONE -> gate;
            case TOUCH -> new Versioned<>(knownGate().row(), written.gateEtag());
            case DELETE -> null;
        };
    }

    private Result written(InstanceRow next, String etag, @Nullable Versioned<Gate> gateNow, List<RowChange> cleared) {
        current = new Versioned<>(next, etag);
        nonces.clear();
        gate = gateNow;
        deletes.removeAll(cleared);
        return Result.WRITTEN;
    }

    /** The row is what this turn knows, under another ETag, if anybody has touched it. */
    private void touched(Partition state) {
        current = new Versioned<>(current.row(), etagOf(state));
    }

    private static String etagOf(Partition state) {
        return state.instance().orElseThrow().etag();
    }

    /** The run that is to follow, as the gate had it when it was last read; null for none. */
    @Nullable
    QueuedRun further() {
        return gate == null ? null : gate.row().further();
    }

    private List<RowChange> withRow(InstanceRow next, List<RowChange> changes, GateRule rule) {
        List<RowChange> whole = new ArrayList<>(changes.size() + 2);
        whole.add(new RowChange.ReplaceInstance(next, current.etag()));
        whole.addAll(changes);
        if (rule == GateRule.TOUCH) {
            whole.add(new RowChange.TouchGate(next.life(), knownGate().etag()));
        } else if (rule == GateRule.DELETE) {
            whole.add(new RowChange.DeleteGate(next.life(), knownGate().etag()));
        }
        return whole;
    }

    private Versioned<Gate> knownGate() {
        if (gate == null) {
            throw new StorageException("The gate of " + row().key() + " is gone.", null);
        }
        return gate;
    }

    private void takeGate(Partition state) {
        gate = state.gate(row().key().executionId()).orElse(null);
    }

    private ReadBack.Known known() {
        return new ReadBack.Known(
                current, isClaimed() ? row().ownership().nonce() : null, gate == null ? null : gate.etag());
    }
}
