package dev.soliton.engine.replay;

import dev.soliton.engine.journal.EngineJson;
import dev.soliton.engine.journal.ExecutionPayloads;
import dev.soliton.engine.journal.JournalEvent;
import dev.soliton.engine.journal.JournalEvent.EventRaised;
import dev.soliton.engine.journal.JournalEvent.EventSent;
import dev.soliton.engine.journal.JournalEvent.SubOrchestrationScheduled;
import dev.soliton.engine.journal.JournalEvent.TaskScheduled;
import dev.soliton.engine.runtime.EngineFailureException;
import dev.soliton.engine.runtime.TurnStopped;
import dev.soliton.orchestration.DataConverterException;
import dev.soliton.orchestration.FailureDetails;
import dev.soliton.orchestration.OrchestrationContext;
import dev.soliton.orchestration.Orchestrator;
import dev.soliton.orchestration.ParentInstance;
import dev.soliton.orchestration.Registry;
import dev.soliton.orchestration.Task;
import dev.soliton.orchestration.TaskOptions;
import dev.soliton.orchestration.TypeReference;
import dev.soliton.store.InstanceId;
import dev.soliton.store.InvalidInstanceIdException;
import dev.soliton.store.ParentTask;
import dev.soliton.store.Payload;
import dev.soliton.store.PayloadTooLargeException;
import dev.soliton.store.Payloads;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * One run of an orchestrator's code: against the journal as long as that lasts, then live.
 *
 * <p>The journal is linear, and so is the run. While recorded events are left, a request must match the next of them. A
 * wait receives the next of them, which must be a completion or an external event. Anything else means that code and
 * journal diverge, and ends the instance. Once the journal is used up, requests and received events are appended to
 * {@code fresh} in the order in which they happen. The next replay finds them in that order.
 *
 * <p>This is the author's view of a run: it checks arguments, and converts values to JSON and back. The
 * {@link ReplayLoop} keeps the journal and the order of events.
 *
 * <p>The class is longer than 300 lines: it implements each method of the author's interface, most of them in a few lines.
 */
public final class ReplayContext implements OrchestrationContext {
    /** The largest custom status, in bytes of UTF-8 JSON. */
    static final int MAX_CUSTOM_STATUS = 16 * 1024;

    private final Subject subject;
    private final EngineJson json;
    private final ExecutionPayloads payloads;
    private final ReplayLoop loop;
    private Logger log = Logger.getAnonymousLogger();

    private @Nullable String input;
    private boolean inputRead;
    private final Map<String, Integer> versions = new HashMap<>();
    private int uuids;

    /**
     * The execution that is run.
     *
     * @param customStatus the custom status that is shown now
     * @param parent the parent's task for which the execution was started; null at the top level
     * @param maxEvents the most events that the journal may have
     */
    public record Subject(
            String name,
            @Nullable Payload input,
            @Nullable String customStatus,
            @Nullable ParentTask parent,
            int maxEvents) {}

    public ReplayContext(
            Subject subject,
            List<JournalEvent> journal,
            EngineJson json,
            ExecutionPayloads payloads,
            EventSource source) {
        this.subject = subject;
        this.json = json;
        this.payloads = payloads;
        this.loop = new ReplayLoop(new JournalCursor(journal, subject.maxEvents()), payloads, source);
        loop.showCustomStatus(subject.customStatus());
    }

    /** The end that a run has reached. */
    public sealed interface End {
        record Completed(@Nullable String output) implements End {}

        /**
         * The run failed.
         *
         * @param calls the failed calls that a rewind discards; see {@link JournalEvent.ExecutionCompleted}
         */
        record Failed(FailureDetails failure, @Nullable List<List<Integer>> calls) implements End {
            /** A failure that no call caused. */
            public Failed(FailureDetails failure) {
                this(failure, List.of());
            }
        }

        /**
         * A caller terminated the execution.
         *
         * @param recursive whether the sub-orchestrations end too
         */
        record Terminated(@Nullable String reason, boolean recursive) implements End {
            Terminated(@Nullable String reason) {
                this(reason, false);
            }
        }

        /**
         * The next generation begins.
         *
         * @param carried the unprocessed events that the next generation inherits, in their order
         * @param drops whether all other events that have arrived are dropped
         */
        record ContinuedAsNew(@Nullable String input, List<EventRaised> carried, boolean drops) implements End {
            ContinuedAsNew(@Nullable String input, List<EventRaised> carried) {
                this(input, carried, false);
            }
        }
    }

    /**
     * Runs the orchestrator to its end.
     *
     * @throws TurnStopped if this turn cannot go on; the next turn will
     */
    public End run(Orchestrator orchestrator) throws TurnStopped {
        End end;
        try {
            loop.begin();
            end = new End.Completed(json.write(orchestrator.run(this)));
        } catch (Throwable thrown) {
            if (isOfTheProcess(thrown)) {
                loop.exit().leave(TurnStopped.by(new EngineFailureException(thrown)));
            }
            // Where the code was left, the loop knows why.
            end = thrown instanceof Unwind
                    ? new End.Failed(FailureDetails.UNKNOWN)
                    : new End.Failed(
                            FailureDetails.of(thrown), loop.failedCalls().callsToRepeat(thrown));
        }
        return loop.close(end);
    }

    /**
     * Whether the process lacks something: memory that a neighbour holds, say, or a class of a half-finished
     * deployment. That is no failure of the orchestrator, which may go on in another process. If the lack lasts, the
     * messages of the instance are given up.
     */
    private static boolean isOfTheProcess(Throwable thrown) {
        return (thrown instanceof VirtualMachineError && !(thrown instanceof StackOverflowError))
                || thrown instanceof NoClassDefFoundError;
    }

    /** Sets the logger for the author's lines. */
    public void logsTo(Logger logger) {
        log = logger;
    }

    /** Sets the state that this thread shares with the watchdog while the code runs. */
    public void watchedBy(WatchedRun watched) {
        loop.watchedBy(watched);
    }

    /** Why the turn cannot go on; null if it can. The code may not have noticed. */
    public @Nullable TurnStopped stoppedBy() {
        return loop.exit().stopped();
    }

    /** The end of a run that had reached its end before its code was abandoned. */
    public End close() throws TurnStopped {
        return loop.close(new End.Failed(FailureDetails.UNKNOWN));
    }

    /** The state that the run has reached. */
    public EventSource.State state() {
        return loop.state();
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
    public int getGeneration() {
        return payloads.key().generation();
    }

    @Override
    public @Nullable ParentInstance getParent() {
        ParentTask parent = subject.parent();
        return parent == null
                ? null
                : new ParentInstance(parent.key().instanceId(), parent.key().executionId());
    }

    @Override
    public <T> @Nullable T getInput(Class<T> type) {
        loop.enter();
        return json.read(inputJson(), require(type, "A type"));
    }

    @Override
    public <T> @Nullable T getInput(TypeReference<T> type) {
        loop.enter();
        return json.read(inputJson(), require(type, "A type"));
    }

    /** The input. It may be large, so it is loaded once however often the author asks for it. */
    private @Nullable String inputJson() {
        if (!inputRead) {
            input = loop.load(subject.input());
            inputRead = true;
        }
        return input;
    }

    @Override
    public Instant getCurrentInstant() {
        loop.enter();
        return loop.time();
    }

    @Override
    public boolean getIsReplaying() {
        return loop.isReplaying();
    }

    @Override
    public Logger getLogger() {
        return createReplaySafeLogger(log);
    }

    @Override
    public Logger createReplaySafeLogger(Logger logger) {
        return new ReplaySafeLogger(require(logger, "A logger"), loop::isReplaying);
    }

    @Override
    public UUID newUuid() {
        loop.enter();
        return NameBasedUuid.VALUE.of(payloads.key(), uuids++);
    }

    @Override
    public int getVersion(String changeId, int minSupported, int maxSupported) {
        loop.enter();
        String change = require(changeId, "The ID of a change");
        checkVersions(change, minSupported, maxSupported);
        int version = versions.computeIfAbsent(change, asked -> loop.version(asked, maxSupported));
        if (version < minSupported || version > maxSupported) {
            throw loop.exit()
                    .stop(TurnStopped.blocked("It waits for code that supports version " + version + " of the change '"
                            + change + "': this version of the app supports " + minSupported + " to " + maxSupported
                            + "."));
        }
        return version;
    }

    private static void checkVersions(String change, int minSupported, int maxSupported) {
        if (change.isBlank() || change.length() > Registry.MAX_NAME_LENGTH) {
            throw new IllegalArgumentException(
                    "The ID of a change has 1 to " + Registry.MAX_NAME_LENGTH + " characters: '" + change + "'.");
        }
        if (minSupported < DEFAULT_VERSION || maxSupported < 0 || minSupported > maxSupported) {
            throw new IllegalArgumentException("The versions of a change go from " + DEFAULT_VERSION
                    + " or above up to 0 or above: " + minSupported + " to " + maxSupported + ".");
        }
    }

    @Override
    public <V> Task<V> callActivity(
            String name, @Nullable Object input, @Nullable TaskOptions options, Class<V> resultType) {
        return callActivity(name, input, options, reader(resultType));
    }

    @Override
    public <V> Task<V> callActivity(
            String name, @Nullable Object input, @Nullable TaskOptions options, TypeReference<V> resultType) {
        return callActivity(name, input, options, reader(resultType));
    }

    private <V> Task<V> callActivity(
            String name, @Nullable Object input, @Nullable TaskOptions options, PayloadReader<V> reader) {
        loop.enter();
        Registry.checkName("activity", name);
        return call(new CallRequest.OfActivity(loop, name, write(input)), options, reader);
    }

    @Override
    public <V> Task<V> callSubOrchestrator(
            String name,
            @Nullable Object input,
            @Nullable String instanceId,
            @Nullable TaskOptions options,
            Class<V> resultType) {
        return callSubOrchestrator(name, input, instanceId, options, reader(resultType));
    }

    @Override
    public <V> Task<V> callSubOrchestrator(
            String name,
            @Nullable Object input,
            @Nullable String instanceId,
            @Nullable TaskOptions options,
            TypeReference<V> resultType) {
        return callSubOrchestrator(name, input, instanceId, options, reader(resultType));
    }

    private <V> Task<V> callSubOrchestrator(
            String name,
            @Nullable Object input,
            @Nullable String instanceId,
            @Nullable TaskOptions options,
            PayloadReader<V> reader) {
        loop.enter();
        Registry.checkName("orchestrator", name);
        String given = instanceId == null ? null : checkId(instanceId);
        return call(new CallRequest.OfSubOrchestration(loop, name, write(input), given), options, reader);
    }

    private <V> Task<V> call(CallRequest callRequest, @Nullable TaskOptions options, PayloadReader<V> reader) {
        return new CallTask<>(
                this,
                callRequest,
                CallRetries.of(options),
                failure -> json.readFailure(String.valueOf(loop.load(failure))),
                reader);
    }

    @Override
    public Task<Void> createTimer(Duration delay) {
        loop.enter();
        Duration pause = require(delay, "A delay");
        return new TimerTask(loop, from -> DueTimes.after(from, pause));
    }

    @Override
    public Task<Void> createTimer(ZonedDateTime dueTime) {
        loop.enter();
        Instant due = require(dueTime, "A due time").toInstant();
        return new TimerTask(loop, from -> due);
    }

    @Override
    public <V> Task<V> waitForExternalEvent(String name, @Nullable Duration timeout, Class<V> dataType) {
        return waitForExternalEvent(name, timeout, reader(dataType));
    }

    @Override
    public <V> Task<V> waitForExternalEvent(String name, @Nullable Duration timeout, TypeReference<V> dataType) {
        return waitForExternalEvent(name, timeout, reader(dataType));
    }

    private <V> Task<V> waitForExternalEvent(String name, @Nullable Duration timeout, PayloadReader<V> reader) {
        loop.enter();
        Registry.checkName("event", name);
        return EventTask.begin(loop, name, timeout, reader);
    }

    @Override
    public void sendEvent(String instanceId, String name, @Nullable Object data) {
        loop.enter();
        String target = checkId(require(instanceId, "The target's instance ID"));
        Registry.checkName("event", name);
        String dataJson = write(data);
        loop.request(
                EventSent.class,
                recorded -> recorded.instanceId().equals(target)
                        && EventBuffer.fold(recorded.name()).equals(EventBuffer.fold(name)),
                EventDescriptions.sentEvent(name, target),
                (id, none) -> new EventSent(id, target, name, loop.save(dataJson), loop.timeOfRequest()));
    }

    @Override
    public <V> Task<List<V>> allOf(List<? extends Task<V>> tasks) {
        loop.enter();
        List<ReplayTask<V>> own = new ArrayList<>();
        require(tasks, "A list of tasks").forEach(task -> own.add(loop.own(task)));
        return new AllOf<>(loop, own);
    }

    @Override
    public Task<Task<?>> anyOf(List<? extends Task<?>> tasks) {
        loop.enter();
        List<ReplayTask<?>> own = new ArrayList<>();
        require(tasks, "A list of tasks").forEach(task -> own.add(loop.own(task)));
        if (own.isEmpty()) {
            throw new IllegalArgumentException("anyOf needs a task: of none, none is ever the first.");
        }
        return new AnyOf(loop, own);
    }

    @Override
    public void continueAsNew(@Nullable Object input, boolean preserveUnprocessedEvents) {
        loop.enter();
        String inputJson = json.write(input);
        payloads.check(inputJson);
        throw loop.exit()
                .end(new End.ContinuedAsNew(
                        inputJson,
                        preserveUnprocessedEvents ? loop.unclaimedEvents() : List.of(),
                        !preserveUnprocessedEvents));
    }

    @Override
    public void complete(@Nullable Object output) {
        loop.enter();
        String outputJson = json.write(output);
        payloads.check(outputJson);
        loop.exit().complete(new End.Completed(outputJson));
    }

    @Override
    public void setCustomStatus(@Nullable Object shown) {
        loop.enter();
        String shownJson = Payloads.portable(json.write(shown));
        if (shownJson != null && Payloads.isLarger(shownJson, MAX_CUSTOM_STATUS)) {
            throw new IllegalArgumentException(
                    "A custom status has at most " + MAX_CUSTOM_STATUS + " bytes as UTF-8 JSON.");
        }
        loop.showCustomStatus(shownJson);
    }

    @Override
    public void clearCustomStatus() {
        setCustomStatus(null);
    }

    /**
     * A value as JSON. A replay converts and measures it too: a value that is refused is refused each time, and uses up
     * no number. But a limit that was lowered since does not refuse a value that it let pass then.
     */
    private @Nullable String write(@Nullable Object value) {
        String text = json.convert(value);
        try {
            EngineJson.check(text);
            payloads.check(text);
        } catch (PayloadTooLargeException | DataConverterException tooLarge) {
            if (!Objects.equals(Payloads.portable(text), loop.load(recordedInput()))) {
                throw tooLarge;
            }
        }
        return text;
    }

    private @Nullable Payload recordedInput() {
        JournalEvent next = loop.peek();
        if (next instanceof TaskScheduled scheduled) {
            return scheduled.input();
        }
        if (next instanceof SubOrchestrationScheduled scheduled) {
            return scheduled.input();
        }
        return next instanceof EventSent sent ? sent.input() : null;
    }

    /** A result that the author does not want is not even loaded. */
    private <V> PayloadReader<V> reader(@Nullable Class<V> type) {
        Class<V> wanted = require(type, "A type");
        return payload -> wanted == Void.class ? null : json.read(loop.load(payload), wanted);
    }

    private <V> PayloadReader<V> reader(@Nullable TypeReference<V> type) {
        TypeReference<V> wanted = require(type, "A type");
        return payload -> json.read(loop.load(payload), wanted);
    }

    private static String checkId(String instanceId) {
        try {
            return InstanceId.check(instanceId);
        } catch (InvalidInstanceIdException invalid) {
            throw new IllegalArgumentException(invalid.getMessage(), invalid);
        }
    }

    private static <T> T require(@Nullable T argument, String what) {
        if (argument == null) {
            throw new IllegalArgumentException(what + " is needed, not null.");
        }
        return argument;
    }
}
