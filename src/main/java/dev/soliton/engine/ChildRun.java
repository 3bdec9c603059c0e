package dev.soliton.engine;

import dev.soliton.engine.ChildStart.Outcome;
import dev.soliton.engine.Happening.ChildEnded;
import dev.soliton.engine.Happening.ChildLeft;
import dev.soliton.instance.ExecutionKey;
import dev.soliton.instance.Gate;
import dev.soliton.instance.InstanceRow;
import dev.soliton.instance.Ownership;
import dev.soliton.instance.Partition;
import dev.soliton.instance.PayloadMissingException;
import dev.soliton.instance.RuntimeStatus;
import dev.soliton.instance.StorageException;
import dev.soliton.instance.Versioned;
import dev.soliton.instance.WorkMessage.Base;
import dev.soliton.orchestration.FailureDetails;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The first turn of a sub-orchestration in the process of its parent, on a thread of its own.
 *
 * <p>The child is claimed by its first write. From then on it is an instance of this worker like any other, and if the
 * run comes to an end before the child does, it is handed on like any other. Whoever takes the parent over starts the
 * child again, and finds it started.
 *
 * <p>Crash points: before the first write, the parent's journal has the request. After it, the child has an owner that
 * can be seen to die. After the child's end, it keeps that owner until its parent is told.
 */
final class ChildRun implements Runnable {
    private final EngineContext context;
    private final Crew crew;
    private final ChildStart start;
    private final Turn.Trigger parentTrigger;
    private final WorkerLease lease;
    private final BusyInstances.Entry entry;
    private final BiConsumer<ChildRun, Happening> teller;
    private final InstanceLog log;
    private @Nullable Turn turn;
    private boolean stopped;
    private boolean detached;

    /**
     * The claims that were sent.
     *
     * @param bases the states of the row that they are conditional on
     */
    private record Claims(Set<String> nonces, Set<Base> bases) {}

    ChildRun(
            EngineContext context,
            Crew crew,
            ChildStart start,
            Turn.Trigger parentTrigger,
            BusyInstances.Entry entry,
            BiConsumer<ChildRun, Happening> teller,
            InstanceLog log) {
        this.context = context;
        this.crew = crew;
        this.start = start;
        this.parentTrigger = parentTrigger;
        this.lease = parentTrigger.lease();
        this.entry = entry;
        this.teller = teller;
        this.log = log;
    }

    private ExecutionKey key() {
        return start.key();
    }

    /** Tells the child to give way: its parent's turn does not wait for it any more. */
    synchronized void stop() {
        stopped = true;
        if (turn != null) {
            turn.stop();
        }
    }

    /** Nobody listens any more: what it comes to, it sees to by itself. */
    synchronized void detach() {
        detached = true;
    }

    @Override
    public void run() {
        Happening end = left(new StorageException("A sub-orchestration was left.", null));
        try {
            end = started();
        } catch (StorageException trouble) {
            end = left(trouble);
        } catch (PayloadMissingException missing) {
            // Its input, which no other try brings back.
            end = new ChildEnded(id(), this, null, failure(context, missing), Happening.Held.NONE);
        } catch (Throwable bug) {
            end = left(new StorageException("A sub-orchestration could not be run: " + bug, bug));
        } finally {
            entry.turnIsOver(false);
            if (turn == null) {
                entry.leave();
            } else {
                turn.close(entry::leave);
            }
            Thread.interrupted();
            if (!tell(end) && end instanceof ChildEnded ended) {
                ended.child().letGo(false);
            }
            lease.leave();
        }
    }

    private synchronized boolean tell(Happening end) {
        if (!detached) {
            teller.accept(this, end);
        }
        return !detached;
    }

    private ChildLeft left(@Nullable StorageException trouble) {
        return new ChildLeft(id(), this, trouble);
    }

    int id() {
        return start.request().id();
    }

    private Happening started() throws TurnStopped {
        Claims claims = new Claims(new HashSet<>(), new HashSet<>());
        Outcome outcome;
        try {
            outcome = start.start(context, (nobody, base) -> claimed(nobody, base, claims));
        } catch (StorageException | TurnStopped unanswered) {
            adopt(claims);
            throw unanswered;
        }
        if (outcome instanceof Outcome.Refused refused) {
            return new ChildEnded(id(), this, null, refusal(context, start, refused.holder()), Happening.Held.NONE);
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
                seen = context.storage().instances().look(row.key().instanceId());
            } catch (StorageException unanswered) {
                adopt(claims);
                throw unanswered;
            }
            Versioned<InstanceRow> found = seen.instance().orElse(null);
            if (found == null || !found.row().commitId().equals(row.commitId())) {
                // An earlier owner of the parent started it, and it has gone on since.
                context.wake(key());
                return left(null);
            }
            instance = found;
            gate = seen.gate(row.key().executionId()).orElse(gate);
        }
        // The row is that of this start, so all others in the partition belong to executions before it.
        Remains remains = accepted.remains();
        OpenInstance open = new OpenInstance(context, lease, instance, gate, remains.rows());
        remains.discardValues(row.key().instanceId(), context.storage().payloads());
        return ran(open);
    }

    private Ownership claimed(Ownership nobody, Base base, Claims claims) {
        String nonce = context.newId();
        claims.nonces().add(nonce);
        claims.bases().add(base);
        return nobody.claimedBy(lease.worker(), nonce);
    }

    private Happening ran(OpenInstance open) {
        try {
            begin(open).run(List.of(), Partition.EMPTY);
            ChildEnd end = ChildEnd.of(context, open.row());
            return new ChildEnded(id(), this, end.result(), end.failure(), told -> letGo(open, told));
        } catch (TurnStopped why) {
            if (why.why() == TurnStopped.Why.TROUBLE) {
                log.warning("sub-orchestration left", key(), "failure", why.trouble());
            }
            if (why.why() == TurnStopped.Why.GAVE_WAY || why.why() == TurnStopped.Why.TROUBLE) {
                leave(open);
            }
            return left(null);
        } catch (RuntimeException | Error bug) {
            log.warning("sub-orchestration left", key(), "failure", bug);
            leave(open);
            return left(null);
        }
    }

    private synchronized Turn begin(OpenInstance open) throws TurnStopped {
        if (stopped) {
            throw TurnStopped.gaveWay();
        }
        turn = new Turn(context, crew, open, parentTrigger.within(entry), log);
        return turn;
    }

    /** Leaves the rest of the work to others; the telling of an end that is written to this worker, until it works. */
    private void leave(OpenInstance open) {
        Turn mine = turn;
        if (open.row().status().isTerminal()) {
            lease.adopt(open.orphan(this::isClear));
            return;
        }
        try {
            if (mine != null) {
                mine.releaseChildren();
                if (mine.sayFarewell() > 0) {
                    // Whom activities outlive that is not handed on yet: the ID could be had while they still work.
                    lease.adopt(open.orphan(this::isClear));
                    return;
                }
            }
            if (open.isClaimed()) {
                open.handOn(Duration.ZERO);
            }
        } catch (TurnStopped unanswered) {
            lease.adopt(open.orphan(this::isClear));
        }
    }

    private void letGo(OpenInstance open, boolean told) {
        try {
            if (!told) {
                ChildEnd.tell(context, open);
            }
            if (isClear()) {
                open.letGo();
                open.clearAway();
                return;
            }
        } catch (TurnStopped unanswered) {
            // The worker tries again.
        }
        lease.adopt(open.orphan(this::isClear));
    }

    /** The write that claims the child may be there, or come. */
    private void adopt(Claims claims) {
        lease.adopt(new Orphan(
                key().instanceId(),
                key().executionId(),
                Set.copyOf(claims.nonces()),
                Set.copyOf(claims.bases()),
                context.moment(),
                () -> true));
    }

    private boolean isClear() {
        return entry.instances().find(key().instanceId()).isEmpty();
    }

    /** The failure of a task whose instance ID is in use. */
    static String refusal(EngineContext context, ChildStart start, RuntimeStatus holder) {
        return failure(context, new InstanceExistsException(start.request().instanceId(), holder.displayName()));
    }

    private static String failure(EngineContext context, Exception why) {
        return context.json().writeFailure(FailureDetails.of(why));
    }
}
