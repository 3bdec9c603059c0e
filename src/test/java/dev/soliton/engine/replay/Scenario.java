package dev.soliton.engine.replay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.soliton.engine.journal.EngineJson;
import dev.soliton.engine.journal.ExecutionPayloads;
import dev.soliton.engine.journal.JournalEvent;
import dev.soliton.engine.journal.JournalEvent.EventRaised;
import dev.soliton.engine.journal.JournalEvent.ExecutionResumed;
import dev.soliton.engine.journal.JournalEvent.ExecutionStarted;
import dev.soliton.engine.journal.JournalEvent.ExecutionSuspended;
import dev.soliton.engine.journal.JournalEvent.ExecutionTerminated;
import dev.soliton.engine.journal.JournalEvent.Request;
import dev.soliton.engine.journal.JournalEvent.SubOrchestrationCompleted;
import dev.soliton.engine.journal.JournalEvent.SubOrchestrationFailed;
import dev.soliton.engine.journal.JournalEvent.SubOrchestrationScheduled;
import dev.soliton.engine.journal.JournalEvent.TaskCompleted;
import dev.soliton.engine.journal.JournalEvent.TaskFailed;
import dev.soliton.engine.journal.JournalEvent.TaskScheduled;
import dev.soliton.engine.journal.JournalEvent.TimerFired;
import dev.soliton.engine.journal.JournalEvent.VersionMarked;
import dev.soliton.engine.runtime.TurnStopped;
import dev.soliton.orchestration.FailureDetails;
import dev.soliton.orchestration.NonRetriableException;
import dev.soliton.orchestration.Orchestrator;
import dev.soliton.store.ExecutionKey;
import dev.soliton.store.InMemoryPayloadStore;
import dev.soliton.store.ParentTask;
import dev.soliton.store.Payload;
import dev.soliton.store.Payloads;
import dev.soliton.store.StorageException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * An orchestrator, and what is to happen to it, in order. It is run from the start, and again from every prefix of the
 * journal that this makes, which must make no difference.
 *
 * <p>Where nothing is planned, the oldest open call is answered, or else the timer fires that is due first. A call of
 * {@code x} with number 3 gives {@code "x#3"}; one whose name begins with {@code fail} fails, as does the n-th attempt of
 * {@code flaky} and a number of at least n; one that begins with {@code final} fails for good.
 */
final class Scenario {
    static final Instant START = Instant.parse("2030-01-01T00:00:00Z");
    static final ExecutionKey KEY = new ExecutionKey("instance", "execution", 3);

    private static final EngineJson JSON = new EngineJson();

    private final Orchestrator orchestrator;
    private final InMemoryPayloadStore store = new InMemoryPayloadStore();
    private final AtomicInteger names = new AtomicInteger();
    private final ExecutionPayloads payloads =
            new ExecutionPayloads(KEY, new Payloads(store, () -> "name" + names.incrementAndGet(), 1L << 20));
    private List<JournalEvent> carried = List.of();
    private List<Happening> beforeStart = List.of();
    private List<Happening> plan = List.of();
    private @Nullable ParentTask parent;
    private @Nullable EventSource source;
    private int maxEvents = 1000;

    /** Something that is to happen. */
    @FunctionalInterface
    interface Happening {
        JournalEvent in(Script script) throws TurnStopped;
    }

    /** How a run ended, and what it left. */
    record Ran(ReplayContext.End end, List<JournalEvent> journal, @Nullable String customStatus) {

        /** What it returned, as JSON. */
        @Nullable
        String output() {
            assertThat(end).isInstanceOf(ReplayContext.End.Completed.class);
            return ((ReplayContext.End.Completed) end).output();
        }

        /** How it failed, in one line. */
        String failure() {
            return details().summary();
        }

        FailureDetails details() {
            assertThat(end).isInstanceOf(ReplayContext.End.Failed.class);
            return ((ReplayContext.End.Failed) end).failure();
        }

        /** The journal's events, by the names of their types. */
        List<String> types() {
            return journal.stream()
                    .map(event -> event.getClass().getSimpleName())
                    .toList();
        }

        <T extends JournalEvent> List<T> events(Class<T> type) {
            return journal.stream().filter(type::isInstance).map(type::cast).toList();
        }
    }

    private Scenario(Orchestrator orchestrator) {
        this.orchestrator = orchestrator;
    }

    static Scenario of(Orchestrator orchestrator) {
        return new Scenario(orchestrator);
    }

    /** Runs with nothing planned. */
    static Ran run(Orchestrator orchestrator) {
        return of(orchestrator).run();
    }

    /** What happens while the orchestrator waits. */
    Scenario plan(Happening... happenings) {
        plan = List.of(happenings);
        return this;
    }

    /** What happens before its first line. */
    Scenario beforeStart(Happening... happenings) {
        beforeStart = List.of(happenings);
        return this;
    }

    /** The events that came from the generation before. */
    Scenario carried(EventRaised... events) {
        carried = List.of(events);
        return this;
    }

    Scenario parent(ParentTask task) {
        parent = task;
        return this;
    }

    Scenario maxEvents(int limit) {
        maxEvents = limit;
        return this;
    }

    /** What is beyond the journal, if it is not what is planned. */
    Scenario live(EventSource other) {
        source = other;
        return this;
    }

    /** The orchestrator with other code, before the same journal. */
    Ran replay(List<JournalEvent> journal) {
        Script script = new Script(journal);
        try {
            return runOnce(script, journal);
        } catch (TurnStopped stopped) {
            throw new AssertionError(stopped);
        }
    }

    /** As {@link #replay}, of a run that may stop. */
    Ran tryReplay(List<JournalEvent> journal) throws TurnStopped {
        return runOnce(new Script(journal), journal);
    }

    /** Runs to where the turn stops, and returns why and what had been committed. */
    List<JournalEvent> runUntilStopped() {
        Script script = new Script(carried);
        try {
            Ran ran = runOnce(script, carried);
            throw new AssertionError("It ended: " + ran);
        } catch (TurnStopped stopped) {
            assertThat(stopped).hasMessage("crashed");
            return script.committed;
        }
    }

    /** Runs from the start, and from every prefix of the journal. */
    Ran run() {
        Ran whole = replay(carried);
        Instant last = Instant.MIN;
        for (JournalEvent event : whole.journal()) {
            assertThat(event.at()).as("the time of " + event).isAfterOrEqualTo(last);
            last = event.at();
        }
        for (int length = carried.size(); length <= whole.journal().size(); length++) {
            List<JournalEvent> prefix =
                    JSON.readEvents(JSON.writeEvents(whole.journal().subList(0, length)));
            Ran again = replay(prefix);
            assertThat(comparable(again.end())).as("from %s events", length).isEqualTo(comparable(whole.end()));
            assertThat(again.journal()).as("from %s events", length).isEqualTo(whole.journal());
            assertThat(again.customStatus()).isEqualTo(whole.customStatus());
        }
        return whole;
    }

    private Ran runOnce(Script script, List<JournalEvent> journal) throws TurnStopped {
        ReplayContext.Subject subject =
                new ReplayContext.Subject("Test", new Payload.Inline("[1,2]"), null, parent, maxEvents);
        ReplayContext context = new ReplayContext(subject, journal, JSON, payloads, source == null ? script : source);
        ReplayContext.End end = context.run(orchestrator);
        List<JournalEvent> whole = new ArrayList<>(script.committed);
        whole.addAll(context.state().fresh());
        return new Ran(end, whole, context.state().customStatus());
    }

    /** A failure without its traces, which tell replay and first run apart by the line that called. */
    private static Object comparable(ReplayContext.End end) {
        return end instanceof ReplayContext.End.Failed failed ? failed.failure().summary() : end;
    }

    /** An activity or a sub-orchestration of that name returns; of several the oldest. */
    static Happening returns(String name) {
        return script -> script.answer(script.call(name), null);
    }

    /** An activity or a sub-orchestration of that name fails; of several the oldest. */
    static Happening fails(String name) {
        return script -> script.answer(script.call(name), new IllegalStateException("no luck"));
    }

    /** The timer fires that is due first. */
    static Happening fires() {
        return Script::firstTimer;
    }

    /** The timer of that number fires, if it is open. */
    static Happening fires(int id) {
        return script -> script.timer(id);
    }

    static Happening raises(String name, @Nullable Object data) {
        return script -> new EventRaised(name, inline(data), script.now());
    }

    static Happening suspends() {
        return script -> new ExecutionSuspended("hold on", script.now());
    }

    static Happening resumes() {
        return script -> new ExecutionResumed("go on", script.now());
    }

    static Happening terminates() {
        return script -> new ExecutionTerminated("enough", script.now());
    }

    /** The turn stops there. */
    static Happening crash() {
        return script -> {
            throw TurnStopped.by(new StorageException("crashed", null));
        };
    }

    static @Nullable Payload inline(@Nullable Object data) {
        String text = JSON.write(data);
        return text == null ? null : new Payload.Inline(text);
    }

    /** The world as it is planned. All that it does follows from the journal, so that a replay meets the same. */
    final class Script implements EventSource {
        private final List<JournalEvent> committed;
        private List<JournalEvent> fresh = List.of();
        private Map<Integer, Instant> timers = Map.of();

        Script(List<JournalEvent> journal) {
            committed = new ArrayList<>(journal);
        }

        @Override
        public Instant now() {
            JournalEvent last = fresh.isEmpty() ? lastCommitted() : fresh.get(fresh.size() - 1);
            return last == null ? START : last.at().plusSeconds(1);
        }

        private @Nullable JournalEvent lastCommitted() {
            return committed.isEmpty() ? null : committed.get(committed.size() - 1);
        }

        @Override
        public @Nullable JournalEvent beforeStart(State state) throws TurnStopped {
            commit(state);
            int next = happened();
            return next < beforeStart.size() ? beforeStart.get(next).in(this) : null;
        }

        @Override
        public JournalEvent next(State state) throws TurnStopped {
            commit(state);
            int next = happened() - beforeStart.size();
            return next < plan.size() ? plan.get(next).in(this) : unplanned();
        }

        private void commit(State state) {
            committed.addAll(state.fresh());
            state.fresh().clear();
            fresh = state.fresh();
            timers = state.timers().due();
            List<Integer> open = openRequests().stream().map(Request::id).toList();
            assertThat(open).containsAll(timers.keySet());
        }

        private int happened() {
            int count = 0;
            for (JournalEvent event : committed.subList(carried.size(), committed.size())) {
                if (!(event instanceof Request)
                        && !(event instanceof ExecutionStarted)
                        && !(event instanceof VersionMarked)) {
                    count++;
                }
            }
            return count;
        }

        private List<Request> openRequests() {
            List<Request> open = new ArrayList<>();
            for (JournalEvent event : committed) {
                Completion completion = Completion.of(event);
                if (event instanceof Request request) {
                    open.add(request);
                } else if (completion != null) {
                    assertThat(open.removeIf(request -> request.id() == completion.id()))
                            .isTrue();
                }
            }
            return open;
        }

        private JournalEvent unplanned() {
            for (Request request : openRequests()) {
                if (request instanceof TaskScheduled || request instanceof SubOrchestrationScheduled) {
                    return answer(request, failureOf(request));
                }
            }
            return firstTimer();
        }

        private @Nullable Exception failureOf(Request request) {
            String name = nameOf(request);
            if (name.startsWith("final")) {
                return new NonRetriableException("never");
            }
            if (name.startsWith("flaky")) {
                int attempt = 0;
                for (JournalEvent event : committed) {
                    if (event instanceof Request other
                            && other.id() <= request.id()
                            && nameOf(other).equals(name)) {
                        attempt++;
                    }
                }
                int failing = Integer.parseInt(name.replaceAll("\\D", ""));
                return attempt <= failing ? new IllegalStateException("failure " + attempt) : null;
            }
            return name.startsWith("fail") ? new IllegalStateException("no luck") : null;
        }

        private Request call(String name) {
            return openRequests().stream()
                    .filter(request -> nameOf(request).equals(name))
                    .findFirst()
                    .orElseThrow(() -> new AssertionError("No call of " + name));
        }

        private JournalEvent answer(Request request, @Nullable Exception failure) {
            boolean activity = request instanceof TaskScheduled;
            if (failure == null) {
                Payload result = inline(nameOf(request) + "#" + request.id());
                return activity
                        ? new TaskCompleted(request.id(), result, now())
                        : new SubOrchestrationCompleted(request.id(), result, now());
            }
            // A trace of the test would differ from run to run.
            failure.setStackTrace(new StackTraceElement[] {new StackTraceElement("app.Activity", "run", null, 7)});
            Payload details = new Payload.Inline(JSON.writeFailure(FailureDetails.of(failure)));
            return activity
                    ? new TaskFailed(request.id(), details, now())
                    : new SubOrchestrationFailed(request.id(), details, now());
        }

        private JournalEvent firstTimer() {
            return timer(timers.entrySet().stream()
                    .min(Map.Entry.comparingByValue())
                    .orElseThrow(() -> new AssertionError("Nothing is left to happen."))
                    .getKey());
        }

        private JournalEvent timer(int id) {
            Instant due = Objects.requireNonNull(timers.get(id), () -> "No timer " + id);
            Instant soonest = committed.get(committed.size() - 1).at();
            return new TimerFired(id, due.isBefore(soonest) ? soonest : due);
        }

        private static String nameOf(Request request) {
            if (request instanceof TaskScheduled scheduled) {
                return scheduled.name();
            }
            return request instanceof SubOrchestrationScheduled scheduled ? scheduled.name() : "";
        }
    }

    /** A duration from the start of the execution to an instant. */
    static Duration sinceStart(Instant at) {
        return Duration.between(START, at);
    }
}
