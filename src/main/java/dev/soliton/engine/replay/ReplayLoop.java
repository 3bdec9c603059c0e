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
import dev.soliton.engine.journal.JournalEvent.VersionMarked;
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
 * The loop of one run: step by step along the {@link JournalCursor}, then live, until the run stops.
 *
 * <ul>
 *   <li>A request matches the next recorded event, with the same number, kind and name, or is a new one at the end.
 *   <li>A step receives one event, and gives it to the request that it completes, to the event buffer, or to the loop
 *       itself. The loop checks it against the open requests when it receives it. While suspended, the loop receives
 *       events and holds them. When it is resumed, it applies them in order: all in that step, or, in journals of
 *       earlier versions, one per step before it receives anything else. So a timer that was held can find, when it is
 *       applied, that the event whose wait it limits is there: {@link #cancelTimer} closes a timer that was not
 *       received yet, and the task that made the timer ignores one that was. A timer that fires after it was cancelled
 *       is a divergence, since {@link EventSource} knows the open ones only.
 *   <li>The engine reacts to an event, with the timer of a retry, say, when the event is applied. The author's
 *       functions that depend on it run after that, in order, each of them once. If one of them waits, those behind it
 *       run first, and then further steps: so nothing waits for a function that has not begun.
 * </ul>
 *
 * <p>The class is longer than 300 lines: all of its steps share one position in the journal and one time, and their order is what
 * makes each replay go the same way.
 */
public final class ReplayLoop {
    /** The number of the timer for which a delayed execution waits before it begins. */
    public static final int BEGINNING = -1;

    private final JournalCursor journal;
    private final List<JournalEvent> freshEvents;
    private final List<Request> droppedRequests;
    private final LivePort port;
    private final EventSource source;
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
    private @Nullable String customStatus;

    /** Makes a request that is not recorded yet. */
    @FunctionalInterface
    interface NewRequest<R> {
        /**
         * Makes the request.
         *
         * @param id its number
         * @param rewound the last attempt of the call, if it is a call of a sub-orchestration that a rewind has
         *     discarded
         */
        R make(int id, @Nullable SubOrchestrationScheduled rewound);
    }

    ReplayLoop(JournalCursor journal, ExecutionPayloads payloads, EventSource source) {
        this.journal = journal;
        this.freshEvents = journal.fresh();
        this.droppedRequests = journal.dropped();
        this.exit = new RunExit(journal, source::waitsForOtherCode, () -> watched.leaves());
        this.port = new LivePort(payloads, exit);
        this.source = source;
        this.replaying = peek() != null;
    }

    /** The next recorded event; null if there is no more. */
    @Nullable
    JournalEvent peek() {
        return journal.peek(open::has);
    }

    FailedCalls failedCalls() {
        return failedCalls;
    }

    RunExit exit() {
        return exit;
    }

    EventBuffer eventBuffer() {
        return eventBuffer;
    }

    ExecutionPayloads payloads() {
        return port.payloads();
    }

    /** Loads a value. */
    @Nullable
    String load(@Nullable Payload payload) {
        return port.load(payload);
    }

    /** Saves a value. */
    @Nullable
    Payload save(@Nullable String text) {
        return port.save(text);
    }

    /** The time of the current step. */
    Instant time() {
        return time;
    }

    /** The time of a new request in this step: not before the execution was rewound. */
    Instant timeOfRequest() {
        Instant rewound = journal.rewoundAt();
        return rewound == null || rewound.isBefore(time) ? time : rewound;
    }

    boolean isReplaying() {
        return replaying;
    }

    /** Sets the custom status that the next commit shows, as JSON. */
    void showCustomStatus(@Nullable String json) {
        customStatus = json;
    }

    /** The state that the run has reached, as the turn sees it. */
    EventSource.State state() {
        boolean isSuspended = suspension.isSuspended();
        return new EventSource.State(
                freshEvents,
                droppedRequests,
                customStatus,
                timers,
                isSuspended,
                isSuspended ? suspension.reason() : null,
                this::waitingFor);
    }

    /** Sets the state that this thread shares with the watchdog while the code runs. */
    void watchedBy(WatchedRun watched) {
        this.watched = watched;
    }

    /** Processes the events in front of the first line, and begins. */
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
        for (JournalEvent event = port.query(() -> source.beforeStart(state())); event != null; ) {
            append(event);
            takeBeforeStart(event);
            event = port.query(() -> source.beforeStart(state()));
        }
        Instant begins = source.beginsAt();
        if (begins != null) {
            timers.add(BEGINNING, begins);
        }
        while (suspension.isSuspended() || timers.has(BEGINNING)) {
            JournalEvent event = Objects.requireNonNull(port.query(() -> source.next(state())));
            if (event instanceof TimerFired fired && fired.id() == BEGINNING) {
                // The due time itself is no event of the journal: the start of the orchestrator is.
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
            throw exit.diverge(EventDescriptions.describe(event), "its beginning", journal.nextId());
        }
    }

    private @Nullable JournalEvent recorded() {
        return journal.next(open::has);
    }

    /** Makes a request: the next recorded one of that kind, or else a fresh one. */
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
                journal.match(next -> kind.isInstance(next) && same.test(kind.cast(next)), open::has);
        if (match.recorded() == null) {
            R made = fresh.make(match.id(), match.rewound());
            append(made);
            return made;
        }
        if (match.same()) {
            return kind.cast(match.recorded());
        }
        throw exit.diverge(EventDescriptions.describe(match.recorded()), asked, match.id());
    }

    /**
     * The version of a change in which the run passed here before. If none has been here, or none since a rewind, the run
     * passes here in the given version from now on.
     */
    int version(String change, int fresh) {
        watched.enter();
        try {
            Integer passed = journal.passedVersion(change, open::has);
            if (passed != null) {
                return passed;
            }
            watched.moved();
            // The run is no further for a mark, so it is no reason to receive what an earlier turn did not find.
            record(new VersionMarked(change, fresh, timeOfRequest()));
            return fresh;
        } finally {
            watched.leave();
        }
    }

    /**
     * Waits for the completion of a request.
     *
     * @param name the name of the called activity or sub-orchestration
     */
    void await(int id, Completion.Kind kind, String name, Consumer<Completion> listener) {
        open.add(id, kind, name, listener);
    }

    /** What the orchestrator has requested or awaits, and has not received yet. */
    private WaitingFor waitingFor() {
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
     * Requests a timer.
     *
     * @param due when the timer is due, given the time from which it runs
     * @return its number
     */
    int startTimer(UnaryOperator<Instant> due, Consumer<Completion> listener) {
        TimerCreated timer = request(
                TimerCreated.class,
                any -> true,
                EventDescriptions.timer(),
                (id, none) -> new TimerCreated(
                        id, DueTimes.within(timeOfRequest(), due.apply(timeOfRequest())), timeOfRequest()));
        timers.add(timer.id(), timer.fireAt());
        await(timer.id(), Completion.Kind.TIMER, "", listener);
        return timer.id();
    }

    /** Stops waiting for a timer. */
    void cancelTimer(int timerId) {
        open.remove(timerId);
        timers.remove(timerId);
    }

    /** Schedules a function of the author, after those that are scheduled already. */
    void later(Runnable function) {
        functions.add(function);
    }

    /** Checks that this run made the task. */
    @SuppressWarnings("unchecked") // A task of ours has the type that its interface says.
    <V> ReplayTask<V> own(@Nullable Task<V> task) {
        if (task instanceof ReplayTask<?> own && own.loop() == this) {
            return (ReplayTask<V>) own;
        }
        throw new IllegalArgumentException(
                task == null ? "A task is needed, not null." : "This is no task of this run: " + task);
    }

    /**
     * Receives, for a wait without time, the events that have arrived up to now, in their order, until there is one of
     * that name. The number of the wait is recorded with them, so that it receives the same events in a replay.
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
            // An event is written when its consequences are known. So the code got here in an earlier turn, and found
            // nothing.
            return null;
        }
        EventRaised event = port.query(() -> source.takeEvent(state(), name, number));
        if (event != null) {
            replaying = false;
            append(event);
        }
        return event;
    }

    private void receive(EventRaised event) {
        eventBuffer.receive(new EventBuffer.BufferedEvent(nextFinish(), event));
    }

    /** The next place in the order in which tasks finish and events arrive. */
    int nextFinish() {
        return finished++;
    }

    /**
     * Makes one step of a wait: runs the scheduled functions, or else receives one event and then runs the functions
     * that it schedules. One of them may complete the execution, which ends the wait.
     */
    void advance() {
        if (functions.isEmpty()) {
            step();
        }
        while (!functions.isEmpty()) {
            functions.remove().run();
        }
        exit.checkCompleted();
    }

    private void step() {
        if (suspension.tryApplyOne()) {
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
                event = Objects.requireNonNull(port.query(() -> source.next(state())));
                append(event);
            }
            return event;
        } finally {
            watched.moved();
            watched.leave();
        }
    }

    /** Applies an event that concerns the execution itself; no if it does not. */
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
            throw exit.diverge(EventDescriptions.describe(event), "nothing but to wait", journal.nextId());
        }
        Consumer<Completion> listener = open.listenerFor(completion);
        if (listener == null) {
            throw exit.diverge(EventDescriptions.describe(event), "no such thing", completion.id());
        }
        cancelTimer(completion.id());
        return () -> listener.accept(completion);
    }

    private Instant latest(Instant at) {
        return at.isBefore(time) ? time : at;
    }

    private void append(JournalEvent event) {
        wentOn = true;
        record(event);
    }

    private void record(JournalEvent event) {
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

    /**
     * The events that the orchestrator has not seen: those in the buffer, those that were held behind them, and those
     * in front of a rewind.
     */
    List<EventRaised> unclaimedEvents() {
        List<EventRaised> all = new ArrayList<>(eventBuffer.unclaimed());
        all.addAll(suspension.events());
        all.addAll(journal.raised());
        return all;
    }

    /** Guards each use of the context that makes a request, or whose answer could differ between runs. */
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

    /** Guards each wait of the author: code that completed the execution has nothing to wait for. */
    void beginWait() {
        enter();
        exit.checkCompleted();
    }

    /** Closes the run, whose code has ended by itself, as given, or because it was left. */
    End close(End ofItself) throws TurnStopped {
        LivePort.clearInterrupt();
        return exit.close(ofItself, () -> journal.left(open::has));
    }
}
