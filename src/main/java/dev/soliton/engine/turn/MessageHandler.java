package dev.soliton.engine.turn;

import dev.soliton.engine.commit.ChildEnd;
import dev.soliton.engine.commit.InstanceSession;
import dev.soliton.engine.commit.StaleRows;
import dev.soliton.engine.journal.JournalEvent;
import dev.soliton.engine.journal.JournalEvent.ExecutionStarted;
import dev.soliton.engine.journal.NewerJournalException;
import dev.soliton.engine.journal.UnreadableJournalException;
import dev.soliton.engine.runtime.EngineServices;
import dev.soliton.engine.runtime.InstanceLog;
import dev.soliton.engine.runtime.SleepAwareClock;
import dev.soliton.engine.runtime.StatusReasons;
import dev.soliton.engine.runtime.Suspicion;
import dev.soliton.engine.runtime.TurnStopped;
import dev.soliton.engine.worker.WorkerLease;
import dev.soliton.orchestration.FailureDetails;
import dev.soliton.store.ExecutionKey;
import dev.soliton.store.Gate;
import dev.soliton.store.InboxItem;
import dev.soliton.store.InstanceRow;
import dev.soliton.store.JournalRow;
import dev.soliton.store.Ownership;
import dev.soliton.store.Partition;
import dev.soliton.store.RowChange;
import dev.soliton.store.StorageException;
import dev.soliton.store.UnreadableRowException;
import dev.soliton.store.Versioned;
import dev.soliton.store.WorkMessage;
import dev.soliton.store.WorkerState;
import dev.soliton.store.WriteOutcome;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The work on one message: look at the instance, decide, and run a turn of it.
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

    /** How long a message waits at a time for the end of a turn that this process runs of its instance. */
    private static final Duration TURN_PAUSE = Duration.ofSeconds(1);

    /** How long an instance is left alone whose turn met with trouble: it may last. */
    private static final Duration AFTER_TROUBLE = Duration.ofSeconds(2);

    /** How long a suspect stays away that is to be alone, and is not. */
    private static final Duration AFTER_ALL = Duration.ofSeconds(2);

    /** How long one stays away that waits for other suspects, which takes as long as those work. */
    private static final Duration AFTER_SUSPECTS = Duration.ofSeconds(10);

    private static final String UNDER_WAY = "a turn of it is under way here";

    private final EngineServices services;
    private final EngineExecutors executors;
    private final InstanceLocks locks;
    private final WorkMessage message;
    private final WorkerLease lease;
    private final MessageSlots.Slot slot;
    private final InstanceLog log;
    private final ExecutionKey key;
    private final Duration begun;
    private final long came;

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
        this.slot = slot;
        this.log = log;
        this.key = message.key();
        this.begun = services.elapsed();
        this.came = locks.tick();
    }

    /**
     * Does the work.
     *
     * @throws StorageException if the storage failed before a turn, or so that the instance could not be let go
     * @throws TurnStopped if a turn could not go on
     */
    public TurnOutcome run() throws TurnStopped {
        if (isRechecked() || isDoneByAnother()) {
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
                return leaveUnreadable(unreadable);
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
            if (decision instanceof Decision.Redelay on) {
                return redelay(on.due());
            }
            if (decision instanceof Decision.Run run) {
                Optional<TurnOutcome> outcome = tryTurn(run, state);
                if (outcome.isPresent()) {
                    return outcome.get();
                }
            } else if (decision instanceof Decision.DeliverResult report) {
                Optional<TurnOutcome> outcome = tryDeliverResult(report.instance());
                if (outcome.isPresent()) {
                    return outcome.get();
                }
            } else if (decision instanceof Decision.WriteTombstone) {
                if (writeTombstone()) {
                    log.info("buried", key, "why", "its start did not come");
                    return TurnOutcome.DROPPED;
                }
            } else if (decision instanceof Decision.InvalidateRewind forestall) {
                if (tryInvalidateRewind(forestall.instance())) {
                    log.info("dropped", key, "why", "its rewind did not come");
                    return TurnOutcome.DROPPED;
                }
            } else if (decision instanceof Decision.Requeue putBack) {
                why = putBack.why();
                if (message.attempt() > 0 || look >= 2) {
                    break;
                }
            }
            services.pause(SHORT_PAUSE.multipliedBy(look + 1L));
        }
        return requeue(why);
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

    /**
     * Leaves the message to a turn of this process that owns the execution. For one that is about to let the instance go it
     * waits, and asks whether that took in what this message is about. That spares a read for each but the first of many
     * messages that come at once.
     */
    private boolean isDoneByAnother() throws TurnStopped {
        if (message.reason() != WorkMessage.Reason.WAKE || message.base() != null) {
            return false;
        }
        Optional<InstanceLocks.Lock> entry = locks.find(message.instanceId());
        if (entry.isEmpty()) {
            return false;
        }
        entry.get().inboxChanged();
        if (entry.get().isOwnedBy(lease.worker(), message.executionId())) {
            log.info("dropped", key, "why", UNDER_WAY);
            return true;
        }
        awaitTurn(entry.get());
        return entry.get().hasRead(came);
    }

    /** Puts a copy of the message, to be looked at later. */
    private TurnOutcome requeue(String why) {
        Requeues.requeue(services, message, log, why);
        return TurnOutcome.REQUEUED;
    }

    private TurnOutcome redelay(Instant due) {
        Duration delay = UnitOfWork.delay(due, services.now());
        services.storage().queue().put(WorkMessage.timer(key.instanceId(), key.executionId(), due, null), delay);
        log.info("sent on", key, "due", due, "seconds", delay.toSeconds());
        return TurnOutcome.REQUEUED;
    }

    /** Runs a turn; empty if the instance is to be looked at again. */
    private Optional<TurnOutcome> tryTurn(Decision.Run run, Partition state) throws TurnStopped {
        InstanceRow row = run.instance().row();
        if (!executors.registry().hasOrchestrator(row.name()) && !isTerminated(row, state)) {
            return Optional.of(leaveBlocked(
                    run.instance(), "No orchestrator '" + row.name() + "' is registered in this version of the app."));
        }
        Ownership ownership = run.vanished() ? row.ownership().struck() : row.ownership();
        Suspicion suspicion = Suspicion.of(ownership);
        boolean suspected = suspicion == Suspicion.SOME || suspicion == Suspicion.STRONG;
        // Only a turn needs the instance for itself. Messages of starts that lost, of which a popular ID can have many,
        // must not keep the one that won from being looked at.
        Optional<InstanceLocks.Lock> entered = suspected
                ? locks.tryLockSuspect(message.instanceId(), Suspicion.companyOf(ownership))
                : locks.tryLock(message.instanceId());
        if (entered.isEmpty()) {
            return locks.find(message.instanceId()).isPresent() ? meetRunningTurn(row) : waitForSuspects(suspicion);
        }
        InstanceLocks.Lock lock = entered.get();
        StaleRows stale = StaleRows.of(row, state, services.storage().payloads());
        InstanceSession session = new InstanceSession(services, lease, run.instance(), run.gate(), stale.rows());
        if (lock.isShared()) {
            session.markShared();
        }
        TurnScope scope = new TurnScope(lock, session);
        try {
            FailureDetails hopeless = suspicion == Suspicion.PROVEN ? convicted(ownership) : null;
            List<JournalEvent> journal = List.of();
            try {
                journal = journal(row, state);
            } catch (UnreadableJournalException e) {
                hopeless = FailureDetails.of(e);
            } catch (NewerJournalException newer) {
                if (!isTerminated(row, state)) {
                    return Optional.of(leaveBlocked(run.instance(), String.valueOf(newer.getMessage())));
                }
                // What it has sent and called is in events that each version knows.
                journal = journal(row, state, services.json()::readKnownEvents);
            }
            boolean first = journal.stream().noneMatch(ExecutionStarted.class::isInstance);
            if ((run.claimFirst() || (first && !row.isDelayed(services.now()))) && !claim(session, run.vanished())) {
                return Optional.empty();
            }
            if (session.isClaimed()) {
                // The row was as it was read: whoever else has left something is over.
                stale.discardValues(row.key().instanceId(), services.storage().payloads());
            }
            Turn turn = scope.begin();
            if (hopeless == null || isTerminated(row, state)) {
                turn.run(journal, state);
            } else {
                turn.fail(hopeless, state);
            }
            scope.ended();
            return Optional.of(TurnOutcome.ENDED);
        } catch (TurnStopped stopped) {
            return scope.stopped(stopped);
        } catch (StorageException trouble) {
            return scope.stopped(TurnStopped.by(trouble));
        } catch (RuntimeException bug) {
            scope.handOff(null, bug);
            throw bug;
        } finally {
            scope.close();
        }
    }

    private static FailureDetails convicted(Ownership ownership) {
        return FailureDetails.of(new KilledWorkersException(ownership.strikes(), ownership.sharedStrikes()));
    }

    /** Waits, or has the message wait, for suspects; empty if the instance is to be looked at again. */
    private Optional<TurnOutcome> waitForSuspects(Suspicion suspicion) throws TurnStopped {
        if (suspicion == Suspicion.SOME || suspicion == Suspicion.STRONG) {
            boolean toBeAlone = !locks.hasSuspects();
            Requeues.requeueBlocked(
                    services,
                    message,
                    toBeAlone ? AFTER_ALL : AFTER_SUSPECTS,
                    log,
                    "it is suspected of ending its processes, and "
                            + (toBeAlone ? "is to be alone here" : "waits for others that are"));
            return Optional.of(TurnOutcome.REQUEUED);
        }
        Duration wait = locks.wait(message.instanceId());
        if (wait != null) {
            log.info("waits", key, "why", "an instance that is suspected of ending its processes is to be alone here");
        }
        while (wait != null) {
            services.pause(wait);
            wait = locks.wait(message.instanceId());
        }
        return Optional.empty();
    }

    /** One turn, and what is to be seen to when it is over. */
    private final class TurnScope {
        private final InstanceLocks.Lock lock;
        private final InstanceSession session;
        private @Nullable Turn turn;
        private boolean well;
        private boolean settled;

        TurnScope(InstanceLocks.Lock lock, InstanceSession session) {
            this.lock = lock;
            this.session = session;
        }

        Turn begin() {
            turn = new Turn(
                    services, executors, session, new Turn.Trigger(lease, message.due(), lock, begun, slot), log);
            return turn;
        }

        /** The execution has ended: whoever waits for that is told, and the ID is given back once nothing works on it. */
        void ended() throws TurnStopped {
            well = true;
            if (session.isClaimed()) {
                ChildEnd.notifyParent(services, session);
                if (turn == null || turn.isQuiet()) {
                    session.release();
                }
            }
            session.deleteStale();
            settled = !session.isClaimed();
        }

        Optional<TurnOutcome> stopped(TurnStopped stopped) throws TurnStopped {
            switch (stopped.why()) {
                case IDLE -> {
                    well = true;
                    settled = true;
                    log.info("at rest", key);
                    return Optional.of(TurnOutcome.IDLE);
                }
                case OWNERSHIP_LOST -> {
                    settled = true;
                    if (!session.isClaimed()) {
                        // Somebody else wrote first. What this message is about may be left to do.
                        return Optional.empty();
                    }
                    log.info("ownership lost", key);
                    if (turn != null) {
                        turn.releaseChildren();
                    }
                    return Optional.of(TurnOutcome.OWNERSHIP_LOST);
                }
                case WORKER_STOPPED -> {
                    settled = true;
                    throw stopped;
                }
                case HANDED_OFF, TROUBLE -> {
                    boolean counts = false;
                    if (stopped.why() == TurnStopped.Why.HANDED_OFF) {
                        handOff(Duration.ZERO, null);
                    } else {
                        // What nobody foresaw counts against the message, which the host delivers again.
                        counts = !(stopped.trouble() instanceof StorageException);
                        handOff(counts ? null : AFTER_TROUBLE, counts ? stopped.trouble() : null);
                        log.warning("turn stopped", key, "failure", stopped.trouble());
                    }
                    if (!settled || counts) {
                        throw stopped;
                    }
                    log.info("handed on", key);
                    return Optional.of(TurnOutcome.HANDED_OFF);
                }
            }
            throw new IllegalStateException("Not a way for a turn to stop: " + stopped.why());
        }

        /**
         * Leaves the rest to others. Whom activities outlive that does not hand anything on yet.
         *
         * @param wakeAfter when the message for it is to come; null if the host delivers this one again
         * @param failure what counts against the message, and the status is to tell until then; null if nothing does
         */
        private void handOff(@Nullable Duration wakeAfter, @Nullable Throwable failure) {
            String reason = failure == null ? null : StatusReasons.of(failure);
            try {
                if (turn != null) {
                    turn.releaseChildren();
                    if (turn.awaitTermination() > 0) {
                        return;
                    }
                }
                if (session.row().status().isTerminal()) {
                    return;
                }
                if (session.isClaimed()) {
                    if (failure != null && slot.endsDetached()) {
                        // The host has no message to deliver again. Nobody is to own it only once there is another.
                        Requeues.requeueInPlace(services, message, failure, slot);
                    }
                    session.handOff(
                            wakeAfter,
                            reason != null ? reason : session.row().values().reason());
                    settled = true;
                } else if (reason != null && !session.mayBeClaimed()) {
                    showReason(reason, new Versioned<>(session.row(), session.etag()));
                }
            } catch (TurnStopped | StorageException notNow) {
                // The worker goes on trying, and the message stays.
            }
        }

        void close() {
            lock.turnIsOver(well);
            if (!settled && session.mayBeClaimed()) {
                lease.adopt(
                        session.abandoned(() -> locks.find(message.instanceId()).isEmpty()));
            }
            if (turn == null) {
                lock.unlock();
            } else {
                turn.close(lock::unlock);
            }
        }
    }

    /** This process has a turn of the instance already, or something that has to be alone. */
    private Optional<TurnOutcome> meetRunningTurn(InstanceRow row) throws TurnStopped {
        Optional<InstanceLocks.Lock> found = locks.find(message.instanceId());
        if (found.isEmpty()) {
            return Optional.empty();
        }
        InstanceLocks.Lock lock = found.get();
        if (lock.turnIsOver()) {
            return Optional.of(requeue("an activity of an earlier turn still runs here"));
        }
        lock.inboxChanged();
        if (lease.worker().equals(row.ownership().owner())) {
            // The turn that runs here owns the instance, and cannot let it go without having seen what came in.
            log.info("dropped", key, "why", UNDER_WAY);
            return Optional.of(TurnOutcome.DROPPED);
        }
        awaitTurn(lock);
        return Optional.empty();
    }

    private void awaitTurn(InstanceLocks.Lock lock) throws TurnStopped {
        Boolean over = services.take(lock.over(), TURN_PAUSE);
        if (over != null) {
            lock.over().add(over);
        }
    }

    /** Whether the execution is to end whatever its orchestrator says: it was told to, or has begun to. */
    private boolean isTerminated(InstanceRow row, Partition state) {
        return state.inbox(row.key().executionId()).stream()
                        .anyMatch(entry -> entry.row().item() instanceof InboxItem.Terminate)
                || endsWithTermination(row, state);
    }

    private boolean endsWithTermination(InstanceRow row, Partition state) {
        try {
            return Turn.termination(journal(row, state)) != null;
        } catch (UnreadableJournalException | NewerJournalException neverMind) {
            return false;
        }
    }

    private List<JournalEvent> journal(InstanceRow row, Partition state) {
        return journal(row, state, services.json()::readEvents);
    }

    private static List<JournalEvent> journal(
            InstanceRow row, Partition state, Function<String, List<JournalEvent>> read) {
        List<JournalEvent> journal = new ArrayList<>();
        int rows = 0;
        for (JournalRow written : state.journal()) {
            if (rows < row.progress().journalRows() && written.key().equals(row.key()) && written.number() == rows) {
                journal.addAll(read.apply(written.events()));
                rows++;
            }
        }
        if (rows < row.progress().journalRows()) {
            throw new UnreadableJournalException(
                    "Of its " + row.progress().journalRows() + " rows in the journal, number " + rows + " is missing.");
        }
        return journal;
    }

    private boolean claim(InstanceSession session, boolean vanished) throws TurnStopped {
        if (!session.tryClaim(vanished)) {
            return false;
        }
        InstanceRow row = session.row();
        log.info("claimed", row.key(), "fence", row.ownership().fence(), "worker", lease.worker());
        return true;
    }

    /** Delivers the end of an execution whose owner did not; empty if it is to be looked at again. */
    private Optional<TurnOutcome> tryDeliverResult(Versioned<InstanceRow> ended) throws TurnStopped {
        if (locks.find(message.instanceId()).isPresent()) {
            // Of this worker, the turn that ended it is about to see to that, or waits for an activity that still
            // works. An
            // earlier lease of this process has left the activity behind, and nobody to see to the rest.
            return Optional.of(
                    lease.worker().equals(ended.row().ownership().owner())
                            ? TurnOutcome.ENDED
                            : requeue("an activity of an earlier turn still runs here"));
        }
        InstanceSession session = new InstanceSession(services, lease, ended, null, List.of());
        try {
            ChildEnd.deliver(services, session);
            return Optional.of(TurnOutcome.ENDED);
        } catch (TurnStopped stopped) {
            if (stopped.why() == TurnStopped.Why.OWNERSHIP_LOST) {
                return Optional.empty();
            }
            throw stopped;
        }
    }

    /** Puts a tombstone where the gate would be; no if there is a gate or a tombstone already. */
    private boolean writeTombstone() {
        RowChange tombstone = new RowChange.InsertGate(new Gate(message.executionId(), true));
        return services.storage().instances().write(message.instanceId(), List.of(tombstone))
                instanceof WriteOutcome.Written;
    }

    /** Changes nothing of a row but its ETag, on which what is late is conditional. */
    private boolean tryInvalidateRewind(Versioned<InstanceRow> ended) {
        RowChange same = new RowChange.ReplaceInstance(ended.row().rewritten(services.newId()), ended.etag());
        return services.storage().instances().write(message.instanceId(), List.of(same))
                instanceof WriteOutcome.Written;
    }

    /** A deployment took away what the instance needs: it says so, and goes on when that is back. */
    private TurnOutcome leaveBlocked(Versioned<InstanceRow> instance, String reason) {
        showReason(reason, instance);
        return recheckLater(reason, true);
    }

    /** A row was edited by hand: the instance says so, as far as it can be read itself, and goes on when it is mended. */
    private TurnOutcome leaveUnreadable(UnreadableRowException unreadable) {
        String reason = String.valueOf(unreadable.getMessage());
        try {
            services.storage()
                    .instances()
                    .findRow(message.instanceId())
                    .filter(instance -> !instance.row().status().isTerminal())
                    .ifPresent(instance -> showReason(reason, instance));
        } catch (UnreadableRowException itself) {
            // Whoever asks for its status is told the same.
        }
        return recheckLater(reason, message.base() == null);
    }

    /** Whether the execution waits for people, and another message looks again. */
    private boolean isRechecked() {
        return !isCountedOn() && isDuplicate();
    }

    private boolean isDuplicate() {
        if (!services.blocked().isAnotherOnItsWay(message)) {
            return false;
        }
        log.info("dropped", key, "why", "another message looks whether it can go on");
        return true;
    }

    /** Whether the row may name this message, as the one that is there for a timer or for what was left. */
    private boolean isCountedOn() {
        return message.base() != null || message.due() != null;
    }

    /** Has one message look again, whatever others are about: whoever can go on finds all that came in. */
    private TurnOutcome recheckLater(String reason, boolean whateverCame) {
        boolean forAll = whateverCame && message.due() == null;
        if (isToComeLater()) {
            // The row may name this message: it comes when its timer is due, and does not look meanwhile.
            return message.base() == null ? redelay(Objects.requireNonNull(message.due())) : requeue(reason);
        }
        if (forAll && isDuplicate()) {
            return TurnOutcome.DROPPED;
        }
        WorkMessage again = forAll ? services.blocked().successor(message) : message;
        SleepAwareClock.Moment before = services.moment();
        Requeues.requeue(services, again, log, reason);
        if (forAll) {
            services.blocked().note(again.again(), before, Requeues.delay(again));
        }
        return TurnOutcome.REQUEUED;
    }

    private boolean isToComeLater() {
        return message.due() != null && message.due().isAfter(services.now());
    }

    /** Has the status say why an instance does not go on. */
    private void showReason(String reason, Versioned<InstanceRow> instance) {
        InstanceRow row = instance.row();
        if (!Objects.equals(row.values().reason(), reason)) {
            // Losing this race changes nothing: whoever won it knows better why the instance waits.
            services.storage()
                    .instances()
                    .write(
                            row.key().instanceId(),
                            List.of(new RowChange.ReplaceInstance(
                                    row.changed(
                                            row.status(),
                                            row.ownership(),
                                            row.values().withReason(reason),
                                            services.now(),
                                            services.newId()),
                                    instance.etag())));
        }
    }
}
