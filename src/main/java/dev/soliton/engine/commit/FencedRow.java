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
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The row of an instance as a turn knows it. A turn writes to it only here.
 *
 * <p>Invariants:
 *
 * <ul>
 *   <li>Every write is conditional on the last known ETag of the row. Another worker that changes the instance
 *       meanwhile changes the ETag, so this worker cannot write any more, however late it wakes up. For this reason
 *       alone a turn that only replays and records needs no claim.
 *   <li>A write carries its own ID. After a refusal or a lost answer the turn reads the row, and {@link ReadBack} says
 *       whether the write went through, is to be sent again, or has lost the instance to another worker. The content of
 *       a write stays the same under one ID, so it does not matter which of its attempts arrived.
 *   <li>The turn sends nothing once the worker's lease is not trusted any more.
 *   <li>The turn remembers until its end which claims may have been written, so that no claim stays behind without a
 *       turn: see {@link AbandonedInstance}.
 *   <li>Once the turn has sent a releasing write, nobody may rely on it to own the instance. The write may have arrived
 *       long before the turn receives its answer.
 * </ul>
 *
 * <p>The class is longer than 300 lines: attempt, refusal, read-back and the next attempt are one argument.
 */
public final class FencedRow {
    /** How often a write is sent. With the first pause below, all attempts take about three seconds. */
    private static final int ATTEMPTS = 5;

    private static final Duration FIRST_PAUSE = Duration.ofMillis(200);

    /** The result of a write by a worker that was still entitled to it. */
    public enum Result {
        WRITTEN,
        /** Something arrived since the inbox was read: see {@link #seen}. */
        GATE_MOVED,
        /** The row was touched: a message that names its ETag has to be made again. */
        ROW_MOVED
    }

    /** What a write does to the gate. */
    enum GateRule {
        NONE,
        TOUCH,
        DELETE
    }

    private final EngineServices services;
    private final WorkerLease lease;
    private final PendingDeletes deletes;
    private final Set<String> nonces = new HashSet<>();
    private final AtomicReference<InstanceView> view;
    private volatile boolean releasing;
    private @Nullable Versioned<Gate> gate;
    private @Nullable Partition seen;

    FencedRow(
            EngineServices services,
            WorkerLease lease,
            AtomicReference<InstanceView> view,
            @Nullable Versioned<Gate> gate,
            PendingDeletes deletes) {
        this.services = services;
        this.lease = lease;
        this.view = view;
        this.gate = gate;
        this.deletes = deletes;
    }

    private InstanceView view() {
        return Objects.requireNonNull(view.get());
    }

    private InstanceRow row() {
        return view().row();
    }

    private String etag() {
        return view().etag();
    }

    private boolean isClaimed() {
        return view().isClaimed();
    }

    /** Whether this worker owns the instance, and has sent no write that releases it. Other threads may ask. */
    boolean isHeld() {
        // In this order: when the releasing write is over, a released instance is not claimed any more.
        return !releasing && isClaimed();
    }

    /** Whether this worker may own the instance, by the writes that this turn made or may have made. */
    boolean mayBeClaimed() {
        return isClaimed() || !nonces.isEmpty();
    }

    /**
     * What the turn leaves behind, if this worker may own the instance.
     *
     * @param clear whether no thread of this process works on the instance any more
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

    /** The state that was read when the last write turned out to be too late; null if none ever did. */
    @Nullable
    Partition seen() {
        return seen;
    }

    /**
     * Reads the inbox again, and makes sure that this worker may still write. Storage that does not answer proves
     * nothing.
     *
     * @return empty if the storage did not answer
     * @throws TurnStopped if another process has changed the instance
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
     * Writes the claim that is in the given row, and nothing else. It tries once.
     *
     * @return whether the claim was written; if not, the caller reads the state again
     * @throws StorageException if the result cannot be learned
     * @throws TurnStopped if the worker has lost its lease
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
            // The claim may have been written all the same: the row shows that. If not, it may still arrive.
            nonces.add(Objects.requireNonNull(mine.ownership().nonce()));
        }
        Optional<Versioned<InstanceRow>> found = services.storage()
                .instances()
                .findRow(mine.key().instanceId())
                .filter(row -> row.row().commitId().equals(mine.commitId()));
        found.ifPresent(row -> claimed(mine, row.etag()));
        return found.isPresent();
    }

    /**
     * A claim was written. Earlier ones that may still be on their way are void: the row that they would replace is
     * gone.
     */
    private void claimed(InstanceRow mine, String etag) {
        view.set(view().written(mine, etag));
        nonces.clear();
    }

    /**
     * Writes the row, with other changes.
     *
     * @param rule what the write does to the gate, which must then be as last read
     * @param namesEtag whether a message names the ETag that the row has before the write
     * @throws TurnStopped if this worker may not write any more, or the storage does not answer
     */
    Result write(InstanceRow next, List<RowChange> changes, GateRule rule, boolean namesEtag) throws TurnStopped {
        if (isClaimed() && !view().worker().equals(next.ownership().owner())) {
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
            String named = etag();
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
                        // The turn has not processed what else this read shows, so it keeps the gate as it knew it.
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
                if (refused && named.equals(etag())) {
                    // Another process also removes what earlier executions left. The removals are no part of this
                    // write's content.
                    whole.removeAll(giveUpRemovals(cleared));
                }
            } catch (StorageException unanswered) {
                trouble = unanswered;
            }
        }
        throw TurnStopped.by(
                trouble != null ? trouble : new StorageException("A commit was refused again and again.", null));
    }

    /** Leaves to others the removals that they may have made, or may be about to make. */
    private List<RowChange> giveUpRemovals(List<RowChange> some) {
        List<RowChange> ofOthers = some.stream()
                .filter(removal -> PendingDeletes.isOfAnother(removal, row().key()))
                .toList();
        deletes.removeAll(ofOthers);
        return ofOthers;
    }

    /** A gate that was touched on its ETag keeps its content. */
    private @Nullable Versioned<Gate> gateAfter(GateRule rule, WriteOutcome.Written written) {
        return switch (rule) {
            case NONE -> gate;
            case TOUCH -> new Versioned<>(knownGate().row(), written.gateEtag());
            case DELETE -> null;
        };
    }

    private Result written(InstanceRow next, String etag, @Nullable Versioned<Gate> gateNow, List<RowChange> cleared) {
        view.set(view().written(next, etag));
        nonces.clear();
        gate = gateNow;
        deletes.removeAll(cleared);
        return Result.WRITTEN;
    }

    /** The row is as this turn knows it; if another process touched it, it has another ETag. */
    private void touched(Partition state) {
        view.set(view().touched(etagOf(state)));
    }

    private static String etagOf(Partition state) {
        return state.instance().orElseThrow().etag();
    }

    /** The queued run, as the gate showed it when it was last read; null for none. */
    @Nullable
    QueuedRun queuedRun() {
        return gate == null ? null : gate.row().queuedRun();
    }

    private List<RowChange> withRow(InstanceRow next, List<RowChange> changes, GateRule rule) {
        List<RowChange> whole = new ArrayList<>(changes.size() + 2);
        whole.add(new RowChange.ReplaceInstance(next, etag()));
        whole.addAll(changes);
        if (rule == GateRule.TOUCH) {
            whole.add(new RowChange.TouchGate(next.incarnation(), knownGate().etag()));
        } else if (rule == GateRule.DELETE) {
            whole.add(new RowChange.DeleteGate(next.incarnation(), knownGate().etag()));
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
                view().instance(), isClaimed() ? row().ownership().nonce() : null, gate == null ? null : gate.etag());
    }
}
