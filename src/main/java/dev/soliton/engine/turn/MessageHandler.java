package dev.soliton.engine.turn;

import dev.soliton.engine.commit.InstanceSession;
import dev.soliton.engine.commit.StaleRows;
import dev.soliton.engine.journal.JournalEvent;
import dev.soliton.engine.journal.JournalEvent.ExecutionStarted;
import dev.soliton.engine.journal.NewerJournalException;
import dev.soliton.engine.journal.UnreadableJournalException;
import dev.soliton.engine.runtime.EngineServices;
import dev.soliton.engine.runtime.InstanceLog;
import dev.soliton.engine.runtime.Suspicion;
import dev.soliton.engine.runtime.TurnStopped;
import dev.soliton.engine.worker.WorkerLease;
import dev.soliton.orchestration.FailureDetails;
import dev.soliton.store.ExecutionKey;
import dev.soliton.store.InstanceRow;
import dev.soliton.store.Ownership;
import dev.soliton.store.Partition;
import dev.soliton.store.StorageException;
import dev.soliton.store.UnreadableRowException;
import dev.soliton.store.Versioned;
import dev.soliton.store.WorkMessage;
import dev.soliton.store.WorkerState;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The work on one message: read the instance, decide, and run a turn of it ({@link TurnScope}) or see to it without one
 * ({@link InstanceRepairs}); and again, if somebody else changed it meanwhile.
 *
 * <p>Invariants:
 *
 * <ul>
 *   <li>A message is only finished when what it stands for is done, is in the hands of a worker that lives, or can never
 *       come. Until then the message itself, or a copy of it, is in the queue.
 *   <li>The first turn of an execution runs after a claim, and so does whatever a turn carries out: a conditional write
 *       of the instance row that makes this worker its owner.
 *   <li>Nobody claims from a worker before that one is known to be dead for ever.
 *   <li>A turn that is over leaves no claim behind that nobody cares for: the instance is at rest, or handed on by a
 *       message, or this worker goes on trying.
 *   <li>In one process an instance has one turn at a time, and none beside an activity that outlived an earlier one.
 * </ul>
 *
 * <p>Crash points: before the first write, nothing was changed, and the message is delivered again. After a claim, the
 * worker can be seen to be dead, and all that it owned is found; fence and ETag keep it from writing, should it still
 * live. Without a claim there is nothing between the state before and the state after.
 */
public final class MessageHandler {
    /** How often a message is looked at before it is left to a later delivery. */
    private static final int LOOKS = 5;

    /** A starter needs this long between message and row, as a rule; a look costs less than a message put back. */
    private static final Duration SHORT_PAUSE = Duration.ofMillis(50);

    private final EngineServices services;
    private final EngineExecutors executors;
    private final InstanceLocks locks;
    private final WorkMessage message;
    private final WorkerLease lease;
    private final InstanceLog log;
    private final ExecutionKey key;
    private final MessageContext context;
    private final InstanceRepairs repairs;
    private final LockConflicts conflicts;

    public MessageHandler(
            EngineServices services,
            EngineExecutors executors,
            InstanceLocks locks,
            WorkMessage message,
            WorkerLease lease,
            MessageSlots.Slot slot,
            InstanceLog log) {
        this.services = services;
        this.executors = executors;
        this.locks = locks;
        this.message = message;
        this.lease = lease;
        this.log = log;
        this.key = message.key();
        this.context = new MessageContext(services, executors, locks, message, lease, slot, log, services.elapsed());
        this.repairs = new InstanceRepairs(context);
        this.conflicts = new LockConflicts(context);
    }

    /**
     * Does the work.
     *
     * @throws StorageException if the storage failed before a turn, or so that the instance could not be released
     * @throws TurnStopped if a turn could not go on
     */
    public TurnOutcome run() throws TurnStopped {
        if (repairs.isRechecked() || conflicts.isDoneByAnother()) {
            return TurnOutcome.DROPPED;
        }
        String why = "it was overtaken again and again";
        for (int look = 0; look < LOOKS; look++) {
            boolean quiet = locks.quiet().isQuiet(message.instanceId());
            Partition state;
            try {
                state = quiet
                        ? services.storage().instances().loadWithoutJournal(message.instanceId())
                        : services.storage().instances().load(message.instanceId());
            } catch (UnreadableRowException unreadable) {
                return repairs.leaveUnreadable(unreadable);
            }
            Decision decision = Decision.of(message, state, lease.worker(), ownerState(state), services.now());
            if (decision instanceof Decision.Drop drop) {
                locks.quiet().noteQuiet(message.instanceId(), state);
                log.info("dropped", key, "why", drop.why());
                return TurnOutcome.DROPPED;
            }
            if (quiet) {
                locks.quiet().noteBusy(message.instanceId());
                continue;
            }
            if (decision instanceof Decision.Requeue putBack) {
                why = putBack.why();
                if (message.attempt() > 0 || look >= 2) {
                    break;
                }
            } else if (attempt(decision, state) instanceof Attempt.Handled handled) {
                return handled.outcome();
            }
            services.pause(SHORT_PAUSE.multipliedBy(look + 1L));
        }
        return context.requeue(why);
    }

    private Attempt attempt(Decision decision, Partition state) throws TurnStopped {
        if (decision instanceof Decision.Run run) {
            return tryTurn(run, state);
        }
        if (decision instanceof Decision.Redelay on) {
            return Attempt.handled(repairs.redelay(on.due()));
        }
        if (decision instanceof Decision.DeliverResult report) {
            return repairs.deliverResult(report.instance());
        }
        if (decision instanceof Decision.WriteTombstone) {
            return repairs.writeTombstone();
        }
        if (decision instanceof Decision.InvalidateRewind late) {
            return repairs.invalidateRewind(late.instance());
        }
        throw new IllegalStateException("Not to be attempted: " + decision);
    }

    /** How the other worker is that owns the execution; null if there is none. One whose lease has run out is marked. */
    private @Nullable WorkerState ownerState(Partition state) {
        String owner = state.instance()
                .map(Versioned::row)
                .filter(row -> row.key().executionId().equals(message.executionId()))
                .map(row -> row.ownership().owner())
                .orElse(null);
        if (owner == null || owner.equals(lease.worker())) {
            return null;
        }
        WorkerState workerState = services.workers().stateOf(owner);
        if (workerState == WorkerState.UNLEASED) {
            return services.workers().tryDeclareDead(owner) ? WorkerState.EXPIRED : WorkerState.LIVE;
        }
        return workerState;
    }

    /** Takes the right to run a turn, and runs it. */
    private Attempt tryTurn(Decision.Run run, Partition state) throws TurnStopped {
        InstanceRow row = run.instance().row();
        RecordedJournal journal = new RecordedJournal(services.json(), row, state);
        if (!executors.registry().hasOrchestrator(row.name()) && !journal.isTerminated()) {
            return Attempt.handled(repairs.leaveBlocked(
                    run.instance(), "No orchestrator '" + row.name() + "' is registered in this version of the app."));
        }
        Ownership ownership = run.vanished() ? row.ownership().struck() : row.ownership();
        Suspicion suspicion = Suspicion.of(ownership);
        FailureDetails convicted = suspicion == Suspicion.PROVEN ? convicted(ownership) : null;
        // Take the lock only for a turn: many messages of starts that lost must not block the one that won.
        Optional<InstanceLocks.Lock> lock = suspicion.isSuspected()
                ? locks.tryLockSuspect(message.instanceId(), Suspicion.companyOf(ownership))
                : locks.tryLock(message.instanceId());
        if (lock.isEmpty()) {
            return locks.find(message.instanceId()).isPresent()
                    ? conflicts.meetRunningTurn(row)
                    : conflicts.waitForSuspects(suspicion);
        }
        return runTurn(run, state, journal, lock.get(), convicted);
    }

    /**
     * Runs a turn under its lock, which is given back when nothing of the turn is on a thread any more.
     *
     * @param convicted why the instance is to fail, and not to be run; null if it is to be run
     */
    private Attempt runTurn(
            Decision.Run run,
            Partition state,
            RecordedJournal journal,
            InstanceLocks.Lock lock,
            @Nullable FailureDetails convicted)
            throws TurnStopped {
        InstanceRow row = run.instance().row();
        StaleRows stale = StaleRows.of(row, state, services.storage().payloads());
        InstanceSession session = new InstanceSession(services, lease, run.instance(), run.gate(), stale.rows());
        if (lock.isShared()) {
            session.markShared();
        }
        TurnScope scope = new TurnScope(context, repairs, lock, session);
        try {
            FailureDetails hopeless = convicted;
            List<JournalEvent> events = List.of();
            try {
                events = journal.events();
            } catch (UnreadableJournalException e) {
                hopeless = FailureDetails.of(e);
            } catch (NewerJournalException newer) {
                if (!journal.isTerminated()) {
                    return Attempt.handled(repairs.leaveBlocked(run.instance(), String.valueOf(newer.getMessage())));
                }
                // What it has sent and called is in events that each version knows.
                events = journal.knownEvents();
            }
            boolean first = events.stream().noneMatch(ExecutionStarted.class::isInstance);
            if ((run.claimFirst() || (first && !row.isDelayed(services.now()))) && !claim(session, run.vanished())) {
                return Attempt.READ_AGAIN;
            }
            if (session.isClaimed()) {
                // The row was as it was read: whoever else has left something is over.
                stale.discardValues(row.key().instanceId(), services.storage().payloads());
            }
            Turn turn = scope.begin();
            if (hopeless == null || journal.isTerminated()) {
                turn.run(events, state);
            } else {
                turn.fail(hopeless, state);
            }
            return scope.ended();
        } catch (TurnStopped stopped) {
            return scope.stopped(stopped);
        } catch (StorageException trouble) {
            return scope.stopped(TurnStopped.by(trouble));
        } catch (RuntimeException bug) {
            scope.failed(bug);
            throw bug;
        } finally {
            scope.close();
        }
    }

    private static FailureDetails convicted(Ownership ownership) {
        return FailureDetails.of(new KilledWorkersException(ownership.strikes(), ownership.sharedStrikes()));
    }

    private boolean claim(InstanceSession session, boolean vanished) throws TurnStopped {
        if (!session.tryClaim(vanished)) {
            return false;
        }
        InstanceRow row = session.row();
        log.info("claimed", row.key(), "fence", row.ownership().fence(), "worker", lease.worker());
        return true;
    }
}
