package dev.soliton.engine.turn;

import dev.soliton.engine.commit.ChildEnd;
import dev.soliton.engine.commit.InstanceSession;
import dev.soliton.engine.runtime.EngineFailureException;
import dev.soliton.engine.runtime.EngineServices;
import dev.soliton.engine.runtime.InstanceLog;
import dev.soliton.engine.runtime.TurnResult;
import dev.soliton.engine.runtime.TurnStopped;
import dev.soliton.engine.turn.TurnSignal.ChildEnded;
import dev.soliton.engine.turn.TurnSignal.ChildHandedOff;
import dev.soliton.engine.worker.WorkerLease;
import dev.soliton.store.ExecutionKey;
import dev.soliton.store.Partition;
import dev.soliton.store.StorageException;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The life of the turn of a sub-orchestration in its parent's process, as {@link TurnScope} is that of the turn of a
 * message. What becomes of the child's claim is decided here, by the {@link TurnResult}. No message is at stake.
 */
final class ChildScope implements TurnResult.Cases<TurnSignal> {
    private final EngineServices services;
    private final ChildRun run;
    private final InstanceSession session;
    private final WorkerLease lease;
    private final InstanceLocks.Lock lock;
    private final InstanceLog log;
    private @Nullable Turn turn;
    private @Nullable ChildEnd end;

    ChildScope(
            EngineServices services,
            ChildRun run,
            InstanceSession session,
            WorkerLease lease,
            InstanceLocks.Lock lock,
            InstanceLog log) {
        this.services = services;
        this.run = run;
        this.session = session;
        this.lease = lease;
        this.lock = lock;
        this.log = log;
    }

    /** Runs the first turn of the child, and returns what the parent is to know of it. */
    TurnSignal runTurn() {
        try {
            return TurnResult.of(this::turn).match(this);
        } catch (Error bug) {
            return failed(new EngineFailureException(bug));
        }
    }

    private TurnResult turn() throws TurnStopped {
        session.renewLateFence();
        Turn begun = run.begin(session);
        turn = begun;
        begun.run(List.of(), Partition.EMPTY, CodeVersion.of(session.row(), false, run.registry()));
        end = ChildEnd.of(services, session.row());
        return new TurnResult.Ended();
    }

    @Override
    public TurnSignal ended() {
        ChildEnd known = end;
        if (known == null) {
            throw new IllegalStateException("An end that was not read: " + key());
        }
        return new ChildEnded(run.id(), run, known.result(), known.failure(), this::release);
    }

    @Override
    public TurnSignal idle() {
        return handedToOthers();
    }

    @Override
    public TurnSignal handedOff() {
        leave();
        return handedToOthers();
    }

    @Override
    public TurnSignal ownershipLost() {
        return handedToOthers();
    }

    @Override
    public TurnSignal workerStopped() {
        return handedToOthers();
    }

    @Override
    public TurnSignal storageFailed(StorageException trouble) {
        return failed(trouble);
    }

    @Override
    public TurnSignal failed(RuntimeException failure) {
        log.warning("sub-orchestration handed off", key(), "failure", failure);
        return handedOff();
    }

    @Override
    public TurnSignal notClaimed() {
        throw new IllegalStateException("The write that starts a child claims it: " + key());
    }

    @Override
    public TurnSignal blocked(String reason) {
        throw new IllegalStateException("A child that has just begun has no journal yet: " + key());
    }

    private ChildHandedOff handedToOthers() {
        return new ChildHandedOff(run.id(), run, null);
    }

    /**
     * Leaves the rest of the work to others. If the child has ended, this worker keeps it and notifies the parent until
     * that succeeds.
     */
    private void leave() {
        if (session.row().status().isTerminal()) {
            adopt();
            return;
        }
        try {
            if (turn != null) {
                turn.releaseChildren();
                if (turn.awaitTermination() > 0) {
                    // An instance whose activities outlive the turn is not handed off yet: another execution could get
                    // the ID while they work.
                    adopt();
                    return;
                }
            }
            if (session.isClaimed()) {
                session.handOff(Duration.ZERO);
            }
        } catch (TurnStopped unanswered) {
            adopt();
        }
    }

    /** Releases a child that has ended. */
    private void release(boolean notified) {
        try {
            if (!notified) {
                ChildEnd.notifyParent(services, session);
            }
            if (isClear()) {
                session.release();
                session.deleteStale();
                return;
            }
        } catch (TurnStopped unanswered) {
            // The worker tries again.
        }
        adopt();
    }

    private void adopt() {
        lease.adopt(session.abandoned(this::isClear));
    }

    private boolean isClear() {
        return lock.instances().find(key().instanceId()).isEmpty();
    }

    private ExecutionKey key() {
        return session.row().key();
    }
}
