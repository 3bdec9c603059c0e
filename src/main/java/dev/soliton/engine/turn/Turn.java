package dev.soliton.engine.turn;

import dev.soliton.engine.commit.Commit;
import dev.soliton.engine.commit.InstanceSession;
import dev.soliton.engine.journal.ExecutionPayloads;
import dev.soliton.engine.journal.JournalEvent;
import dev.soliton.engine.journal.JournalEvent.ExecutionCompleted;
import dev.soliton.engine.journal.JournalEvent.ExecutionTerminated;
import dev.soliton.engine.journal.JournalEvent.SubOrchestrationFailed;
import dev.soliton.engine.replay.EventSource;
import dev.soliton.engine.replay.ReplayContext;
import dev.soliton.engine.replay.Timers;
import dev.soliton.engine.runtime.EngineServices;
import dev.soliton.engine.runtime.InstanceLog;
import dev.soliton.engine.runtime.TurnStopped;
import dev.soliton.engine.worker.WorkerLease;
import dev.soliton.orchestration.FailureDetails;
import dev.soliton.store.InboxItem;
import dev.soliton.store.InstanceRow;
import dev.soliton.store.InstanceRow.Values;
import dev.soliton.store.Partition;
import dev.soliton.store.Payload;
import dev.soliton.store.PayloadTooLargeException;
import dev.soliton.store.RuntimeStatus;
import dev.soliton.store.StorageException;
import dev.soliton.store.Versioned;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingDeque;
import java.util.concurrent.LinkedBlockingDeque;
import org.jspecify.annotations.Nullable;

/**
 * One turn of an instance: from its journal to its end, generation by generation, or to where nothing is left to do here
 * until something comes in.
 */
final class Turn {
    /** The type of the failure of an execution whose messages could not be processed. */
    private static final String GIVEN_UP = "GivenUp";

    private final EngineServices services;
    private final EngineExecutors executors;
    private final InstanceSession session;
    private final Trigger trigger;
    private final InstanceLog log;
    private final Activities activities;
    private final Outbox outbox;
    private final InboxReader inbox;
    private final UnitOfWork unit;
    private final PendingWork pending;
    private final TurnLoop loop;
    private final TurnWatchdog watchdog;
    private final Runnable onWorkerStop = this::abandon;
    private final WorkerLease.Tenant tenant;

    /**
     * What a turn is run for.
     *
     * @param lease the worker that runs it
     * @param due when the timer is due whose message that is; null if it is for no timer
     * @param lock the right to run it
     * @param begun when the work on the message began, which is limited, by {@link EngineServices#elapsed}
     * @param slot the message; null for a turn within another
     */
    record Trigger(
            WorkerLease lease,
            @Nullable Instant due,
            InstanceLocks.Lock lock,
            Duration begun,
            MessageSlots.@Nullable Slot slot) {

        /** What the turn of a sub-orchestration is run for within this one. */
        Trigger within(InstanceLocks.Lock child) {
            return new Trigger(lease, null, child, begun, null);
        }
    }

    Turn(
            EngineServices services,
            EngineExecutors executors,
            InstanceSession session,
            Trigger trigger,
            InstanceLog log) {
        this.services = services;
        this.executors = executors;
        this.session = session;
        this.trigger = trigger;
        this.log = log;
        BlockingDeque<TurnSignal> happenings = new LinkedBlockingDeque<>();
        this.activities = new Activities(executors, trigger.lease(), happenings);
        this.outbox = new Outbox(services, executors, trigger, happenings, log);
        this.inbox = new InboxReader(session);
        this.unit = new UnitOfWork(
                services,
                session,
                inbox,
                trigger.due(),
                new AfterCommit(outbox, activities, executors.housekeeping(), services.json(), log));
        this.pending = new PendingWork(services, session, activities, outbox, unit, log);
        this.loop = new TurnLoop(
                services,
                session,
                trigger,
                new TurnLoop.Parts(activities, outbox, inbox, unit, pending),
                happenings,
                session.row().createdAt());
        this.watchdog = new TurnWatchdog(services, executors, trigger, loop, unit, inbox, log);
        trigger.lock().serves(() -> happenings.add(new TurnSignal.InboxChanged()), this::stop, this::isOwner);
        this.tenant = new WorkerLease.Tenant(trigger.begun(), trigger.lock()::unlock);
        trigger.lease().watch(tenant);
        trigger.lease().onStop(onWorkerStop);
    }

    /**
     * Runs until the instance has ended.
     *
     * @param state what was read of the instance together with its journal
     * @throws TurnStopped if the instance has not ended, and nothing is left to do here
     */
    void run(List<JournalEvent> recorded, Partition state) throws TurnStopped {
        InstanceRow found = state.instance().map(Versioned::row).orElseGet(session::row);
        inbox.read(state);
        recorded.forEach(event -> loop.notBefore(event.at()));
        List<JournalEvent> journal = isOver(recorded) ? rewound(recorded) : recorded;
        pending.begin(journal);
        ExecutionTerminated told = termination(journal);
        if (told != null) {
            // A turn that came to nothing had begun to end it.
            terminate(
                    new NotReplayed(session.row().values().customStatus()),
                    new ReplayContext.End.Terminated(told.reason(), told.endsChildren()));
            return;
        }
        if (inbox.termination() != null) {
            // Before any of the author's code: an orchestrator that never waits could not be ended otherwise.
            terminate(inbox.termination());
            return;
        }
        String givenUp = inbox.givenUp();
        if (givenUp != null) {
            String last = found.values().reason();
            fail(new FailureDetails(GIVEN_UP, last == null ? givenUp : givenUp + " " + last, "", null, false));
            return;
        }
        ReplayContext context = replay(journal, session.row().values().customStatus());
        String name = session.row().name();
        while (true) {
            // The factory is the author's code, and fails as such.
            TurnWatchdog.Result result = watchdog.runWatched(context, orchestration -> executors
                    .registry()
                    .newOrchestrator(name)
                    .orElseThrow()
                    .run(orchestration));
            if (result instanceof TurnWatchdog.Result.Abandoned left) {
                endWithoutItsCode(context, left.failure());
                return;
            }
            ReplayContext.End end = ((TurnWatchdog.Result.Ended) result).end();
            if (end instanceof ReplayContext.End.Terminated terminated) {
                terminate(context, terminated);
                return;
            }
            loop.flush(context);
            if (!(end instanceof ReplayContext.End.ContinuedAsNew next)) {
                end(context, end);
                return;
            }
            context = following(context, next);
            if (inbox.termination() != null && unit.isBehind()) {
                terminate(inbox.termination());
                return;
            }
        }
    }

    /** What has begun to end an execution that has not come to its end; null if nothing has. */
    static @Nullable ExecutionTerminated termination(List<JournalEvent> journal) {
        int last = journal.size() - 1;
        // Behind it there is nothing but the ends of sub-orchestrations that were told to end with it.
        while (last >= 0 && journal.get(last) instanceof SubOrchestrationFailed) {
            last--;
        }
        return last >= 0 && journal.get(last) instanceof ExecutionTerminated told ? told : null;
    }

    private boolean isOwner(String worker, String executionId) {
        return trigger.lease().worker().equals(worker)
                && session.isHeld()
                && session.row().key().executionId().equals(executionId);
    }

    private static boolean isOver(List<JournalEvent> journal) {
        return !journal.isEmpty() && journal.get(journal.size() - 1) instanceof ExecutionCompleted;
    }

    /** A live execution whose journal has come to its end was rewound, which is recorded before anything else. */
    private List<JournalEvent> rewound(List<JournalEvent> journal) throws TurnStopped {
        NotReplayed state = new NotReplayed(session.row().values().customStatus());
        JournalEvent mark = inbox.takeRewind(asked -> pending.mark(journal, asked, loop.now()));
        state.fresh().add(mark);
        unit.commit(state, new Commit.OwnerAfter.Unchanged());
        log.info("rewound", unit.key());
        List<JournalEvent> longer = new ArrayList<>(journal);
        longer.add(mark);
        return longer;
    }

    /**
     * Ends an instance that cannot be run.
     *
     * @param state what was read of the instance
     * @throws TurnStopped if the turn cannot go on
     */
    void fail(FailureDetails failure, Partition state) throws TurnStopped {
        inbox.read(state);
        // What it has sent it has sent, whether or not its journal can be read.
        pending.begin(List.of());
        fail(failure);
    }

    /** Ends an instance whose code was left alone: what that asked for before counts, its status may be half made. */
    private void endWithoutItsCode(ReplayContext context, @Nullable FailureDetails failure) throws TurnStopped {
        NotReplayed state =
                new NotReplayed(context.fresh(), session.row().values().customStatus());
        if (failure != null) {
            loop.flush(state);
            fail(state, new ReplayContext.End.Failed(failure));
            return;
        }
        InboxItem.Terminate termination = Objects.requireNonNull(inbox.termination());
        state.fresh().add(ExecutionTerminated.of(termination, loop.now()));
        terminate(state, new ReplayContext.End.Terminated(termination.reason(), termination.recursive()));
    }

    private void fail(FailureDetails failure) throws TurnStopped {
        fail(new NotReplayed(session.row().values().customStatus()), new ReplayContext.End.Failed(failure));
    }

    /** Tells the turn to leave the rest to another one, as soon as it waits. */
    void stop() {
        loop.stop();
        watchdog.stop();
    }

    /** Nothing that this turn could come to can be written any more. */
    private void abandon() {
        activities.cancel();
        stop();
    }

    /** Interrupts what is still running, and does something once nothing is on a thread any more. */
    void close(Runnable afterAll) {
        trigger.lease().forget(tenant);
        trigger.lease().forgetOnStop(onWorkerStop);
        activities.cancel();
        activities.afterAll(afterAll);
    }

    /**
     * Interrupts what is still running, and gives it time to return: whoever takes over is not to meet it.
     *
     * @return how many activities did not
     */
    int awaitTermination() throws TurnStopped {
        int left = activities.awaitTermination(services);
        if (left > 0) {
            log.warning("activities outlive their turn", unit.key(), "activities", left);
        }
        return left;
    }

    /** Whether no activity is on a thread any more. */
    boolean isQuiet() {
        return activities.haveAllReturned();
    }

    /** Leaves sub-orchestrations that run here to others, their ends included that were not taken in. */
    void releaseChildren() throws TurnStopped {
        outbox.stop(true);
    }

    private ReplayContext replay(List<JournalEvent> journal, @Nullable String customStatus) {
        InstanceRow row = session.row();
        ReplayContext.Subject subject = new ReplayContext.Subject(
                row.name(),
                unit.input(),
                customStatus,
                row.parent(),
                services.limits().maxEvents());
        ReplayContext context =
                new ReplayContext(subject, journal, services.json(), services.payloads(unit.key()), loop);
        context.logsTo(log.logger());
        return context;
    }

    /** Begins the next generation; it is written with the first commit that follows. */
    private ReplayContext following(ReplayContext ended, ReplayContext.End.ContinuedAsNew next) throws TurnStopped {
        Payload input;
        try {
            input = next.input() == null ? null : services.payloads(unit.key()).saveOwn(next.input());
        } catch (StorageException trouble) {
            throw TurnStopped.by(trouble);
        }
        activities.abandon(services);
        pending.handOffChildren();
        if (next.drops()) {
            loop.dropEvents();
        }
        if (unit.isBehind()) {
            // It never waited. What it has come to is written down, and whether it is to go on is asked.
            unit.commit(ended, new Commit.OwnerAfter.Unchanged());
            loop.progressed();
            loop.reload();
        }
        unit.begin(input, next.carried());
        pending.begin(next.carried().size());
        if (loop.isLate()) {
            unit.commit(new NotReplayed(ended.customStatus()), new Commit.OwnerAfter.Unchanged());
            throw TurnStopped.handedOff();
        }
        return replay(List.copyOf(next.carried()), ended.customStatus());
    }

    // How it ends

    private void end(ReplayContext context, ReplayContext.End end) throws TurnStopped {
        Values shown = session.row().values().withCustomStatus(context.customStatus());
        if (end instanceof ReplayContext.End.Completed completed) {
            try {
                Payload output = services.payloads(unit.key()).save(completed.output());
                end(context, RuntimeStatus.COMPLETED, shown.withOutcome(output, null), null);
                log.info("completed", unit.key());
            } catch (PayloadTooLargeException tooLarge) {
                fail(context, new ReplayContext.End.Failed(FailureDetails.of(tooLarge)));
            } catch (StorageException trouble) {
                throw TurnStopped.by(trouble);
            }
        } else {
            fail(context, (ReplayContext.End.Failed) end);
        }
    }

    private void terminate(InboxItem.Terminate termination) throws TurnStopped {
        NotReplayed state = new NotReplayed(session.row().values().customStatus());
        state.fresh().add(ExecutionTerminated.of(termination, loop.now()));
        terminate(state, new ReplayContext.End.Terminated(termination.reason(), termination.recursive()));
    }

    private void terminate(EventSource.State state, ReplayContext.End.Terminated told) throws TurnStopped {
        String reason = told.reason();
        if (told.recursive()) {
            loop.endChildren(state, reason);
        }
        loop.flush(state);
        Values shown = session.row().values().withCustomStatus(state.customStatus());
        try {
            Payload output =
                    reason == null ? null : services.payloads(unit.key()).saveOwn(quoted(reason));
            end(state, RuntimeStatus.TERMINATED, shown.withOutcome(output, null), null);
        } catch (StorageException trouble) {
            throw TurnStopped.by(trouble);
        }
        log.info("terminated", unit.key(), "reason", String.valueOf(reason));
    }

    private void fail(EventSource.State state, ReplayContext.End.Failed end) throws TurnStopped {
        FailureDetails failure = end.failure();
        Values shown = session.row().values().withCustomStatus(state.customStatus());
        ExecutionPayloads payloads = services.payloads(unit.key());
        try {
            Payload details = payloads.saveOwn(services.json().writeFailure(failure));
            Payload summary = payloads.saveOwn(quoted(failure.summary()));
            end(state, RuntimeStatus.FAILED, shown.withOutcome(summary, details), end.calls());
        } catch (StorageException trouble) {
            throw TurnStopped.by(trouble);
        }
        log.warning("failed", unit.key(), "failure", failure.summary());
    }

    private String quoted(String text) {
        return Objects.requireNonNull(services.json().write(text));
    }

    private void end(
            EventSource.State state, RuntimeStatus status, Values shown, @Nullable List<List<Integer>> failedCalls)
            throws TurnStopped {
        pending.handOffChildren();
        // The status is not to say "ended" while activities still work, as far as they return when told to; and the ID
        // is
        // not to be had while others do.
        boolean owned = awaitTermination() > 0 || session.row().parent() != null;
        state.fresh().add(new ExecutionCompleted(status, failedCalls, loop.now()));
        trigger.lock().releasing();
        unit.end(state, status, shown, owned);
    }

    /** The state of an execution whose orchestrator does not run. */
    private record NotReplayed(List<JournalEvent> fresh, @Nullable String customStatus) implements EventSource.State {

        NotReplayed(@Nullable String customStatus) {
            this(new ArrayList<>(), customStatus);
        }

        @Override
        public Timers timers() {
            return new Timers();
        }

        @Override
        public boolean isSuspended() {
            return false;
        }
    }
}
