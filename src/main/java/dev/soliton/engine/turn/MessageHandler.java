package dev.soliton.engine.turn;

import dev.soliton.engine.commit.InstanceSession;
import dev.soliton.engine.commit.StaleRows;
import dev.soliton.engine.journal.JournalEvent;
import dev.soliton.engine.journal.JournalEvent.ExecutionStarted;
import dev.soliton.engine.journal.NewerJournalException;
import dev.soliton.engine.journal.UnreadableJournalException;
import dev.soliton.engine.runtime.EngineServices;
import dev.soliton.engine.runtime.Suspicion;
import dev.soliton.engine.runtime.TurnResult;
import dev.soliton.engine.runtime.TurnStopped;
import dev.soliton.orchestration.FailureDetails;
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
 * Handles one message: it reads the instance, decides, and runs a turn of it ({@link TurnScope}) or repairs it without
 * one ({@link InstanceRepairs}). If another writer changed the instance meanwhile, it reads again.
 *
 * <p>Invariants:
 *
 * <ul>
 *   <li>The handler finishes a message only when its work is done, a living worker has that work, or the work can never
 *       arrive. Until then the message itself, or a copy of it, is in the queue.
 *   <li>A worker claims an execution before its first turn, and before a turn carries out anything. A claim is a
 *       conditional write of the instance row that makes this worker its owner.
 *   <li>A worker claims from another one only when that one is known to be dead for ever.
 *   <li>A turn that is over leaves no claim unattended: it has released the instance, or handed it off by a message, or
 *       this worker goes on trying.
 *   <li>In one process an instance has one turn at a time, and none beside an activity that outlived an earlier turn.
 * </ul>
 *
 * <p>Crash points: before the first write nothing has changed, and the host delivers the message again. After a claim,
 * other workers see that this worker is dead, and they find all that it owned. Fence and ETag keep it from writing,
 * should it still live. Without a claim there is nothing between the state before and the state after.
 */
public final class MessageHandler {
    /** How often the handler reads the instance before it leaves the message to a later delivery. */
    private static final int MAX_READS = 5;

    /** As a rule, a starter needs this long between message and row. A read costs less than a requeue. */
    private static final Duration SHORT_PAUSE = Duration.ofMillis(50);

    private final EngineServices services;
    private final WorkMessage message;
    private final MessageContext context;
    private final InstanceRepairs repairs;
    private final LockConflicts conflicts;

    public MessageHandler(MessageContext context) {
        this.services = context.services();
        this.message = context.message();
        this.context = context;
        this.repairs = new InstanceRepairs(context);
        this.conflicts = new LockConflicts(context);
    }

    /**
     * Handles the message.
     *
     * @throws StorageException if the storage failed before a turn, or so that the instance could not be released
     * @throws dev.soliton.orchestration.SolitonException if something else failed, or the thread was interrupted
     */
    public TurnOutcome run() {
        try {
            return readAndAttempt();
        } catch (TurnStopped interrupted) {
            throw interrupted.failure();
        }
    }

    /** Throws only if the thread is interrupted where the message waits: the results of turns are values. */
    private TurnOutcome readAndAttempt() throws TurnStopped {
        if (repairs.isRechecked() || conflicts.isDoneByAnother()) {
            return TurnOutcome.DROPPED;
        }
        String why = "it was overtaken again and again";
        for (int read = 0; read < MAX_READS; read++) {
            boolean quiet = context.locks().quiet().isQuiet(message.instanceId());
            Partition state;
            try {
                state = quiet
                        ? services.storage().instances().loadWithoutJournal(message.instanceId())
                        : services.storage().instances().load(message.instanceId());
            } catch (UnreadableRowException unreadable) {
                return repairs.leaveUnreadable(unreadable);
            }
            Decision decision =
                    Decision.of(message, state, context.lease().worker(), ownerState(state), services.now());
            if (decision instanceof Decision.Drop drop) {
                context.locks().quiet().noteQuiet(message.instanceId(), state);
                context.log().info("dropped", context.key(), "why", drop.why());
                return TurnOutcome.DROPPED;
            }
            if (quiet) {
                context.locks().quiet().noteBusy(message.instanceId());
                continue;
            }
            if (decision instanceof Decision.Requeue requeue) {
                why = requeue.why();
                if (message.attempt() > 0 || read >= 2) {
                    break;
                }
            } else {
                Attempt attempt = attempt(decision, state);
                if (attempt instanceof Attempt.Handled handled) {
                    return handled.outcome();
                }
                if (attempt instanceof Attempt.Requeue unattended) {
                    return context.requeue(unattended.why());
                }
            }
            services.pause(SHORT_PAUSE.multipliedBy(read + 1L));
        }
        return context.requeue(why);
    }

    private Attempt attempt(Decision decision, Partition state) throws TurnStopped {
        if (decision instanceof Decision.Run run) {
            return tryTurn(run, state);
        }
        if (decision instanceof Decision.Redelay redelay) {
            return Attempt.handled(repairs.redelay(redelay.due()));
        }
        if (decision instanceof Decision.DeliverResult delivery) {
            return repairs.deliverResult(delivery.instance());
        }
        if (decision instanceof Decision.WriteTombstone) {
            return repairs.writeTombstone();
        }
        if (decision instanceof Decision.InvalidateRewind late) {
            return repairs.invalidateRewind(late.instance());
        }
        throw new IllegalStateException("Not to be attempted: " + decision);
    }

    /**
     * The state of another worker that owns the execution; null if there is none. If the lease of that worker has
     * expired, this marks it as dead.
     */
    private @Nullable WorkerState ownerState(Partition state) {
        String owner = state.instance()
                .map(Versioned::row)
                .filter(row -> row.key().executionId().equals(message.executionId()))
                .map(row -> row.ownership().owner())
                .orElse(null);
        if (owner == null || owner.equals(context.lease().worker())) {
            return null;
        }
        WorkerState workerState = services.workers().stateOf(owner);
        if (workerState == WorkerState.UNLEASED) {
            return services.workers().tryDeclareDead(owner) ? WorkerState.EXPIRED : WorkerState.LIVE;
        }
        return workerState;
    }

    /** Takes the lock for a turn, and runs the turn. */
    private Attempt tryTurn(Decision.Run run, Partition state) throws TurnStopped {
        InstanceRow row = run.instance().row();
        RecordedJournal journal = new RecordedJournal(services.json(), row, state);
        if (!context.executors().registry().hasOrchestrator(row.name()) && !journal.isTerminated()) {
            return Attempt.handled(repairs.leaveBlocked(
                    run.instance(), "No orchestrator '" + row.name() + "' is registered in this version of the app."));
        }
        Ownership ownership = run.vanished() ? row.ownership().struck() : row.ownership();
        Suspicion suspicion = Suspicion.of(ownership);
        FailureDetails convicted = suspicion == Suspicion.PROVEN ? convicted(ownership) : null;
        // Take the lock only for a turn: many messages of starts that lost must not block the one that won.
        Optional<InstanceLocks.Lock> lock = suspicion.isSuspected()
                ? context.locks().tryLockSuspect(message.instanceId(), Suspicion.companyOf(ownership))
                : context.locks().tryLock(message.instanceId());
        if (lock.isEmpty()) {
            return context.locks().find(message.instanceId()).isPresent()
                    ? conflicts.meetRunningTurn(row)
                    : conflicts.waitForSuspects(suspicion);
        }
        return runTurn(run, state, journal, lock.get(), convicted);
    }

    /**
     * Runs a turn under its lock. It unlocks when nothing of the turn is on a thread any more.
     *
     * @param convicted why the instance fails without a run of its code; null if its code runs
     */
    private Attempt runTurn(
            Decision.Run run,
            Partition state,
            RecordedJournal journal,
            InstanceLocks.Lock lock,
            @Nullable FailureDetails convicted) {
        InstanceRow row = run.instance().row();
        StaleRows stale = StaleRows.of(row, state, services.storage().payloads());
        InstanceSession session =
                new InstanceSession(services, context.lease(), run.instance(), run.gate(), stale.rows());
        if (lock.isShared()) {
            session.markShared();
        }
        TurnScope scope = new TurnScope(context, repairs, lock, session);
        try {
            return TurnResult.of(() -> turn(run, state, journal, convicted, stale, scope))
                    .match(scope);
        } finally {
            scope.close();
        }
    }

    private TurnResult turn(
            Decision.Run run,
            Partition state,
            RecordedJournal journal,
            @Nullable FailureDetails convicted,
            StaleRows stale,
            TurnScope scope)
            throws TurnStopped {
        InstanceRow row = run.instance().row();
        FailureDetails failure = convicted;
        List<JournalEvent> events = List.of();
        try {
            events = journal.events();
        } catch (UnreadableJournalException e) {
            failure = FailureDetails.of(e);
        } catch (NewerJournalException newer) {
            if (!journal.isTerminated()) {
                return new TurnResult.Blocked(String.valueOf(newer.getMessage()));
            }
            // Every version knows the events that say what the execution has sent and called.
            events = journal.knownEvents();
        }
        boolean first = events.stream().noneMatch(ExecutionStarted.class::isInstance);
        CodeVersion code = CodeVersion.of(row, !first, context.executors().registry());
        if (failure == null && !journal.isTerminated() && !code.isRegistered()) {
            return new TurnResult.Blocked(code.missing());
        }
        if ((run.claimFirst() || (first && !row.isDelayed(services.now())))
                && !claim(scope.session(), run.vanished())) {
            return new TurnResult.NotClaimed();
        }
        if (scope.session().isClaimed()) {
            // The claim found the row as it was read, so every execution that left something here is over.
            stale.discardValues(row.key().instanceId(), services.storage().payloads());
        }
        Turn turn = scope.begin();
        if (failure == null || journal.isTerminated()) {
            turn.run(events, state, code);
        } else {
            turn.fail(failure, state);
        }
        return scope.conclude();
    }

    private static FailureDetails convicted(Ownership ownership) {
        return FailureDetails.of(new KilledWorkersException(ownership.strikes(), ownership.sharedStrikes()));
    }

    private boolean claim(InstanceSession session, boolean vanished) throws TurnStopped {
        if (!session.tryClaim(vanished)) {
            return false;
        }
        InstanceRow row = session.row();
        context.log()
                .info(
                        "claimed",
                        row.key(),
                        "fence",
                        row.ownership().fence(),
                        "worker",
                        context.lease().worker());
        return true;
    }
}
