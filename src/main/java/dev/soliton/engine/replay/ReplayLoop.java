package dev.soliton.engine.replay;

import dev.soliton.engine.journal.ExecutionPayloads;
import dev.soliton.engine.journal.JournalEvent;
import dev.soliton.engine.journal.JournalEvent.EventRaised;
import dev.soliton.engine.journal.JournalEvent.ExecutionStarted;
import dev.soliton.engine.journal.JournalEvent.ExecutionTerminated;
import dev.soliton.engine.journal.JournalEvent.Request;
import dev.soliton.engine.journal.JournalEvent.SubOrchestrationScheduled;
import dev.soliton.engine.journal.JournalEvent.TimerCreated;
import dev.soliton.engine.journal.JournalEvent.TimerFired;
import dev.soliton.engine.replay.ReplayContext.End;
import dev.soliton.engine.runtime.TurnStopped;
import dev.soliton.orchestration.Task;
import dev.soliton.store.Payload;
import dev.soliton.store.WaitingFor;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The course that one run takes: step by step along the {@link JournalCursor}, then live, until it stops.
 *
 * <ul>
 *   <li>A request is the next recorded event, with the same number, kind and name, or a new one at the end.
 *   <li>A step takes one happening, and gives it to the request that it answers, to the mailbox, or to the course
 *       itself. It is checked against the open requests when it is taken. While suspended, happenings are taken and
 *       held; resumed, they are applied in order, all in that step, or, in journals of earlier versions, one per step,
 *       before anything else is taken. So a timer that was held can find, when it is applied, that the event it was to cut
 *       short is there: {@link #cancelTimer} closes a timer that was not taken yet, and whoever made it ignores one that
 *       was. A timer that fires after it was given up is a
 *       divergence, since {@link EventSource} is told of the open ones only.
 *   <li>What the engine does because of a happening, such as the timer of a retry, is done when it is applied. Functions
 *       of the author that it sets off come after that, in order, each of them once. Where one of them waits, those behind
 *       it go first, and then further steps: so nothing waits for a function that has not begun.
 * </ul>
 */
public final class ReplayLoop {
    /** The number of the timer that an execution waits for before it begins. */
    public static final int BEGINNING = -1;

    private final JournalCursor journal;
    private final LivePort port;
    private final EventSource source;
    private final EventSource.State state;
    private final EventBuffer eventBuffer = new EventBuffer();
    private final OpenRequests open = new OpenRequests();
    private final Timers timers = new Timers();
    private final FailedCalls failedCalls = new FailedCalls();
    private final Suspension suspension = new Suspension();
    private final Deque<Runnable> functions = new ArrayDeque<>();
    private final RunExit exit;
    private WatchedRun watched = new WatchedRun(() -> Duration.ZERO);
    private @Nullable Thread thread;

    private Instant time = Instant.MIN;
    private boolean replaying;
    private int finished;
    private int asked;
    private boolean wentOn;

    /** Makes a request that is not recorded. */
    @FunctionalInterface
    interface NewRequest<R> {
        /**
         * Makes it.
         *
         * @param id its number
         * @param forgotten the last attempt of the call, if that is one of a sub-orchestration that a rewind has forgotten
         */
        R make(int id, @Nullable SubOrchestrationScheduled forgotten);
    }

    ReplayLoop(JournalCursor journal, ExecutionPayloads payloads, EventSource source, EventSource.State state) {
        this.journal = journal;
        this.exit = new RunExit(journal, () -> watched.leaves());
        this.port = new LivePort(payloads, exit);
        this.source = source;
        this.state = state;
        this.replaying = peek() != null;
    }

    JournalCursor trace() {
        return journal;
    }

    /** What is recorded next; null if there is no more. */
    @Nullable
    JournalEvent peek() {
        return journal.peek(open::has);
    }

    FailedCalls failures() {
        return failedCalls;
    }

    RunExit exit() {
        return exit;
    }

    EventBuffer mailbox() {
        return eventBuffer;
    }

    ExecutionPayloads payloads() {
        return port.payloads();
    }

    /** Reads a value. */
    @Nullable
    String load(@Nullable Payload payload) {
        return port.load(payload);
    }

    /** Keeps a value. */
    @Nullable
    Payload save(@Nullable String text) {
        return port.save(text);
    }

    /** The time of the step that is being run. */
    Instant time() {
        return time;
    }

    /** The time of what is asked for anew in this step: not before the execution was rewound. */
    Instant timeOfRequest() {
        Instant rewound = journal.rewoundAt();
        return rewound == null || rewound.isBefore(time) ? time : rewound;
    }

    boolean isReplaying() {
        return replaying;
    }

    boolean isSuspended() {
        return suspension.isSuspended();
    }

    @Nullable
    String suspendedFor() {
        return suspension.reason();
    }

    /** The open timers. */
    Timers timers() {
        return timers;
    }

    /** Who answers for the turn while this runs. */
    void watchedBy(WatchedRun watched) {
        this.watched = watched;
    }

    /** Takes what stands in front of the first line, and begins. */
    void begin() {
        thread = Thread.currentThread();
        watched.enter();
        try {
            receiveStart();
        } finally {
            watched.leave();
        }
    }

    private void receiveStart() {
        for (JournalEvent event = recorded(); event != null; event = recorded()) {
            time = latest(event.at());
            if (event instanceof ExecutionStarted) {
                return;
            }
            takeBeforeStart(event);
        }
        replaying = false;
        for (JournalEvent event = port.query(() -> source.beforeStart(state)); event != null; ) {
            append(event);
            takeBeforeStart(event);
            event = port.query(() -> source.beforeStart(state));
        }
        Instant begins = source.beginsAt();
        if (begins != null) {
            timers.add(BEGINNING, begins);
        }
        while (suspension.isSuspended() || timers.has(BEGINNING)) {
            JournalEvent event = Objects.requireNonNull(port.query(() -> source.next(state)));
            if (event instanceof TimerFired fired && fired.id() == BEGINNING) {
                // That it is time is no event: it is recorded that the orchestrator began.
                timers.remove(BEGINNING);
            } else {
                append(event);
                takeBeforeStart(event);
            }
        }
        ExecutionStarted started = new ExecutionStarted(latest(source.now()));
        append(started);
        time = started.at();
    }

    private void takeBeforeStart(JournalEvent event) {
        if (event instanceof EventRaised raised) {
            receive(raised);
        } else if (!control(event)) {
            throw exit.diverge(JournalCursor.describe(event), "its beginning", journal.nextId());
        }
    }

    private @Nullable JournalEvent recorded() {
        return journal.next(open::has);
    }

    /** Makes a request, which is the next recorded one of that kind, or else a fresh one. */
    <R extends Request> R request(Class<R> kind, Predicate<R> same, String asked, NewRequest<R> fresh) {
        watched.enter();
        try {
            watched.moved();
            return matched(kind, same, asked, fresh);
        } finally {
            watched.leave();
        }
    }

    private <R extends Request> R matched(Class<R> kind, Predicate<R> same, String asked, NewRequest<R> fresh) {
        JournalCursor.Match match =
                journal.meet(next -> kind.isInstance(next) && same.test(kind.cast(next)), open::has);
        if (match.recorded() == null) {
            R made = fresh.make(match.id(), match.forgotten());
            append(made);
            return made;
        }
        if (match.same()) {
            return kind.cast(match.recorded());
        }
        throw exit.diverge(JournalCursor.describe(match.recorded()), asked, match.id());
    }

    /**
     * Waits for the answer to a request.
     *
     * @param name what was called
     */
    void await(int id, Completion.Kind kind, String name, Consumer<Completion> listener) {
        open.add(id, kind, name, listener);
    }

    /** What the orchestrator has asked for and was not told of yet. */
    WaitingFor waitingFor() {
        int events = eventBuffer.unclaimedCount();
        long characters = eventBuffer.unclaimedCharacters();
        for (EventRaised waiting : suspension.events()) {
            events++;
            characters += EventBuffer.charactersOf(waiting);
        }
        return WaitingFor.of(
                eventBuffer.awaited(),
                timers.dueTimes(),
                open.names(Completion.Kind.ACTIVITY),
                open.names(Completion.Kind.SUB_ORCHESTRATION),
                events,
                characters);
    }

    /**
     * Asks for a timer.
     *
     * @param due when it is due, given the time from which it runs
     * @return its number
     */
    int startTimer(UnaryOperator<Instant> due, Consumer<Completion> listener) {
        TimerCreated timer = request(
                TimerCreated.class,
                any -> true,
                JournalCursor.timer(),
                (id, none) -> new TimerCreated(
                        id, DueTimes.within(timeOfRequest(), due.apply(timeOfRequest())), timeOfRequest()));
        timers.add(timer.id(), timer.fireAt());
        await(timer.id(), Completion.Kind.TIMER, "", listener);
        return timer.id();
    }

    /** Waits no longer for a timer. */
    void cancelTimer(int timerId) {
        open.remove(timerId);
        timers.remove(timerId);
    }

    /** Has a function of the author run, after those that wait for their turn already. */
    void later(Runnable function) {
        functions.add(function);
    }

    /** A task that was given out, which must have been given out by this run. */
    @SuppressWarnings("unchecked") // A task of ours has the type that its interface says.
    <V> ReplayTask<V> own(@Nullable Task<V> task) {
        if (task instanceof ReplayTask<?> own && own.course() == this) {
            return (ReplayTask<V>) own;
        }
        throw new IllegalArgumentException(
                task == null ? "A task is needed, not null." : "This is no task of this run: " + task);
    }

    /**
     * Takes, for a wait that is over at once, what has come in up to now, in its order, until there is an event of that
     * name. The number of the wait is recorded with what it takes, so that in a replay it takes the same.
     */
    void takeBuffered(String name) {
        int number = asked++;
        watched.enter();
        try {
            while (!eventBuffer.has(name)) {
                EventRaised event = buffered(name, number);
                if (event == null) {
                    return;
                }
                time = latest(event.at());
                receive(event);
            }
        } finally {
            watched.leave();
        }
    }

    private @Nullable EventRaised buffered(String name, int number) {
        JournalEvent next = peek();
        if (next != null) {
            return next instanceof EventRaised raised && Objects.equals(raised.asked(), number) && recorded() == next
                    ? raised
                    : null;
        }
        if (!wentOn) {
            // An event is written when its consequences are known: the code got here in an earlier turn, and found
            // nothing.
            return null;
        }
        EventRaised event = port.query(() -> source.takeEvent(state, name, number));
        if (event != null) {
            replaying = false;
            append(event);
        }
        return event;
    }

    private void receive(EventRaised event) {
        eventBuffer.receive(new EventBuffer.BufferedEvent(nextFinish(), event));
    }

    /** The next place in the order in which tasks finish, and events come. */
    int nextFinish() {
        return finished++;
    }

    /** Goes one step on: by functions that wait for their turn, or else by one happening. */
    void advance() {
        if (functions.isEmpty()) {
            step();
        }
        while (!functions.isEmpty()) {
            functions.remove().run();
        }
    }

    private void step() {
        if (!suspension.isSuspended() && suspension.tryApplyOne()) {
            return;
        }
        JournalEvent event = next();
        time = latest(event.at());
        if (control(event)) {
            return;
        }
        Runnable effect = effect(event);
        if (suspension.isSuspended()) {
            suspension.hold(event, effect);
        } else {
            effect.run();
        }
    }

    private JournalEvent next() {
        watched.enter();
        try {
            JournalEvent event = recorded();
            if (event == null) {
                replaying = false;
                event = Objects.requireNonNull(port.query(() -> source.next(state)));
                append(event);
            }
            return event;
        } finally {
            watched.moved();
            watched.leave();
        }
    }

    /** Does what happens to the execution itself. */
    private boolean control(JournalEvent event) {
        if (event instanceof ExecutionTerminated terminated) {
            throw exit.end(new End.Terminated(terminated.reason(), terminated.endsChildren()));
        }
        return suspension.take(event);
    }

    private Runnable effect(JournalEvent event) {
        if (event instanceof EventRaised raised) {
            return () -> receive(raised);
        }
        Completion completion = Completion.of(event);
        if (completion == null) {
            throw exit.diverge(JournalCursor.describe(event), "nothing but to wait", journal.nextId());
        }
        Consumer<Completion> listener = open.listenerFor(completion);
        if (listener == null) {
            throw exit.diverge(JournalCursor.describe(event), "no such thing", completion.id());
        }
        cancelTimer(completion.id());
        return () -> listener.accept(completion);
    }

    private Instant latest(Instant at) {
        return at.isBefore(time) ? time : at;
    }

    private void append(JournalEvent event) {
        wentOn = true;
        try {
            if (event instanceof ExecutionTerminated) {
                journal.addLast(event);
            } else {
                journal.add(event);
            }
        } catch (JournalTooLongException tooLong) {
            throw exit.fail(tooLong);
        }
    }

    /** Events that the orchestrator did not see: those in the mailbox, and those that were held behind them. */
    List<EventRaised> unclaimedEvents() {
        List<EventRaised> all = new ArrayList<>(eventBuffer.unclaimed());
        all.addAll(suspension.events());
        all.addAll(journal.raised());
        return all;
    }

    /** Every use of the context that asks for something, or could tell runs apart, passes here. */
    void enter() {
        if (Thread.currentThread() != thread) {
            throw new IllegalStateException("The context of an orchestration belongs to the thread that runs it;"
                    + " work for other threads belongs into an activity.");
        }
        try {
            if (watched.isAbandoned()) {
                throw new Unwind();
            }
            exit.check();
        } catch (Unwind again) {
            watched.refused();
            throw again;
        }
    }

    /** Closes the run, whose code has ended, of itself as it says, or because it was left. */
    End close(End ofItself) throws TurnStopped {
        LivePort.clearInterrupt();
        return exit.close(ofItself, () -> journal.left(open::has));
    }
}
