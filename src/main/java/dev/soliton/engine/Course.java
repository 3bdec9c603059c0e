package dev.soliton.engine;

import dev.soliton.engine.JournalEvent.EventRaised;
import dev.soliton.engine.JournalEvent.ExecutionResumed;
import dev.soliton.engine.JournalEvent.ExecutionStarted;
import dev.soliton.engine.JournalEvent.ExecutionSuspended;
import dev.soliton.engine.JournalEvent.ExecutionTerminated;
import dev.soliton.engine.JournalEvent.Request;
import dev.soliton.engine.JournalEvent.SubOrchestrationScheduled;
import dev.soliton.engine.JournalEvent.TimerCreated;
import dev.soliton.engine.JournalEvent.TimerFired;
import dev.soliton.engine.Replay.End;
import dev.soliton.instance.Payload;
import dev.soliton.instance.PayloadMissingException;
import dev.soliton.instance.StorageException;
import dev.soliton.instance.WaitingFor;
import dev.soliton.orchestration.Task;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The course that one run takes: step by step along the {@link Trace}, then live, until it stops.
 *
 * <ul>
 *   <li>A request is the next recorded event, with the same number, kind and name, or a new one at the end.
 *   <li>A step takes one happening, and gives it to the request that it answers, to the mailbox, or to the course
 *       itself. It is checked against the open requests when it is taken. While suspended, happenings are taken and
 *       held; resumed, they are applied in order, all in that step, or, in journals of earlier versions, one per step,
 *       before anything else is taken. So a timer that was held can
 *       find, when it is applied, that the event it was to cut short is there: {@link #giveUp} closes a timer that was
 *       not taken yet, and whoever made it ignores one that was. A timer that fires after it was given up is a
 *       divergence, since {@link Live} is told of the open ones only.
 *   <li>What the engine does because of a happening, such as the timer of a retry, is done when it is applied. Functions
 *       of the author that it sets off come after that, in order, each of them once. Where one of them waits, those behind
 *       it go first, and then further steps: so nothing waits for a function that has not begun.
 * </ul>
 */
final class Course {
    /** The number of the timer that an execution waits for before it begins. */
    static final int BEGINNING = -1;

    private final Trace trace;
    private final ExecutionPayloads payloads;
    private final Live live;
    private final Live.State state;
    private final Mailbox mailbox = new Mailbox();
    private final Map<Integer, Open> open = new HashMap<>();
    private final Timers timers = new Timers();
    private final Failures failures = new Failures();
    private final Deque<Held> held = new ArrayDeque<>();
    private final Deque<Runnable> functions = new ArrayDeque<>();
    private final Exit exit;
    private Attendance attendance = new Attendance(() -> Duration.ZERO);
    private @Nullable Thread thread;

    private Instant time = Instant.MIN;
    private boolean replaying;
    private boolean suspended;
    private @Nullable String suspendedFor;
    private int finished;
    private int asked;
    private boolean wentOn;

    /** Makes a request that is not recorded. */
    @FunctionalInterface
    interface Fresh<R> {
        /**
         * Makes it.
         *
         * @param id its number
         * @param forgotten the last attempt of the call, if that is one of a sub-orchestration that a rewind has forgotten
         */
        R make(int id, @Nullable SubOrchestrationScheduled forgotten);
    }

    /**
     * A request that was not answered yet.
     *
     * @param name what was called
     */
    private record Open(Answer.Kind kind, String name, Consumer<Answer> listener) {}

    /** A happening that was understood, and waits until the execution is resumed. */
    private record Held(JournalEvent event, Runnable effect) {}

    Course(Trace trace, ExecutionPayloads payloads, Live live, Live.State state) {
        this.trace = trace;
        this.exit = new Exit(trace, () -> attendance.leaves());
        this.payloads = payloads;
        this.live = live;
        this.state = state;
        this.replaying = peek() != null;
    }

    Trace trace() {
        return trace;
    }

    /** What is recorded next; null if there is no more. */
    @Nullable
    JournalEvent peek() {
        return trace.peek(open::containsKey);
    }

    Failures failures() {
        return failures;
    }

    Exit exit() {
        return exit;
    }

    Mailbox mailbox() {
        return mailbox;
    }

    ExecutionPayloads payloads() {
        return payloads;
    }

    /** The time of the step that is being run. */
    Instant time() {
        return time;
    }

    /** The time of what is asked for anew in this step: not before the execution was rewound. */
    Instant timeOfRequest() {
        Instant rewound = trace.rewoundAt();
        return rewound == null || rewound.isBefore(time) ? time : rewound;
    }

    boolean isReplaying() {
        return replaying;
    }

    boolean isSuspended() {
        return suspended;
    }

    @Nullable
    String suspendedFor() {
        return suspendedFor;
    }

    /** The open timers. */
    Timers timers() {
        return timers;
    }

    /** Who answers for the turn while this runs. */
    void attendedBy(Attendance by) {
        attendance = by;
    }

    /** Takes what stands in front of the first line, and begins. */
    void begin() {
        thread = Thread.currentThread();
        attendance.enter();
        try {
            takeBeginning();
        } finally {
            attendance.leave();
        }
    }

    private void takeBeginning() {
        for (JournalEvent event = recorded(); event != null; event = recorded()) {
            time = latest(event.at());
            if (event instanceof ExecutionStarted) {
                return;
            }
            takeBeforeStart(event);
        }
        replaying = false;
        for (JournalEvent event = ask(() -> live.beforeStart(state)); event != null; ) {
            append(event);
            takeBeforeStart(event);
            event = ask(() -> live.beforeStart(state));
        }
        Instant begins = live.beginsAt();
        if (begins != null) {
            timers.add(BEGINNING, begins);
        }
        while (suspended || timers.has(BEGINNING)) {
            JournalEvent event = Objects.requireNonNull(ask(() -> live.next(state)));
            if (event instanceof TimerFired fired && fired.id() == BEGINNING) {
                // That it is time is no event: it is recorded that the orchestrator began.
                timers.remove(BEGINNING);
            } else {
                append(event);
                takeBeforeStart(event);
            }
        }
        ExecutionStarted started = new ExecutionStarted(latest(live.now()));
        append(started);
        time = started.at();
    }

    private void takeBeforeStart(JournalEvent event) {
        if (event instanceof EventRaised raised) {
            receive(raised);
        } else if (!control(event)) {
            throw exit.diverge(Trace.describe(event), "its beginning", trace.nextId());
        }
    }

    private @Nullable JournalEvent recorded() {
        return trace.next(open::containsKey);
    }

    /** Makes a request, which is the next recorded one of that kind, or else a fresh one. */
    <R extends Request> R request(Class<R> kind, Predicate<R> same, String asked, Fresh<R> fresh) {
        attendance.enter();
        try {
            attendance.moved();
            return met(kind, same, asked, fresh);
        } finally {
            attendance.leave();
        }
    }

    private <R extends Request> R met(Class<R> kind, Predicate<R> same, String asked, Fresh<R> fresh) {
        Trace.Met met = trace.meet(next -> kind.isInstance(next) && same.test(kind.cast(next)), open::containsKey);
        if (met.recorded() == null) {
            R made = fresh.make(met.id(), met.forgotten());
            append(made);
            return made;
        }
        if (met.same()) {
            return kind.cast(met.recorded());
        }
        throw exit.diverge(Trace.describe(met.recorded()), asked, met.id());
    }

    /**
     * Waits for the answer to a request.
     *
     * @param name what was called
     */
    void await(int id, Answer.Kind kind, String name, Consumer<Answer> listener) {
        open.put(id, new Open(kind, name, listener));
    }

    /** What the orchestrator has asked for and was not told of yet. */
    WaitingFor waitingFor() {
        int events = mailbox.unclaimedCount();
        long characters = mailbox.unclaimedCharacters();
        for (Held waiting : held) {
            if (waiting.event() instanceof EventRaised raised) {
                events++;
                characters += Mailbox.charactersOf(raised);
            }
        }
        return WaitingFor.of(
                mailbox.awaited(),
                timers.dueTimes(),
                called(Answer.Kind.ACTIVITY),
                called(Answer.Kind.SUB_ORCHESTRATION),
                events,
                characters);
    }

    private List<String> called(Answer.Kind kind) {
        return open.values().stream()
                .filter(request -> request.kind() == kind)
                .map(Open::name)
                .toList();
    }

    /**
     * Asks for a timer.
     *
     * @param due when it is due, given the time from which it runs
     * @return its number
     */
    int startTimer(UnaryOperator<Instant> due, Consumer<Answer> listener) {
        TimerCreated timer = request(
                TimerCreated.class,
                any -> true,
                Trace.timer(),
                (id, none) ->
                        new TimerCreated(id, Due.within(timeOfRequest(), due.apply(timeOfRequest())), timeOfRequest()));
        timers.add(timer.id(), timer.fireAt());
        await(timer.id(), Answer.Kind.TIMER, "", listener);
        return timer.id();
    }

    /** Waits no longer for a timer. */
    void giveUp(int timerId) {
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
    void takeWhatIsThere(String name) {
        int number = asked++;
        attendance.enter();
        try {
            while (!mailbox.has(name)) {
                EventRaised event = whatIsThere(name, number);
                if (event == null) {
                    return;
                }
                time = latest(event.at());
                receive(event);
            }
        } finally {
            attendance.leave();
        }
    }

    private @Nullable EventRaised whatIsThere(String name, int number) {
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
        EventRaised event = ask(() -> live.takeEvent(state, name, number));
        if (event != null) {
            replaying = false;
            append(event);
        }
        return event;
    }

    private void receive(EventRaised event) {
        mailbox.receive(new Mailbox.Letter(nextFinish(), event));
    }

    /** The next place in the order in which tasks finish, and events come. */
    int nextFinish() {
        return finished++;
    }

    /** Goes one step on: by functions that wait for their turn, or else by one happening. */
    void goOn() {
        if (functions.isEmpty()) {
            step();
        }
        while (!functions.isEmpty()) {
            functions.remove().run();
        }
    }

    private void step() {
        if (!suspended && !held.isEmpty()) {
            held.remove().effect().run();
            return;
        }
        JournalEvent event = next();
        time = latest(event.at());
        if (control(event)) {
            return;
        }
        Runnable effect = effect(event);
        if (suspended) {
            held.add(new Held(event, effect));
        } else {
            effect.run();
        }
    }

    private JournalEvent next() {
        attendance.enter();
        try {
            JournalEvent event = recorded();
            if (event == null) {
                replaying = false;
                event = Objects.requireNonNull(ask(() -> live.next(state)));
                append(event);
            }
            return event;
        } finally {
            attendance.moved();
            attendance.leave();
        }
    }

    /** Does what happens to the execution itself. */
    private boolean control(JournalEvent event) {
        if (event instanceof ExecutionTerminated terminated) {
            throw exit.end(new End.Terminated(terminated.reason(), terminated.endsChildren()));
        }
        if (event instanceof ExecutionSuspended told) {
            suspended = true;
            suspendedFor = told.reason();
        } else if (event instanceof ExecutionResumed resumed) {
            suspended = false;
            if (Boolean.TRUE.equals(resumed.all())) {
                // What came in meanwhile is there: a wait for what is there is to find it.
                while (!held.isEmpty()) {
                    held.remove().effect().run();
                }
            }
        } else {
            return false;
        }
        return true;
    }

    private Runnable effect(JournalEvent event) {
        if (event instanceof EventRaised raised) {
            return () -> receive(raised);
        }
        Answer answer = Answer.of(event);
        if (answer == null) {
            throw exit.diverge(Trace.describe(event), "nothing but to wait", trace.nextId());
        }
        Open request = open.get(answer.id());
        if (request == null || request.kind() != answer.kind()) {
            throw exit.diverge(Trace.describe(event), "no such thing", answer.id());
        }
        giveUp(answer.id());
        return () -> request.listener().accept(answer);
    }

    private Instant latest(Instant at) {
        return at.isBefore(time) ? time : at;
    }

    private void append(JournalEvent event) {
        wentOn = true;
        try {
            if (event instanceof ExecutionTerminated) {
                trace.addLast(event);
            } else {
                trace.add(event);
            }
        } catch (JournalTooLongException tooLong) {
            throw exit.fail(tooLong);
        }
    }

    /** Events that the orchestrator did not see: those in the mailbox, and those that were held behind them. */
    List<EventRaised> unclaimedEvents() {
        List<EventRaised> all = new ArrayList<>(mailbox.unclaimed());
        for (Held waiting : held) {
            if (waiting.event() instanceof EventRaised raised) {
                all.add(raised);
            }
        }
        all.addAll(trace.raised());
        return all;
    }

    /** Every use of the context that asks for something, or could tell runs apart, passes here. */
    void enter() {
        if (Thread.currentThread() != thread) {
            throw new IllegalStateException("The context of an orchestration belongs to the thread that runs it;"
                    + " work for other threads belongs into an activity.");
        }
        try {
            if (attendance.isAbandoned()) {
                throw new Unwind();
            }
            exit.check();
        } catch (Unwind again) {
            attendance.refused();
            throw again;
        }
    }

    /** Closes the run, whose code has ended, of itself as it says, or because it was left. */
    End close(End ofItself) throws TurnStopped {
        clearInterrupt();
        return exit.close(ofItself, () -> trace.left(open::containsKey));
    }

    /** Reads a value. */
    @Nullable
    String load(@Nullable Payload payload) {
        clearInterrupt();
        try {
            return payloads.load(payload);
        } catch (StorageException trouble) {
            throw exit.stop(TurnStopped.by(trouble));
        } catch (PayloadMissingException missing) {
            throw exit.fail(missing);
        }
    }

    /** Keeps a value. */
    @Nullable
    Payload save(@Nullable String text) {
        clearInterrupt();
        try {
            return payloads.save(text);
        } catch (StorageException trouble) {
            throw exit.stop(TurnStopped.by(trouble));
        }
    }

    private <T> @Nullable T ask(Question<T> question) {
        clearInterrupt();
        try {
            return question.ask();
        } catch (TurnStopped why) {
            throw exit.stop(why);
        } catch (StorageException trouble) {
            throw exit.stop(TurnStopped.by(trouble));
        } catch (Throwable failure) {
            // Not the author's: a catch around the await must not take it for a failed task and go on.
            throw exit.stop(TurnStopped.by(new EngineFailureException(failure)));
        }
    }

    /** An author who leaves the flag set has no stop of this process in mind, and the host does not set it. */
    private static void clearInterrupt() {
        Thread.interrupted();
    }

    /** Something that is asked of the part of the turn that touches the world. */
    @FunctionalInterface
    private interface Question<T> {
        @Nullable
        T ask() throws TurnStopped;
    }
}
