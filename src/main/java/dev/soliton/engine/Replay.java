package dev.soliton.engine;

import dev.soliton.engine.JournalEvent.ExecutionCompleted;
import dev.soliton.engine.JournalEvent.ExecutionStarted;
import dev.soliton.engine.JournalEvent.TaskCompleted;
import dev.soliton.engine.JournalEvent.TaskFailed;
import dev.soliton.engine.JournalEvent.TaskScheduled;
import dev.soliton.instance.Payload;
import dev.soliton.instance.PayloadMissingException;
import dev.soliton.instance.PayloadTooLargeException;
import dev.soliton.instance.Payloads;
import dev.soliton.instance.StorageException;
import dev.soliton.orchestration.FailureDetails;
import dev.soliton.orchestration.NonDeterministicOrchestratorException;
import dev.soliton.orchestration.OrchestrationContext;
import dev.soliton.orchestration.Orchestrator;
import dev.soliton.orchestration.Registry;
import dev.soliton.orchestration.Task;
import dev.soliton.orchestration.TaskFailedException;
import dev.soliton.orchestration.TypeReference;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One run of an orchestrator's code: against the journal as long as it lasts, then live.
 *
 * <p>The journal is a linear trace, and so is the run. While recorded events are left, a request must be the next of
 * them, and a wait takes the next of them, which must be an answer. Anything else means that code and journal disagree,
 * and ends the instance. Once the journal is used up, requests and answers are appended to {@code fresh} in the order
 * in which they happen, which is the order in which the next replay will find them.
 *
 * <p>In the middle of the author's code there are only two ways to stop: the end of the code, and {@link Unwind}. What
 * made the run unwind is kept here, and every later use of the context unwinds again: code that catches everything
 * cannot make an instance complete that was to be left.
 */
final class Replay implements OrchestrationContext {
    /** The largest custom status, in bytes of UTF-8 JSON. */
    static final int MAX_CUSTOM_STATUS = 16 * 1024;

    private final Subject subject;
    private final EngineJson json;
    private final ExecutionPayloads payloads;
    private final Live live;
    private final Deque<JournalEvent> recorded;
    private final List<JournalEvent> fresh = new ArrayList<>();
    private final Map<Integer, ActivityTask<?>> open = new HashMap<>();
    private final Thread thread = Thread.currentThread();

    private int nextId;
    private Instant time = Instant.MIN;
    private @Nullable String customStatus;
    private boolean replaying;
    private @Nullable Exception stop;

    /**
     * What is run.
     *
     * @param customStatus what the status shows now
     */
    record Subject(String name, @Nullable Payload input, @Nullable String customStatus) {}

    Replay(Subject subject, List<JournalEvent> journal, EngineJson json, ExecutionPayloads payloads, Live live) {
        this.subject = subject;
        this.json = json;
        this.payloads = payloads;
        this.live = live;
        this.recorded = new ArrayDeque<>(journal);
        this.customStatus = subject.customStatus();
        this.replaying = !journal.isEmpty();
    }

    /** How a run ended that reached an end. */
    sealed interface End {
        record Completed(@Nullable String output) implements End {}

        record Failed(FailureDetails failure) implements End {}
    }

    /**
     * Runs the orchestrator to its end.
     *
     * @throws TurnStopped if this turn cannot go on; the next one will
     */
    End run(Orchestrator orchestrator) throws TurnStopped {
        End end;
        try {
            begin();
            end = new End.Completed(json.write(orchestrator.run(this)));
            if (stop == null && !recorded.isEmpty()) {
                diverge(describe(recorded.getFirst()), "its end");
            }
        } catch (Throwable thrown) {
            end = new End.Failed(FailureDetails.of(thrown));
        }
        clearInterrupt();
        if (stop instanceof TurnStopped stopped) {
            throw stopped;
        }
        return stop == null ? end : new End.Failed(FailureDetails.of(stop));
    }

    /** What happened since the last commit. */
    List<JournalEvent> fresh() {
        return fresh;
    }

    /** What the status is to show. */
    @Nullable
    String customStatus() {
        return customStatus;
    }

    private void begin() {
        if (recorded.isEmpty()) {
            ExecutionStarted started = new ExecutionStarted(live.now());
            time = started.at();
            fresh.add(started);
        } else if (recorded.removeFirst() instanceof ExecutionStarted started) {
            time = started.at();
        } else {
            throw diverge("no beginning", "its beginning");
        }
    }

    @Override
    public String getName() {
        return subject.name();
    }

    @Override
    public String getInstanceId() {
        return payloads.key().instanceId();
    }

    @Override
    public String getExecutionId() {
        return payloads.key().executionId();
    }

    @Override
    public <T> @Nullable T getInput(Class<T> type) {
        return json.read(input(), type);
    }

    @Override
    public <T> @Nullable T getInput(TypeReference<T> type) {
        return json.read(input(), type);
    }

    private @Nullable String input() {
        enter();
        return load(subject.input());
    }

    @Override
    public Instant getCurrentInstant() {
        enter();
        return time;
    }

    @Override
    public boolean getIsReplaying() {
        return replaying;
    }

    @Override
    public <V> Task<V> callActivity(String name, @Nullable Object input, Class<V> resultType) {
        return schedule(name, input, result -> json.read(result, resultType));
    }

    @Override
    public <V> Task<V> callActivity(String name, @Nullable Object input, TypeReference<V> resultType) {
        return schedule(name, input, result -> json.read(result, resultType));
    }

    private <V> Task<V> schedule(String name, @Nullable Object input, Reader<V> reader) {
        enter();
        Registry.checkName("activity", name);
        // Turned into JSON and measured in a replay too: a value that is refused is refused each time, and takes no
        // number.
        String inputJson = json.write(input);
        JournalEvent next = recorded.peekFirst();
        check(inputJson, next);
        recorded.pollFirst();
        int id = nextId++;
        if (next == null) {
            fresh.add(new TaskScheduled(id, name, save(inputJson), time));
        } else if (!(next instanceof TaskScheduled scheduled)
                || scheduled.id() != id
                || !scheduled.name().equals(name)) {
            throw diverge(describe(next), "activity '" + name + "'", id);
        }
        ActivityTask<V> task = new ActivityTask<>(id, name, reader);
        open.put(id, task);
        return task;
    }

    /** A limit that was lowered since does not refuse what it let pass then. */
    private void check(@Nullable String inputJson, @Nullable JournalEvent next) {
        try {
            payloads.check(inputJson);
        } catch (PayloadTooLargeException tooLarge) {
            if (!(next instanceof TaskScheduled scheduled)
                    || !Objects.equals(Payloads.portable(inputJson), load(scheduled.input()))) {
                throw tooLarge;
            }
        }
    }

    @Override
    public void setCustomStatus(@Nullable Object shown) {
        enter();
        String shownJson = Payloads.portable(json.write(shown));
        if (shownJson != null && shownJson.getBytes(StandardCharsets.UTF_8).length > MAX_CUSTOM_STATUS) {
            throw new IllegalArgumentException(
                    "A custom status has at most " + MAX_CUSTOM_STATUS + " bytes as UTF-8 JSON.");
        }
        customStatus = shownJson;
    }

    @Override
    public void clearCustomStatus() {
        setCustomStatus(null);
    }

    /** Takes the next answer, from the journal or live. */
    private void step() {
        JournalEvent event = recorded.pollFirst();
        if (event == null) {
            replaying = false;
            clearInterrupt();
            try {
                event = live.next(fresh, customStatus);
            } catch (TurnStopped stopped) {
                throw unwind(stopped);
            } catch (StorageException trouble) {
                throw unwind(TurnStopped.by(trouble));
            } catch (Throwable failure) {
                // Not the author's: a catch around the await must not take it for a failed task and go on.
                throw unwind(TurnStopped.by(new EngineFailureException(failure)));
            }
            fresh.add(event);
        }
        ActivityTask<?> task;
        if (event instanceof TaskCompleted completed) {
            task = answered(completed.id(), event);
            task.complete(completed.result());
        } else if (event instanceof TaskFailed failed) {
            task = answered(failed.id(), event);
            task.fail(failed.failure());
        } else {
            throw diverge(describe(event), "nothing but to wait");
        }
        time = event.at();
    }

    private ActivityTask<?> answered(int id, JournalEvent event) {
        ActivityTask<?> task = open.remove(id);
        if (task == null) {
            throw diverge(describe(event), "no such task", id);
        }
        return task;
    }

    /** Every use of the context that asks for something, or could tell runs apart, passes here. */
    private void enter() {
        if (Thread.currentThread() != thread) {
            throw new IllegalStateException("The context of an orchestration belongs to the thread that runs it;"
                    + " work for other threads belongs into an activity.");
        }
        if (stop != null) {
            throw new Unwind();
        }
    }

    /** An author who leaves the flag set has no stop of this process in mind, and the host does not set it. */
    private static void clearInterrupt() {
        Thread.interrupted();
    }

    private @Nullable String load(@Nullable Payload payload) {
        clearInterrupt();
        try {
            return payloads.load(payload);
        } catch (StorageException trouble) {
            throw unwind(TurnStopped.by(trouble));
        } catch (PayloadMissingException missing) {
            throw unwind(missing);
        }
    }

    private @Nullable Payload save(@Nullable String text) {
        clearInterrupt();
        try {
            return payloads.save(text);
        } catch (StorageException trouble) {
            throw unwind(TurnStopped.by(trouble));
        }
    }

    private Unwind diverge(String inJournal, String asked) {
        return diverge(inJournal, asked, nextId);
    }

    private Unwind diverge(String inJournal, String asked, int id) {
        return unwind(new NonDeterministicOrchestratorException(id, inJournal, asked));
    }

    private Unwind unwind(Exception why) {
        stop = why;
        return new Unwind();
    }

    private static String describe(JournalEvent event) {
        if (event instanceof TaskScheduled scheduled) {
            return "activity '" + scheduled.name() + "' (#" + scheduled.id() + ")";
        }
        if (event instanceof TaskCompleted completed) {
            return "the result of task #" + completed.id();
        }
        if (event instanceof TaskFailed failed) {
            return "the failure of task #" + failed.id();
        }
        return event instanceof ExecutionCompleted ? "the end" : "the beginning";
    }

    /** Turns a result's JSON into what was asked for. */
    @FunctionalInterface
    private interface Reader<V> {
        @Nullable
        V read(@Nullable String json);
    }

    /** An activity that the orchestrator asked for. */
    private final class ActivityTask<V> implements Task<V> {
        private final int id;
        private final String name;
        private final Reader<V> reader;
        private boolean done;
        private @Nullable Payload result;
        private @Nullable Payload failure;

        ActivityTask(int id, String name, Reader<V> reader) {
            this.id = id;
            this.name = name;
            this.reader = reader;
        }

        @Override
        public @Nullable V await() {
            enter();
            while (!done) {
                step();
            }
            if (failure != null) {
                String details = load(failure);
                throw new TaskFailedException(name, id, json.readFailure(String.valueOf(details)));
            }
            return reader.read(load(result));
        }

        @Override
        public boolean isDone() {
            enter();
            return done;
        }

        private void complete(@Nullable Payload value) {
            done = true;
            result = value;
        }

        private void fail(Payload details) {
            done = true;
            failure = details;
        }
    }
}
