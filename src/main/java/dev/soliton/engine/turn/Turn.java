package dev.soliton.engine.turn;

import dev.soliton.engine.commit.Commit;
import dev.soliton.engine.commit.InstanceSession;
import dev.soliton.engine.journal.JournalEvent;
import dev.soliton.engine.journal.JournalEvent.ExecutionTerminated;
import dev.soliton.engine.replay.EventSource;
import dev.soliton.engine.replay.ReplayContext;
import dev.soliton.engine.runtime.EngineServices;
import dev.soliton.engine.runtime.InstanceLog;
import dev.soliton.engine.runtime.TurnStopped;
import dev.soliton.engine.worker.WorkerLease;
import dev.soliton.orchestration.FailureDetails;
import dev.soliton.store.InstanceRow;
import dev.soliton.store.Partition;
import dev.soliton.store.Payload;
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
 * One turn of an instance: from its journal to its end, generation by generation, or until nothing is left to do here
 * before something arrives.
 */
final class Turn {
    /** The type of the failure of an execution whose messages could not be processed. */
    private static final String GIVEN_UP = "GivenUp";

    private final EngineServices services;
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
    private final TurnEnding ending;
    private final Runnable onWorkerStop = this::abandon;
    private final WorkerLease.Tenant tenant;

    /**
     * Why a turn runs.
     *
     * @param lease the worker that runs it
     * @param due when the timer of its message is due; null if the message is for no timer
     * @param lock the right to run it
     * @param begun when the handling of the message began, which is limited, by {@link EngineServices#elapsed}
     * @param slot the message; null for a turn within another
     */
    record Trigger(
            WorkerLease lease,
            @Nullable Instant due,
            InstanceLocks.Lock lock,
            Duration begun,
            MessageSlots.@Nullable Slot slot) {

        /** The trigger of a sub-orchestration's turn within this one. */
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
        this.session = session;
        this.trigger = trigger;
        this.log = log;
        BlockingDeque<TurnSignal> signals = new LinkedBlockingDeque<>();
        this.activities = new Activities(executors, trigger.lease(), signals);
        this.outbox = new Outbox(services, executors, trigger, signals, log);
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
                activities,
                outbox,
                inbox,
                unit,
                pending,
                signals,
                session.row().createdAt());
        this.ending = new TurnEnding(services, session, trigger.lock(), activities, unit, pending, loop, log);
        this.watchdog = new TurnWatchdog(services, executors, trigger, loop, unit, inbox, log);
        trigger.lock().serves(() -> signals.add(new TurnSignal.InboxChanged()), this::stop, this::isOwner);
        this.tenant = new WorkerLease.Tenant(trigger.begun(), trigger.lock()::unlock);
        trigger.lease().watch(tenant);
        trigger.lease().onStop(onWorkerStop);
    }

    /**
     * Runs until the instance has ended.
     *
     * @param state the instance as it was read together with its journal
     * @param code the version of the orchestrator's code that runs the generation
     * @throws TurnStopped if the instance has not ended, and nothing is left to do here
     */
    void run(List<JournalEvent> recorded, Partition state, CodeVersion code) throws TurnStopped {
        InstanceRow found = state.instance().map(Versioned::row).orElseGet(session::row);
        inbox.read(state);
        recorded.forEach(event -> loop.notBefore(event.at()));
        List<JournalEvent> journal = RecordedJournal.isOver(recorded) ? rewound(recorded) : recorded;
        pending.begin(journal);
        ExecutionTerminated earlier = RecordedJournal.termination(journal);
        if (earlier != null) {
            // An earlier turn had begun to end it, and did not finish.
            ending.terminate(
                    EventSource.State.notReplayed(session.row().values().customStatus()),
                    new ReplayContext.End.Terminated(earlier.reason(), earlier.endsChildren()));
            return;
        }
        if (inbox.termination() != null) {
            // This comes before any of the author's code: an orchestrator that never waits could not be terminated
            // otherwise.
            ending.terminate(inbox.termination());
            return;
        }
        String givenUp = inbox.givenUp();
        if (givenUp != null) {
            String last = found.values().reason();
            ending.fail(new FailureDetails(GIVEN_UP, last == null ? givenUp : givenUp + " " + last, "", null, false));
            return;
        }
        ReplayContext context = replay(journal, session.row().values().customStatus());
        CodeVersion running = code;
        unit.runsVersion(running.number());
        while (true) {
            TurnWatchdog.Result result = watchdog.runWatched(context, running::run);
            if (result instanceof TurnWatchdog.Result.Abandoned left) {
                if (left.failure() == null) {
                    ending.terminateAbandoned(context.state().fresh(), Objects.requireNonNull(inbox.termination()));
                } else {
                    ending.failAbandoned(context.state().fresh(), left.failure());
                }
                return;
            }
            ReplayContext.End end = ((TurnWatchdog.Result.Ended) result).end();
            if (end instanceof ReplayContext.End.Terminated terminated) {
                ending.terminate(context.state(), terminated);
                return;
            }
            loop.flush(context.state());
            if (!(end instanceof ReplayContext.End.ContinuedAsNew next)) {
                ending.end(context.state(), end);
                return;
            }
            running = running.ofNextGeneration();
            context = following(context, next, running);
            if (inbox.termination() != null && unit.hasNewGeneration()) {
                ending.terminate(inbox.termination());
                return;
            }
        }
    }

    private boolean isOwner(String worker, String executionId) {
        return trigger.lease().worker().equals(worker)
                && session.isHeld()
                && session.row().key().executionId().equals(executionId);
    }

    /**
     * The journal of a live execution ends with its completion only after a rewind. This records the rewind before
     * anything else.
     */
    private List<JournalEvent> rewound(List<JournalEvent> journal) throws TurnStopped {
        EventSource.State state =
                EventSource.State.notReplayed(session.row().values().customStatus());
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
     * @param state the instance as it was read
     * @throws TurnStopped if the turn cannot go on
     */
    void fail(FailureDetails failure, Partition state) throws TurnStopped {
        inbox.read(state);
        // Its sent requests stay sent, whether or not its journal is readable.
        pending.begin(List.of());
        ending.fail(failure);
    }

    /** Asks the turn to leave the rest to another one as soon as it waits. */
    void stop() {
        loop.stop();
        watchdog.stop();
    }

    /** The worker has stopped, so nothing that this turn could achieve can be written any more. */
    private void abandon() {
        activities.cancel();
        stop();
    }

    /** Interrupts the activities that still run, and runs an action once nothing is on a thread any more. */
    void close(Runnable afterAll) {
        trigger.lease().forget(tenant);
        trigger.lease().forgetOnStop(onWorkerStop);
        activities.cancel();
        activities.afterAll(afterAll);
    }

    /**
     * Interrupts the activities that still run, and gives them time to return, so that the next owner does not meet
     * them.
     *
     * @return how many activities did not return
     */
    int awaitTermination() throws TurnStopped {
        return ending.awaitTermination();
    }

    /** Whether no activity is on a thread any more. */
    boolean isQuiet() {
        return activities.haveAllReturned();
    }

    /**
     * Leaves the sub-orchestrations that run here to others, together with the ends that this turn has not processed.
     */
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

    /** Begins the next generation. The first commit that follows writes it. */
    private ReplayContext following(ReplayContext ended, ReplayContext.End.ContinuedAsNew next, CodeVersion code)
            throws TurnStopped {
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
        if (unit.hasNewGeneration()) {
            // The last generation never waited. So commit what it did, and check whether the execution is to go on.
            unit.commit(ended.state(), new Commit.OwnerAfter.Unchanged());
            loop.progressed();
            loop.reload();
        }
        unit.begin(input, next.carried(), code.number());
        pending.begin(next.carried().size());
        if (loop.isLate()) {
            unit.commit(EventSource.State.notReplayed(ended.state().customStatus()), new Commit.OwnerAfter.Unchanged());
            throw TurnStopped.handedOff();
        }
        return replay(List.copyOf(next.carried()), ended.state().customStatus());
    }
}
