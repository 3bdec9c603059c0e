package dev.soliton.engine;

import dev.soliton.engine.JournalEvent.ExecutionCompleted;
import dev.soliton.engine.JournalEvent.ExecutionTerminated;
import dev.soliton.engine.JournalEvent.SubOrchestrationCompleted;
import dev.soliton.engine.JournalEvent.SubOrchestrationFailed;
import dev.soliton.engine.JournalEvent.TaskCompleted;
import dev.soliton.engine.JournalEvent.TaskFailed;
import dev.soliton.engine.JournalEvent.TaskScheduled;
import dev.soliton.engine.JournalEvent.TimerFired;
import dev.soliton.instance.InboxItem;
import dev.soliton.instance.InstanceRow;
import dev.soliton.instance.InstanceRow.Values;
import dev.soliton.instance.Partition;
import dev.soliton.instance.Payload;
import dev.soliton.instance.PayloadTooLargeException;
import dev.soliton.instance.RuntimeStatus;
import dev.soliton.instance.StorageException;
import dev.soliton.orchestration.FailureDetails;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.BlockingDeque;
import java.util.concurrent.LinkedBlockingDeque;
import org.jspecify.annotations.Nullable;

/**
 * One turn of an instance: from its journal to its end, or to where nothing is left to do here until something comes in.
 *
 * <p>The order of things is what makes it safe. A request is committed before it is carried out, and a result before
 * anything that depends on it: the commit that records a result is the one that records the next request, so that a
 * chain of activities costs one write a step. A crash before a commit repeats the activity whose result was not in it;
 * a crash after it never does.
 *
 * <p>A turn that does nothing but replay and record needs no claim: its one commit is fenced by the row's ETag. Before it
 * carries anything out, it claims the instance, with the commit that holds the request.
 */
final class Turn implements Live {
    /**
     * How long a turn goes on before it leaves the rest to another one. The host kills the whole process when an
     * invocation passes the function timeout: ten minutes by {@code host.json}, five where nothing is said on the
     * Consumption plan.
     */
    static final Duration LIMIT = Duration.ofMinutes(4);

    /** A timer that is due so soon is waited for here, which costs one commit; a message for it would cost four more. */
    static final Duration SHORT_TIMER = Duration.ofSeconds(2);

    /** How often an owner that waits looks whether something came in, and whether it is the owner still. */
    private static final Duration FIRST_LOOK = Duration.ofSeconds(5);

    private static final Duration LONGEST_LOOK = Duration.ofSeconds(20);

    private static final int WARN_EVENTS = 10_000;

    private final EngineContext context;
    private final Crew crew;
    private final OpenInstance instance;
    private final Trigger trigger;
    private final InstanceLog log;
    private final BlockingDeque<Happening> happenings = new LinkedBlockingDeque<>();
    private final Activities activities;
    private final Outbox outbox;
    private final Intake intake;
    private final Ledger ledger;
    private @Nullable JournalEvent lastNoted;
    private Instant latest;
    private Instant lookedAt;
    private Duration lookAfter = FIRST_LOOK;
    private boolean again;
    private boolean progressed;
    private int events;
    private volatile boolean stopped;

    /**
     * What a turn is run for.
     *
     * @param delivery the delivery that it may claim the instance through
     * @param due when the timer is due whose message that is; null if it is for no timer
     * @param entry the right to run it
     * @param begun when the work on the delivery began, which is limited
     */
    record Trigger(Delivery delivery, @Nullable Instant due, BusyInstances.Entry entry, Instant begun) {

        /** What the turn of a sub-orchestration is run for within this one. */
        Trigger within(BusyInstances.Entry child) {
            return new Trigger(delivery, null, child, begun);
        }
    }

    Turn(EngineContext context, Crew crew, OpenInstance instance, Trigger trigger, InstanceLog log) {
        this.context = context;
        this.crew = crew;
        this.instance = instance;
        this.trigger = trigger;
        this.log = log;
        this.activities = new Activities(crew, happenings);
        this.outbox = new Outbox(context, crew, trigger, instance.succession(), happenings, log);
        this.intake = new Intake(instance, this::now);
        this.ledger = new Ledger(context, instance, intake, trigger.due(), new CommitLog(outbox, activities, log));
        this.lookedAt = context.now();
        this.latest = instance.row().createdAt();
        trigger.entry().serves(() -> happenings.add(new Happening.Knock()), instance::isClaimed);
    }

    /**
     * Runs until the instance has ended.
     *
     * @param state what was read of the instance together with its journal
     * @throws TurnStopped if the instance has not ended, and nothing is left to do here
     */
    void run(List<JournalEvent> journal, Partition state) throws TurnStopped {
        intake.read(state);
        begin(journal);
        if (intake.termination() != null) {
            // Before any of the author's code: an orchestrator that never waits could not be ended otherwise.
            terminate(intake.termination());
            return;
        }
        Replay replay = replay(journal);
        String name = instance.row().name();
        while (true) {
            // The factory is the author's code, and fails as such.
            Replay.End end = replay.run(orchestration ->
                    crew.registry().newOrchestrator(name).orElseThrow().run(orchestration));
            flush(replay);
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

    /**
     * Ends an instance that cannot be run.
     *
     * @throws TurnStopped if the turn cannot go on
     */
    void fail(FailureDetails failure) throws TurnStopped {
        fail(new Unrun(instance.row().values().customStatus()), failure);
    }

    /** Tells the turn to leave the rest to another one, as soon as it waits. */
    void stop() {
        stopped = true;
        happenings.add(new Happening.Knock());
    }

    /** Interrupts what is still running, and does something once nothing is on a thread any more. */
    void close(Runnable afterAll) {
        activities.cancel();
        activities.afterAll(afterAll);
    }

    /** Whoever takes over is not to meet activities of this turn, as far as they return when told to. */
    void sayFarewell() throws TurnStopped {
        int left = activities.sayFarewell(context);
        if (left > 0) {
            log.warning("activities outlive their turn", ledger.key(), "activities", left);
        }
    }

    /** Leaves sub-orchestrations that run here to others, before the message that guards them is finished. */
    void releaseChildren() throws TurnStopped {
        outbox.stop();
    }

    /** Takes stock of a journal: what is open in it, and what of that may have been carried out already. */
    private void begin(List<JournalEvent> journal) {
        outbox.begin(instance.row().progress().delivered());
        for (JournalEvent event : journal) {
            latest = event.at().isBefore(latest) ? latest : event.at();
            note(event);
        }
        again = outbox.hasPending();
        events = journal.size();
    }

    private void note(JournalEvent event) {
        if (event instanceof TaskScheduled task) {
            activities.request(task);
            ledger.note(task.input());
        } else if (event instanceof JournalEvent.SubOrchestrationScheduled child) {
            outbox.note(child);
            ledger.note(child.input());
        } else if (event instanceof JournalEvent.EventSent sent) {
            outbox.note(sent);
            ledger.note(sent.input());
        } else if (event instanceof TaskCompleted completed) {
            activities.ended(completed.id());
            ledger.note(completed.result());
        } else if (event instanceof TaskFailed failed) {
            activities.ended(failed.id());
            ledger.note(failed.failure());
        } else if (event instanceof SubOrchestrationCompleted completed) {
            outbox.ended(completed.id());
            ledger.note(completed.result());
        } else if (event instanceof SubOrchestrationFailed failed) {
            outbox.ended(failed.id());
            ledger.note(failed.failure());
        } else if (event instanceof JournalEvent.EventRaised raised) {
            ledger.note(raised.input());
        }
    }

    private Replay replay(List<JournalEvent> journal) {
        InstanceRow row = instance.row();
        Replay.Subject subject = new Replay.Subject(
                row.name(), ledger.input(), row.values().customStatus(), row.parent(), context.maxEvents());
        return new Replay(subject, journal, context.json(), context.payloads(ledger.key()), this);
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
        outbox.stop();
        boolean late = isLate();
        if (ledger.isBehind()) {
            // It never waited. What it has come to is written down, and whether it is to go on is asked.
            ledger.commit(ended, new Draft.Hold.Same());
            look();
        }
        ledger.begin(input, next.carried());
        lastNoted = null;
        outbox.begin(0);
        again = false;
        events = next.carried().size();
        Unrun unrun = new Unrun(ended.customStatus());
        if (late) {
            ledger.commit(unrun, new Draft.Hold.Same());
            throw TurnStopped.gaveWay();
        }
        InstanceRow row = instance.row();
        Replay.Subject subject =
                new Replay.Subject(row.name(), input, ended.customStatus(), row.parent(), context.maxEvents());
        return new Replay(subject, List.copyOf(next.carried()), context.json(), context.payloads(ledger.key()), this);
    }

    // How it ends

    private void end(Replay replay, Replay.End end) throws TurnStopped {
        Values shown = instance.row().values().withCustomStatus(replay.customStatus());
        if (end instanceof Replay.End.Completed completed) {
            try {
                Payload output = context.payloads(ledger.key()).save(completed.output());
                end(replay, RuntimeStatus.COMPLETED, shown.withOutcome(output, null));
                log.info("completed", ledger.key());
            } catch (PayloadTooLargeException tooLarge) {
                fail(replay, FailureDetails.of(tooLarge));
            } catch (StorageException trouble) {
                throw TurnStopped.by(trouble);
            }
        } else if (end instanceof Replay.End.Terminated terminated) {
            terminated(replay, terminated.reason());
        } else {
            fail(replay, ((Replay.End.Failed) end).failure());
        }
    }

    private void terminate(InboxItem.Terminate termination) throws TurnStopped {
        Unrun state = new Unrun(instance.row().values().customStatus());
        state.fresh().add(new ExecutionTerminated(termination.reason(), now()));
        flush(state);
        terminated(state, termination.reason());
    }

    private void terminated(Live.State state, @Nullable String reason) throws TurnStopped {
        Values shown = instance.row().values().withCustomStatus(state.customStatus());
        try {
            Payload output =
                    reason == null ? null : context.payloads(ledger.key()).saveOwn(quoted(reason));
            end(state, RuntimeStatus.TERMINATED, shown.withOutcome(output, null));
        } catch (StorageException trouble) {
            throw TurnStopped.by(trouble);
        }
        log.info("terminated", ledger.key(), "reason", String.valueOf(reason));
    }

    private void fail(Live.State state, FailureDetails failure) throws TurnStopped {
        Values shown = instance.row().values().withCustomStatus(state.customStatus());
        ExecutionPayloads payloads = context.payloads(ledger.key());
        try {
            Payload details = payloads.saveOwn(context.json().writeFailure(failure));
            end(state, RuntimeStatus.FAILED, shown.withOutcome(payloads.saveOwn(quoted(failure.summary())), details));
        } catch (StorageException trouble) {
            throw TurnStopped.by(trouble);
        }
        log.warning("failed", ledger.key(), "failure", failure.summary());
    }

    private String quoted(String text) {
        return Objects.requireNonNull(context.json().write(text));
    }

    private void end(Live.State state, RuntimeStatus status, Values shown) throws TurnStopped {
        outbox.stop();
        // The status is not to say "ended" while activities still work, as far as they return when told to.
        sayFarewell();
        state.fresh().add(new ExecutionCompleted(status, now()));
        trigger.entry().settles();
        ledger.end(state, status, shown, instance.row().parent() != null);
    }

    /** Sends what was asked for and not waited for, before the journal that has it ends. */
    private void flush(Live.State state) throws TurnStopped {
        noteFresh(state);
        if (outbox.hasPending() || outbox.hasUnreleased()) {
            ledger.commit(state, new Draft.Hold.Claim());
            deliver(false);
        }
    }

    // What it lives on

    @Override
    public Instant now() {
        Instant now = context.now();
        latest = now.isBefore(latest) ? latest : now;
        return latest;
    }

    @Override
    public @Nullable JournalEvent beforeStart(State state) {
        return intake.takeControl(state.isSuspended());
    }

    @Override
    public JournalEvent next(State state) throws TurnStopped {
        boolean requested = noteFresh(state);
        while (true) {
            if (instance.isClaimed()
                    && Duration.between(lookedAt, context.now()).compareTo(lookAfter) >= 0) {
                look();
            }
            if (!requested && !ledger.isFull(state)) {
                JournalEvent ready = ready(state);
                if (ready != null) {
                    return ready;
                }
            }
            requested = false;
            settle(state);
            JournalEvent ready = ready(state);
            if (ready != null) {
                return ready;
            }
            if (hasLocalWork(state)) {
                await(state);
            }
        }
    }

    /** Takes note of what the orchestrator asked for since the last time; whether any of it has to be carried out. */
    private boolean noteFresh(State state) {
        boolean requested = false;
        List<JournalEvent> fresh = state.fresh();
        int known = fresh.size();
        while (known > 0 && fresh.get(known - 1) != lastNoted) {
            known--;
        }
        for (JournalEvent event : fresh.subList(known, fresh.size())) {
            note(event);
            lastNoted = event;
            events++;
            if (events == WARN_EVENTS) {
                log.warning("long journal", ledger.key(), "events", events, "limit", context.maxEvents());
            }
            requested |= event instanceof TaskScheduled
                    || event instanceof JournalEvent.SubOrchestrationScheduled
                    || event instanceof JournalEvent.EventSent;
        }
        return requested;
    }

    /** Commits what is new, in the way that fits what follows, and carries out what it holds. */
    private void settle(State state) throws TurnStopped {
        if (isLate() && activities.underWay() == 0 && !outbox.hasRunning()) {
            // Nothing is under way, so nothing is left to be taken in.
            ledger.commit(state, new Draft.Hold.Same());
            throw TurnStopped.gaveWay();
        }
        if (outbox.hasUnreleased() || hasLocalWork(state)) {
            ledger.commit(state, new Draft.Hold.Claim());
            deliver(true);
            if (!isLate()) {
                activities.startSome(context, instance.row().ownership().fence(), context.payloads(ledger.key()));
            }
        } else if (hasMore(state)) {
            ledger.commit(state, new Draft.Hold.Same());
        } else if (!intake.isWhole()) {
            ledger.commit(state, new Draft.Hold.Same());
            look();
        } else {
            trigger.entry().settles();
            if (ledger.tryRelease(state)) {
                throw TurnStopped.atRest();
            }
        }
    }

    private void deliver(boolean here) throws TurnStopped {
        outbox.deliver(ledger.key(), again, here);
        again = false;
    }

    private boolean isLate() {
        // A turn whose replay alone takes that long has to get something done all the same, or none ever would.
        return stopped
                || (progressed
                        && Duration.between(trigger.begun(), context.now()).compareTo(LIMIT) > 0);
    }

    /** Whether this process has to do something, or to wait for something that it does. */
    private boolean hasLocalWork(State state) {
        return activities.hasRequests()
                || activities.underWay() > 0
                || outbox.hasPending()
                || outbox.hasRunning()
                || dueWithin(state, SHORT_TIMER);
    }

    private boolean dueWithin(State state, Duration time) {
        Map.Entry<Integer, Instant> timer = earliest(state);
        return timer != null && !timer.getValue().isAfter(context.now().plus(time));
    }

    private boolean hasMore(State state) {
        return !happenings.isEmpty() || intake.nextAt() != null || dueWithin(state, Duration.ZERO);
    }

    private static Map.@Nullable Entry<Integer, Instant> earliest(State state) {
        return state.timers().entrySet().stream()
                .min(Map.Entry.<Integer, Instant>comparingByValue().thenComparing(Map.Entry.comparingByKey()))
                .orElse(null);
    }

    /** What the orchestrator is to be told next; null if nothing is there yet. */
    private @Nullable JournalEvent ready(State state) throws TurnStopped {
        JournalEvent ready = cameIn(state);
        while (ready == null && !happenings.isEmpty()) {
            ready = told(happenings.remove());
        }
        progressed |= ready != null;
        return ready;
    }

    /** What came from outside, or from the clock: whichever was first. */
    private @Nullable JournalEvent cameIn(State state) {
        Map.Entry<Integer, Instant> timer = earliest(state);
        if (timer != null && timer.getValue().isAfter(context.now())) {
            timer = null;
        }
        Instant arrived = intake.nextAt();
        if (arrived != null && (timer == null || !timer.getValue().isBefore(arrived))) {
            JournalEvent event = intake.take(state.isSuspended(), outbox::isOpen);
            if (event != null) {
                return event;
            }
        }
        return timer == null ? null : new TimerFired(timer.getKey(), now());
    }

    private @Nullable JournalEvent told(Happening happening) throws TurnStopped {
        if (happening instanceof Activities.Ended ended) {
            activities.taken(ended);
            return result(ended);
        }
        if (happening instanceof Happening.ChildEnded child) {
            if (!outbox.tryTake(child)) {
                return null;
            }
            ExecutionPayloads payloads = context.payloads(ledger.key());
            if (child.failure() != null) {
                return new SubOrchestrationFailed(child.id(), payloads.saveOwn(child.failure()), now());
            }
            Payload result = child.result() == null ? null : payloads.saveOwn(child.result());
            return new SubOrchestrationCompleted(child.id(), result, now());
        }
        if (happening instanceof Happening.ChildLeft child) {
            outbox.left(child.id());
            if (child.trouble() != null) {
                throw TurnStopped.by(child.trouble());
            }
            return null;
        }
        look();
        return null;
    }

    private JournalEvent result(Activities.Ended ended) throws TurnStopped {
        TaskScheduled task = ended.task();
        if (ended instanceof Activities.Ended.Unknown unknown) {
            throw TurnStopped.by(unknown.trouble());
        }
        if (ended instanceof Activities.Ended.Threw threw) {
            Payload details =
                    context.payloads(ledger.key()).saveOwn(context.json().writeFailure(threw.failure()));
            return new TaskFailed(task.id(), details, now());
        }
        return new TaskCompleted(task.id(), ((Activities.Ended.Returned) ended).result(), now());
    }

    /** Waits until something happens, or it is time to look. */
    private void await(State state) throws TurnStopped {
        Duration limit = lookAfter;
        Map.Entry<Integer, Instant> timer = earliest(state);
        if (timer != null) {
            Duration until = Duration.between(context.now(), timer.getValue());
            limit = until.compareTo(limit) < 0 ? until : limit;
        }
        Happening happening = context.take(happenings, limit.isNegative() ? Duration.ZERO : limit);
        if (happening != null) {
            // Back to where all that has happened is looked for.
            happenings.addFirst(happening);
        } else if (limit.equals(lookAfter)) {
            look();
        }
        if (stopped) {
            throw TurnStopped.gaveWay();
        }
    }

    private void look() throws TurnStopped {
        Optional<Partition> state = instance.look();
        lookedAt = context.now();
        if (state.isPresent() && intake.read(state.get())) {
            lookAfter = FIRST_LOOK;
        } else {
            Duration longer = lookAfter.multipliedBy(2);
            lookAfter = longer.compareTo(LONGEST_LOOK) > 0 ? LONGEST_LOOK : longer;
        }
    }

    /** The state of an execution whose orchestrator does not run. */
    private record Unrun(List<JournalEvent> fresh, @Nullable String customStatus) implements State {

        Unrun(@Nullable String customStatus) {
            this(new ArrayList<>(), customStatus);
        }

        @Override
        public Map<Integer, Instant> timers() {
            return Map.of();
        }

        @Override
        public boolean isSuspended() {
            return false;
        }
    }
}
