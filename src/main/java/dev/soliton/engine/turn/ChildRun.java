package dev.soliton.engine.turn;

import dev.soliton.engine.commit.AbandonedInstance;
import dev.soliton.engine.commit.InstanceSession;
import dev.soliton.engine.commit.StaleRows;
import dev.soliton.engine.runtime.EngineServices;
import dev.soliton.engine.runtime.InstanceLog;
import dev.soliton.engine.runtime.TurnStopped;
import dev.soliton.engine.turn.ChildStart.Outcome;
import dev.soliton.engine.turn.TurnSignal.ChildEnded;
import dev.soliton.engine.turn.TurnSignal.ChildHandedOff;
import dev.soliton.engine.worker.WorkerLease;
import dev.soliton.orchestration.FailureDetails;
import dev.soliton.orchestration.Registry;
import dev.soliton.store.ExecutionKey;
import dev.soliton.store.Gate;
import dev.soliton.store.InstanceRow;
import dev.soliton.store.Ownership;
import dev.soliton.store.Partition;
import dev.soliton.store.PayloadMissingException;
import dev.soliton.store.RuntimeStatus;
import dev.soliton.store.StorageException;
import dev.soliton.store.Versioned;
import dev.soliton.store.WorkMessage.Base;
import java.util.HashSet;
import java.util.Set;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The first turn of a sub-orchestration in the process of its parent, on a thread of its own.
 *
 * <p>The first write of the child claims it. From then on it is an instance of this worker like any other. If the run
 * ends before the child does, it hands the child off like any other instance. The next owner of the parent starts the
 * child again, and finds it started.
 *
 * <p>Crash points: before the first write, the parent's journal has the request. After it, the child has an owner, and
 * others can see that this owner is dead. After its end, the child keeps that owner until its parent is notified.
 */
final class ChildRun implements Runnable {
    private final EngineServices services;
    private final EngineExecutors executors;
    private final ChildStart start;
    private final Turn.Trigger parentTrigger;
    private final WorkerLease lease;
    private final InstanceLocks.Lock lock;
    private final BiConsumer<ChildRun, TurnSignal> reporter;
    private final InstanceLog log;
    private @Nullable Turn turn;
    private boolean stopped;
    private boolean detached;

    /**
     * The claims that were sent.
     *
     * @param bases the states of the row on which they are conditional
     */
    private record Claims(Set<String> nonces, Set<Base> bases) {}

    ChildRun(
            EngineServices services,
            EngineExecutors executors,
            ChildStart start,
            Turn.Trigger parentTrigger,
            InstanceLocks.Lock lock,
            BiConsumer<ChildRun, TurnSignal> reporter,
            InstanceLog log) {
        this.services = services;
        this.executors = executors;
        this.start = start;
        this.parentTrigger = parentTrigger;
        this.lease = parentTrigger.lease();
        this.lock = lock;
        this.reporter = reporter;
        this.log = log;
    }

    private ExecutionKey key() {
        return start.key();
    }

    Registry registry() {
        return executors.registry();
    }

    /** Asks the child to hand off: the turn of its parent does not wait for it any more. */
    synchronized void stop() {
        stopped = true;
        if (turn != null) {
            turn.stop();
        }
    }

    /** Notes that no parent listens any more: the run handles by itself what the child achieves. */
    synchronized void detach() {
        detached = true;
    }

    @Override
    public void run() {
        TurnSignal end = handedOff(new StorageException("A sub-orchestration was left.", null));
        try {
            end = started();
        } catch (StorageException trouble) {
            end = handedOff(trouble);
        } catch (PayloadMissingException missing) {
            // Its input is gone, and no other try brings it back.
            end = new ChildEnded(id(), this, null, failure(services, missing), TurnSignal.HeldChild.NONE);
        } catch (Throwable bug) {
            end = handedOff(new StorageException("A sub-orchestration could not be run: " + bug, bug));
        } finally {
            lock.turnIsOver(false);
            if (turn == null) {
                lock.unlock();
            } else {
                turn.close(lock::unlock);
            }
            Thread.interrupted();
            if (!report(end) && end instanceof ChildEnded ended) {
                ended.child().release(false);
            }
            lease.leave();
        }
    }

    private synchronized boolean report(TurnSignal end) {
        if (!detached) {
            reporter.accept(this, end);
        }
        return !detached;
    }

    private ChildHandedOff handedOff(@Nullable StorageException trouble) {
        return new ChildHandedOff(id(), this, trouble);
    }

    int id() {
        return start.request().id();
    }

    private TurnSignal started() throws TurnStopped {
        Claims claims = new Claims(new HashSet<>(), new HashSet<>());
        Outcome outcome;
        try {
            outcome = start.start(services, (unowned, base) -> claimed(unowned, base, claims));
        } catch (StorageException | TurnStopped unanswered) {
            adopt(claims);
            throw unanswered;
        }
        if (outcome instanceof Outcome.Refused refused) {
            return new ChildEnded(
                    id(), this, null, refusal(services, start, refused.holder()), TurnSignal.HeldChild.NONE);
        }
        Outcome.Accepted accepted = (Outcome.Accepted) outcome;
        InstanceRow row = accepted.row();
        Versioned<InstanceRow> instance =
                new Versioned<>(row, accepted.written().instanceEtag());
        Versioned<Gate> gate = new Versioned<>(
                new Gate(row.key().executionId(), false), accepted.written().gateEtag());
        if (instance.etag().isEmpty()) {
            Partition seen;
            try {
                seen = services.storage()
                        .instances()
                        .loadWithoutJournal(row.key().instanceId());
            } catch (StorageException unanswered) {
                adopt(claims);
                throw unanswered;
            }
            Versioned<InstanceRow> found = seen.instance().orElse(null);
            if (found == null || !found.row().commitId().equals(row.commitId())) {
                // An earlier owner of the parent started the child, and the child has gone on since.
                services.wake(key());
                return handedOff(null);
            }
            instance = found;
            gate = seen.gate(row.key().executionId()).orElse(gate);
        }
        // The row is that of this start, so all others in the partition belong to earlier executions.
        StaleRows stale = accepted.stale();
        InstanceSession session = new InstanceSession(services, lease, instance, gate, stale.rows());
        stale.discardValues(row.key().instanceId(), services.storage().payloads());
        return new ChildScope(services, this, session, lease, lock, log).runTurn();
    }

    private Ownership claimed(Ownership unowned, Base base, Claims claims) {
        String nonce = services.newId();
        claims.nonces().add(nonce);
        claims.bases().add(base);
        return unowned.claimedBy(
                lease.worker(), nonce, services.storage().instances().serviceTime());
    }

    /** Begins the turn, unless the child was asked to hand off before. */
    synchronized Turn begin(InstanceSession session) throws TurnStopped {
        if (stopped) {
            throw TurnStopped.handedOff();
        }
        turn = new Turn(services, executors, session, parentTrigger.within(lock), log);
        return turn;
    }

    /** Adopts a child whose claim has no known outcome: the write may have happened, or may still happen. */
    private void adopt(Claims claims) {
        lease.adopt(new AbandonedInstance(
                key().instanceId(),
                key().executionId(),
                Set.copyOf(claims.nonces()),
                Set.copyOf(claims.bases()),
                services.moment(),
                () -> true));
    }

    /** The failure of a task whose instance ID is in use. */
    static String refusal(EngineServices services, ChildStart start, RuntimeStatus holder) {
        return failure(services, new InstanceExistsException(start.request().instanceId(), holder.displayName()));
    }

    private static String failure(EngineServices services, Exception why) {
        return services.json().writeFailure(FailureDetails.of(why));
    }
}
