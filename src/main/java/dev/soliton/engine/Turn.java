package dev.soliton.engine;

import dev.soliton.engine.JournalEvent.ExecutionCompleted;
import dev.soliton.engine.JournalEvent.ExecutionTerminated;
import dev.soliton.engine.JournalEvent.SubOrchestrationFailed;
import dev.soliton.instance.InboxItem;
import dev.soliton.instance.InstanceRow;
import dev.soliton.instance.InstanceRow.Values;
import dev.soliton.instance.Partition;
import dev.soliton.instance.Payload;
import dev.soliton.instance.PayloadTooLargeException;
import dev.soliton.instance.RuntimeStatus;
import dev.soliton.instance.StorageException;
import dev.soliton.instance.Versioned;
import dev.soliton.orchestration.FailureDetails;
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

    private final EngineContext context;
    private final Crew crew;
    private final OpenInstance instance;
    private final Trigger trigger;
    private final InstanceLog log;
    private final Activities activities;
    private final Outbox outbox;
    private final Intake intake;
    private final Ledger ledger;
    private final OpenWork work;
    private final LiveTurn live;
    private final Attendant attendant;
    private final Runnable onWorkerStop = this::abandon;
    private final WorkerLease.Tenant tenant;

    /**
     * What a turn is run for.
     *
     * @param lease the worker that runs it
     * @param due when the timer is due whose message that is; null if it is for no timer
     * @param entry the right to run it
     * @param begun when the work on the message began, which is limited, by {@link EngineContext#elapsed}
     * @param slot the message; null for a turn within another
     */
    record Trigger(
            WorkerLease lease,
            @Nullable Instant due,
            BusyInstances.Entry entry,
            Duration begun,
            Slots.@Nullable Slot slot) {

        /** What the turn of a sub-orchestration is run for within this one. */
        Trigger within(BusyInstances.Entry child) {
            return new Trigger(lease, null, child, begun, null);
        }
    }

    Turn(EngineContext context, Crew crew, OpenInstance instance, Trigger trigger, InstanceLog log) {
        this.context = context;
        this.crew = crew;
        this.instance = instance;
        this.trigger = trigger;
        this.log = log;
        BlockingDeque<Happening> happenings = new LinkedBlockingDeque<>();
        this.activities = new Activities(crew, trigger.lease(), happenings);
        this.outbox = new Outbox(context, crew, trigger, happenings, log);
        this.intake = new Intake(instance);
        this.ledger = new Ledger(
                context,
                instance,
                intake,
                trigger.due(),
                new CommitLog(outbox, activities, crew.housekeeping(), context.json(), log));
        this.work = new OpenWork(context, instance, activities, outbox, ledger, log);
        this.live = new LiveTurn(
                context,
                instance,
                trigger,
                new LiveTurn.Desk(activities, outbox, intake, ledger, work),
                happenings,
                instance.row().createdAt());
        this.attendant = new Attendant(context, crew, trigger, live, ledger, intake, log);
        trigger.entry().serves(() -> happenings.add(new Happening.Knock()), this::stop, this::isOwner);
        this.tenant = new WorkerLease.Tenant(trigger.begun(), trigger.entry()::leave);
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
        InstanceRow found = state.instance().map(Versioned::row).orElseGet(instance::row);
        intake.read(state);
        recorded.forEach(event -> live.notBefore(event.at()));
        List<JournalEvent> journal = isOver(recorded) ? rewound(recorded) : recorded;
        work.begin(journal);
        ExecutionTerminated told = termination(journal);
        if (told != null) {
            // A turn that came to nothing had begun to end it.
            terminate(
                    new Unrun(instance.row().values().customStatus()),
                    new Replay.End.Terminated(told.reason(), told.endsChildren()));
            return;
        }
        if (intake.termination() != null) {
            // Before any of the author's code: an orchestrator that never waits could not be ended otherwise.
            terminate(intake.termination());
            return;
        }
        String givenUp = intake.givenUp();
        if (givenUp != null) {
            String last = found.values().reason();
            fail(new FailureDetails(GIVEN_UP, last == null ? givenUp : givenUp + " " + last, "", null, false));
            return;
        }
        Replay replay = replay(journal, instance.row().values().customStatus());
        String name = instance.row().name();
        while (true) {
            // The factory is the author's code, and fails as such.
            Attendant.Result result = attendant.attend(
                    replay,
                    orchestration ->
                            crew.registry().newOrchestrator(name).orElseThrow().run(orchestration));
            if (result instanceof Attendant.Result.LeftAlone left) {
                endWithoutItsCode(replay, left.failure());
                return;
            }
            Replay.End end = ((Attendant.Result.Ended) result).end();
            if (end instanceof Replay.End.Terminated terminated) {
                terminate(replay, terminated);
                return;
            }
            live.flush(replay);
            if (!(end instanceof Replay.End.ContinuedAsNew next)) {
                end(replay, end);
                return;
            }
            replay = following(replay, next);
            if (intake.termination() != null && ledger.isBehind()) {
                terminate(intake.termination());
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
                && instance.isHeld()
                && instance.row().key().executionId().equals(executionId);
    }

    private static boolean isOver(List<JournalEvent> journal) {
        return !journal.isEmpty() && journal.get(journal.size() - 1) instanceof ExecutionCompleted;
    }

    /** A live execution whose journal has come to its end was rewound, which is recorded before anything else. */
    private List<JournalEvent> rewound(List<JournalEvent> journal) throws TurnStopped {
        Unrun state = new Unrun(instance.row().values().customStatus());
        JournalEvent mark = intake.takeRewind(asked -> work.mark(journal, asked, live.now()));
        state.fresh().add(mark);
        ledger.commit(state, new Draft.Hold.Same());
        log.info("rewound", ledger.key());
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
        intake.read(state);
        // What it has sent it has sent, whether or not its journal can be read.
        work.begin(List.of());
        fail(failure);
    }

    /** Ends an instance whose code was left alone: what that asked for before counts, its status may be half made. */
    private void endWithoutItsCode(Replay replay, @Nullable FailureDetails failure) throws TurnStopped {
        Unrun state = new Unrun(replay.fresh(), instance.row().values().customStatus());
        if (failure != null) {
            live.flush(state);
            fail(state, new Replay.End.Failed(failure));
            return;
        }
        InboxItem.Terminate termination = Objects.requireNonNull(intake.termination());
        state.fresh().add(ExecutionTerminated.of(termination, live.now()));
        terminate(state, new Replay.End.Terminated(termination.reason(), termination.recursive()));
    }

    private void fail(FailureDetails failure) throws TurnStopped {
        fail(new Unrun(instance.row().values().customStatus()), new Replay.End.Failed(failure));
    }

    /** Tells the turn to leave the rest to another one, as soon as it waits. */
    void stop() {
        live.stop();
        attendant.stop();
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
    int sayFarewell() throws TurnStopped {
        int left = activities.sayFarewell(context);
        if (left > 0) {
            log.warning("activities outlive their turn", ledger.key(), "activities", left);
        }
        return left;
    }

    /** Whether no activity is on a thread any more. */
    boolean isQuiet() {
        return activities.areOver();
    }

    /** Leaves sub-orchestrations that run here to others, their ends included that were not taken in. */
    void releaseChildren() throws TurnStopped {
        outbox.stop(true);
    }

    private Replay replay(List<JournalEvent> journal, @Nullable String customStatus) {
        InstanceRow row = instance.row();
        Replay.Subject subject = new Replay.Subject(
                row.name(),
                ledger.input(),
                customStatus,
                row.parent(),
                context.limits().maxEvents());
        Replay replay = new Replay(subject, journal, context.json(), context.payloads(ledger.key()), live);
        replay.logsTo(log.logger());
        return replay;
    }

    /** Begins the next generation; it is written with the first commit that follows. */
    private Replay following(Replay ended, Replay.End.ContinuedAsNew next) throws TurnStopped {
        Payload input;
        try {
            input = next.input() == null ? null : context.payloads(ledger.key()).saveOwn(next.input());
        } catch (StorageException trouble) {
            throw TurnStopped.by(trouble);
        }
        activities.abandon(context);
        work.leaveChildren();
        if (next.drops()) {
            live.dropEvents();
        }
        if (ledger.isBehind()) {
            // It never waited. What it has come to is written down, and whether it is to go on is asked.
            ledger.commit(ended, new Draft.Hold.Same());
            live.progressed();
            live.look();
        }
        ledger.begin(input, next.carried());
        work.begin(next.carried().size());
        if (live.isLate()) {
            ledger.commit(new Unrun(ended.customStatus()), new Draft.Hold.Same());
            throw TurnStopped.gaveWay();
        }
        return replay(List.copyOf(next.carried()), ended.customStatus());
    }

    // How it ends

    private void end(Replay replay, Replay.End end) throws TurnStopped {
        Values shown = instance.row().values().withCustomStatus(replay.customStatus());
        if (end instanceof Replay.End.Completed completed) {
            try {
                Payload output = context.payloads(ledger.key()).save(completed.output());
                end(replay, RuntimeStatus.COMPLETED, shown.withOutcome(output, null), null);
                log.info("completed", ledger.key());
            } catch (PayloadTooLargeException tooLarge) {
                fail(replay, new Replay.End.Failed(FailureDetails.of(tooLarge)));
            } catch (StorageException trouble) {
                throw TurnStopped.by(trouble);
            }
        } else {
            fail(replay, (Replay.End.Failed) end);
        }
    }

    private void terminate(InboxItem.Terminate termination) throws TurnStopped {
        Unrun state = new Unrun(instance.row().values().customStatus());
        state.fresh().add(ExecutionTerminated.of(termination, live.now()));
        terminate(state, new Replay.End.Terminated(termination.reason(), termination.recursive()));
    }

    private void terminate(Live.State state, Replay.End.Terminated told) throws TurnStopped {
        String reason = told.reason();
        if (told.recursive()) {
            live.endChildren(state, reason);
        }
        live.flush(state);
        Values shown = instance.row().values().withCustomStatus(state.customStatus());
        try {
            Payload output =
                    reason == null ? null : context.payloads(ledger.key()).saveOwn(quoted(reason));
            end(state, RuntimeStatus.TERMINATED, shown.withOutcome(output, null), null);
        } catch (StorageException trouble) {
            throw TurnStopped.by(trouble);
        }
        log.info("terminated", ledger.key(), "reason", String.valueOf(reason));
    }

    private void fail(Live.State state, Replay.End.Failed end) throws TurnStopped {
        FailureDetails failure = end.failure();
        Values shown = instance.row().values().withCustomStatus(state.customStatus());
        ExecutionPayloads payloads = context.payloads(ledger.key());
        try {
            Payload details = payloads.saveOwn(context.json().writeFailure(failure));
            Payload summary = payloads.saveOwn(quoted(failure.summary()));
            end(state, RuntimeStatus.FAILED, shown.withOutcome(summary, details), end.calls());
        } catch (StorageException trouble) {
            throw TurnStopped.by(trouble);
        }
        log.warning("failed", ledger.key(), "failure", failure.summary());
    }

    private String quoted(String text) {
        return Objects.requireNonNull(context.json().write(text));
    }

    private void end(Live.State state, RuntimeStatus status, Values shown, @Nullable List<List<Integer>> failedCalls)
            throws TurnStopped {
        work.leaveChildren();
        // The status is not to say "ended" while activities still work, as far as they return when told to; and the ID
        // is
        // not to be had while others do.
        boolean owned = sayFarewell() > 0 || instance.row().parent() != null;
        state.fresh().add(new ExecutionCompleted(status, failedCalls, live.now()));
        trigger.entry().settles();
        ledger.end(state, status, shown, owned);
    }

    /** The state of an execution whose orchestrator does not run. */
    private record Unrun(List<JournalEvent> fresh, @Nullable String customStatus) implements Live.State {

        Unrun(@Nullable String customStatus) {
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
