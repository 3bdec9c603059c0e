package dev.soliton.orchestration;

import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * What an {@link Orchestrator} sees of the world: its identity, its input, a replay-safe clock and the means to get
 * things done. It belongs to the thread that {@link Orchestrator#run} was called on.
 *
 * <p>What is asked for is recorded when the orchestrator next waits, or ends; what it asks for is checked at once. Each
 * request takes the next sequence number of the execution; one that is refused takes none.
 *
 * <p>The interface is longer than 300 lines, nearly all of them Javadoc: authors read the contract of each method here.
 */
public interface OrchestrationContext {

    /** The orchestrator's name, as it was registered. */
    String getName();

    /** The ID of this instance: of all instances with this ID, no other runs. */
    String getInstanceId();

    /**
     * Names this run of the ID: another start of the same ID has another one. It stays through
     * {@link #continueAsNew(Object)}.
     */
    String getExecutionId();

    /** How often this run was continued as new. */
    int getGeneration();

    /** The run that called this one as its sub-orchestration; null at the top level. */
    @Nullable
    ParentInstance getParent();

    /**
     * The input, read as the type given; null if there is none.
     *
     * @throws IllegalArgumentException if the type is null
     * @throws DataConverterException if the input does not fit the type
     */
    <T> @Nullable T getInput(Class<T> type);

    /**
     * The input, read as the generic type given; null if there is none.
     *
     * @throws IllegalArgumentException if the type is null
     * @throws DataConverterException if the input does not fit the type
     */
    <T> @Nullable T getInput(TypeReference<T> type);

    /** The time of the step that is being run: recorded, the same in every replay, and never going back. */
    Instant getCurrentInstant();

    /** True while recorded history is replayed; use it to keep side effects such as logging from being repeated. */
    boolean getIsReplaying();

    /**
     * The log of the process that runs this step: on Azure Functions that of the invocation. It is silent while recorded
     * history is replayed. It loses a line rather than wait for it, and takes none any more once the run has ended.
     */
    Logger getLogger();

    /** A logger that hands on to the one given, and is silent while recorded history is replayed. */
    Logger createReplaySafeLogger(Logger logger);

    /** A random-looking UUID (version 5) that is the same in every replay, and another one at each call. */
    UUID newUuid();

    /** {@link #newUuid()}, by its name in the Durable Task SDK. */
    default UUID newUUID() {
        return newUuid();
    }

    // Activities.

    /** {@link #callActivity(String, Object, TaskOptions, Class)} without input and without a result of interest. */
    default Task<Void> callActivity(String name) {
        return callActivity(name, null, null, Void.class);
    }

    /** {@link #callActivity(String, Object, TaskOptions, Class)} without a result of interest. */
    default Task<Void> callActivity(String name, @Nullable Object input) {
        return callActivity(name, input, null, Void.class);
    }

    /** {@link #callActivity(String, Object, TaskOptions, Class)} without input. */
    default <V> Task<V> callActivity(String name, Class<V> resultType) {
        return callActivity(name, null, null, resultType);
    }

    /** {@link #callActivity(String, Object, TaskOptions, Class)} without input, for a generic result type. */
    default <V> Task<V> callActivity(String name, TypeReference<V> resultType) {
        return callActivity(name, null, null, resultType);
    }

    /** {@link #callActivity(String, Object, TaskOptions, Class)} without input and without a result of interest. */
    default Task<Void> callActivity(String name, @Nullable TaskOptions options) {
        return callActivity(name, null, options, Void.class);
    }

    /** {@link #callActivity(String, Object, TaskOptions, Class)} without input. */
    default <V> Task<V> callActivity(String name, @Nullable TaskOptions options, Class<V> resultType) {
        return callActivity(name, null, options, resultType);
    }

    /** {@link #callActivity(String, Object, TaskOptions, Class)} without input, for a generic result type. */
    default <V> Task<V> callActivity(String name, @Nullable TaskOptions options, TypeReference<V> resultType) {
        return callActivity(name, null, options, resultType);
    }

    /** {@link #callActivity(String, Object, TaskOptions, Class)} without options. */
    default <V> Task<V> callActivity(String name, @Nullable Object input, Class<V> resultType) {
        return callActivity(name, input, null, resultType);
    }

    /** {@link #callActivity(String, Object, TaskOptions, Class)} without options, for a generic result type. */
    default <V> Task<V> callActivity(String name, @Nullable Object input, TypeReference<V> resultType) {
        return callActivity(name, input, null, resultType);
    }

    /** {@link #callActivity(String, Object, TaskOptions, Class)} without a result of interest. */
    default Task<Void> callActivity(String name, @Nullable Object input, @Nullable TaskOptions options) {
        return callActivity(name, input, options, Void.class);
    }

    /**
     * Schedules an activity. The input is turned into JSON now, so that later changes to the object do not matter. The
     * activity starts when the orchestrator next waits; one that is never followed by a wait never starts.
     *
     * @param options when it is tried again if it fails; null for never
     * @throws IllegalArgumentException if the name is null, blank, longer than 256 characters, or has control characters,
     *     or the type is null
     * @throws DataConverterException if the input cannot be turned into JSON
     * @throws SolitonException if the input is larger than the app allows (setting {@code SOLITON_MAX_PAYLOAD})
     */
    <V> Task<V> callActivity(String name, @Nullable Object input, @Nullable TaskOptions options, Class<V> resultType);

    /** {@link #callActivity(String, Object, TaskOptions, Class)} for a generic result type. */
    <V> Task<V> callActivity(
            String name, @Nullable Object input, @Nullable TaskOptions options, TypeReference<V> resultType);

    // Sub-orchestrations.

    /** {@link #callSubOrchestrator(String, Object, String, TaskOptions, Class)} with nothing but a name. */
    default Task<Void> callSubOrchestrator(String name) {
        return callSubOrchestrator(name, null, null, null, Void.class);
    }

    /** {@link #callSubOrchestrator(String, Object, String, TaskOptions, Class)} without a result of interest. */
    default Task<Void> callSubOrchestrator(String name, @Nullable Object input) {
        return callSubOrchestrator(name, input, null, null, Void.class);
    }

    /** {@link #callSubOrchestrator(String, Object, String, TaskOptions, Class)} without input. */
    default <V> Task<V> callSubOrchestrator(String name, Class<V> resultType) {
        return callSubOrchestrator(name, null, null, null, resultType);
    }

    /** {@link #callSubOrchestrator(String, Object, String, TaskOptions, Class)} without input. */
    default <V> Task<V> callSubOrchestrator(String name, TypeReference<V> resultType) {
        return callSubOrchestrator(name, null, null, null, resultType);
    }

    /** {@link #callSubOrchestrator(String, Object, String, TaskOptions, Class)} without input. */
    default Task<Void> callSubOrchestrator(String name, @Nullable TaskOptions options) {
        return callSubOrchestrator(name, null, null, options, Void.class);
    }

    /** {@link #callSubOrchestrator(String, Object, String, TaskOptions, Class)} without input. */
    default <V> Task<V> callSubOrchestrator(String name, @Nullable TaskOptions options, Class<V> resultType) {
        return callSubOrchestrator(name, null, null, options, resultType);
    }

    /** {@link #callSubOrchestrator(String, Object, String, TaskOptions, Class)} without input. */
    default <V> Task<V> callSubOrchestrator(String name, @Nullable TaskOptions options, TypeReference<V> resultType) {
        return callSubOrchestrator(name, null, null, options, resultType);
    }

    /** {@link #callSubOrchestrator(String, Object, String, TaskOptions, Class)} under an ID of Soliton's making. */
    default <V> Task<V> callSubOrchestrator(String name, @Nullable Object input, Class<V> resultType) {
        return callSubOrchestrator(name, input, null, null, resultType);
    }

    /** {@link #callSubOrchestrator(String, Object, String, TaskOptions, Class)} under an ID of Soliton's making. */
    default <V> Task<V> callSubOrchestrator(String name, @Nullable Object input, TypeReference<V> resultType) {
        return callSubOrchestrator(name, input, null, null, resultType);
    }

    /** {@link #callSubOrchestrator(String, Object, String, TaskOptions, Class)} under an ID of Soliton's making. */
    default Task<Void> callSubOrchestrator(String name, @Nullable Object input, @Nullable TaskOptions options) {
        return callSubOrchestrator(name, input, null, options, Void.class);
    }

    /** {@link #callSubOrchestrator(String, Object, String, TaskOptions, Class)} under an ID of Soliton's making. */
    default <V> Task<V> callSubOrchestrator(
            String name, @Nullable Object input, @Nullable TaskOptions options, Class<V> resultType) {
        return callSubOrchestrator(name, input, null, options, resultType);
    }

    /** {@link #callSubOrchestrator(String, Object, String, TaskOptions, Class)} under an ID of Soliton's making. */
    default <V> Task<V> callSubOrchestrator(
            String name, @Nullable Object input, @Nullable TaskOptions options, TypeReference<V> resultType) {
        return callSubOrchestrator(name, input, null, options, resultType);
    }

    /** {@link #callSubOrchestrator(String, Object, String, TaskOptions, Class)} without a result of interest. */
    default Task<Void> callSubOrchestrator(String name, @Nullable Object input, @Nullable String instanceId) {
        return callSubOrchestrator(name, input, instanceId, null, Void.class);
    }

    /** {@link #callSubOrchestrator(String, Object, String, TaskOptions, Class)} without options. */
    default <V> Task<V> callSubOrchestrator(
            String name, @Nullable Object input, @Nullable String instanceId, Class<V> resultType) {
        return callSubOrchestrator(name, input, instanceId, null, resultType);
    }

    /** {@link #callSubOrchestrator(String, Object, String, TaskOptions, Class)} without options. */
    default <V> Task<V> callSubOrchestrator(
            String name, @Nullable Object input, @Nullable String instanceId, TypeReference<V> resultType) {
        return callSubOrchestrator(name, input, instanceId, null, resultType);
    }

    /** {@link #callSubOrchestrator(String, Object, String, TaskOptions, Class)} without a result of interest. */
    default Task<Void> callSubOrchestrator(
            String name, @Nullable Object input, @Nullable String instanceId, @Nullable TaskOptions options) {
        return callSubOrchestrator(name, input, instanceId, options, Void.class);
    }

    /**
     * Schedules a sub-orchestration: an instance of its own, whose end completes the task. It starts when the
     * orchestrator next waits, or ends.
     *
     * @param input turned into JSON now
     * @param instanceId its instance ID; if a live instance has it, the task fails with the conflict. Null for an ID that
     *     is fresh at each call and at each attempt, and the same in every replay
     * @param options when it is tried again if it fails; null for never
     * @throws IllegalArgumentException if the name is null, blank, longer than 256 characters, or has control characters,
     *     if the instance ID cannot be one, or the type is null
     * @throws DataConverterException if the input cannot be turned into JSON
     * @throws SolitonException if the input is larger than the app allows (setting {@code SOLITON_MAX_PAYLOAD})
     */
    <V> Task<V> callSubOrchestrator(
            String name,
            @Nullable Object input,
            @Nullable String instanceId,
            @Nullable TaskOptions options,
            Class<V> resultType);

    /** {@link #callSubOrchestrator(String, Object, String, TaskOptions, Class)} for a generic result type. */
    <V> Task<V> callSubOrchestrator(
            String name,
            @Nullable Object input,
            @Nullable String instanceId,
            @Nullable TaskOptions options,
            TypeReference<V> resultType);

    // Versions.

    /** The version of a change for an execution that has passed the place where the code now asks, before it asked. */
    int DEFAULT_VERSION = -1;

    /**
     * The version of a change that this execution is to follow, so that the code of live instances can be changed:
     *
     * <pre>{@code
     * if (context.getVersion("credit", OrchestrationContext.DEFAULT_VERSION, 1) < 1) {
     *     // as before the change
     * } else {
     *     // as from now on
     * }
     * }</pre>
     *
     * <p>An execution that comes to this place for the first time follows {@code maxSupported}, and that is recorded. One that
     * has been here under code that did not ask yet follows {@link #DEFAULT_VERSION}. The answer stays the same until the
     * execution continues as new, however often and wherever the code asks. A code that does not ask any more is passed over;
     * a change in each round of a loop needs an ID for each round.
     *
     * <p>If the recorded version is outside of what the code supports, the instance waits for code that supports it, as long
     * as that takes, and its status gives the reason.
     *
     * @param changeId the ID of the change, 1 to 256 characters, the same in all code that asks for it
     * @param minSupported the oldest version that the code can still follow, {@link #DEFAULT_VERSION} or above
     * @param maxSupported the newest one, 0 or above
     * @throws IllegalArgumentException if one of them cannot be that
     */
    int getVersion(String changeId, int minSupported, int maxSupported);

    // Timers.

    /**
     * A durable timer: done when that much time has gone by since {@link #getCurrentInstant()}, however much it is, and
     * never before. Zero or less is due at once. What is due after the year 9999 is due at its end.
     *
     * @throws IllegalArgumentException if the delay is null
     */
    Task<Void> createTimer(Duration delay);

    /**
     * A durable timer: done when that time has come, however far away it is, and never before. A time in the past is due
     * at once.
     *
     * @throws IllegalArgumentException if the time is null
     */
    Task<Void> createTimer(ZonedDateTime dueTime);

    // Events.

    /** {@link #waitForExternalEvent(String, Duration, Class)} without a limit, and without a value of interest. */
    default Task<Void> waitForExternalEvent(String name) {
        return waitForExternalEvent(name, null, Void.class);
    }

    /** {@link #waitForExternalEvent(String, Duration, Class)} without a limit. */
    default <V> Task<V> waitForExternalEvent(String name, Class<V> dataType) {
        return waitForExternalEvent(name, null, dataType);
    }

    /** {@link #waitForExternalEvent(String, Duration, Class)} without a limit, for a generic type. */
    default <V> Task<V> waitForExternalEvent(String name, TypeReference<V> dataType) {
        return waitForExternalEvent(name, null, dataType);
    }

    /** {@link #waitForExternalEvent(String, Duration, Class)} without a value of interest. */
    default Task<Void> waitForExternalEvent(String name, @Nullable Duration timeout) {
        return waitForExternalEvent(name, timeout, Void.class);
    }

    /**
     * Waits for an event from outside. Events that came before the wait come first, the oldest of them first; waits for
     * the same name are served in the order in which they were begun. A wait that ran out of time is cancelled, and
     * takes no later event.
     *
     * @param name the event's name, of 1 to 256 characters; upper and lower case are the same
     * @param timeout after how long the task is cancelled, with {@link TaskCanceledException}; null or negative for
     *     never; zero for a wait that takes an event that is there already, or is cancelled at once
     * @throws IllegalArgumentException if the name cannot be one, or the type is null
     */
    <V> Task<V> waitForExternalEvent(String name, @Nullable Duration timeout, Class<V> dataType);

    /** {@link #waitForExternalEvent(String, Duration, Class)} for a generic type. */
    <V> Task<V> waitForExternalEvent(String name, @Nullable Duration timeout, TypeReference<V> dataType);

    /** {@link #sendEvent(String, String, Object)} without a value. */
    default void sendEvent(String instanceId, String name) {
        sendEvent(instanceId, name, null);
    }

    /**
     * Sends an event to another instance: once, however often this orchestrator is replayed. If there is no such
     * instance, or it has ended, the event is dropped.
     *
     * @param data turned into JSON now
     * @throws IllegalArgumentException if the instance ID or the name cannot be one
     * @throws DataConverterException if the data cannot be turned into JSON
     * @throws SolitonException if the data is larger than the app allows (setting {@code SOLITON_MAX_PAYLOAD})
     */
    void sendEvent(String instanceId, String name, @Nullable Object data);

    // Several tasks.

    /**
     * A task that is done when all of the tasks given are. Its value is the list of their values, in their order. If some
     * of them failed, it fails with {@link CompositeTaskFailedException}, once all are done. An empty list is done at
     * once.
     *
     * @throws IllegalArgumentException if the list or one of the tasks is null
     */
    <V> Task<List<V>> allOf(List<? extends Task<V>> tasks);

    /** {@link #allOf(List)} for tasks that are at hand. */
    @SuppressWarnings("unchecked") // The array is only read, as what it was declared to hold.
    default <V> Task<List<V>> allOf(Task<V>... tasks) {
        return allOf(listOf(tasks));
    }

    /**
     * A task that is done with the one of the tasks given that is done first; of those that are done already, the one
     * that was first. A wait for an event is as old as the event that it was given: if several events were there before
     * the waits for them began, the one that came first is first. A task that failed counts as well: what it failed with
     * comes out where it is awaited itself.
     *
     * @throws IllegalArgumentException if the list or one of the tasks is null, or there is none
     */
    Task<Task<?>> anyOf(List<? extends Task<?>> tasks);

    /** {@link #anyOf(List)} for tasks that are at hand. */
    default Task<Task<?>> anyOf(Task<?>... tasks) {
        return anyOf(listOf(tasks));
    }

    private static <T> List<T> listOf(T @Nullable [] tasks) {
        if (tasks == null) {
            throw new IllegalArgumentException("Tasks are needed, not null.");
        }
        return Arrays.asList(tasks);
    }

    // The end.

    /** {@link #continueAsNew(Object, boolean)} that keeps events that were not processed. */
    default void continueAsNew(@Nullable Object input) {
        continueAsNew(input, true);
    }

    /**
     * Ends this generation at once, and begins the next one with a fresh journal: same instance ID, same execution ID,
     * new input. It does not return. Tasks that are open are dropped.
     *
     * <p>Events that were not processed are kept, unless that is declined: those that nobody waited for, and those whose
     * wait is over without this generation having seen it, by an {@code await} of it or of a task made of it, by
     * {@code isDone}, or as the winner of an {@code anyOf}.
     *
     * @param preserveUnprocessedEvents whether events that were not processed are kept, each once, in the order in which
     *     they came
     * @throws DataConverterException if the input cannot be turned into JSON
     * @throws SolitonException if the input is larger than the app allows (setting {@code SOLITON_MAX_PAYLOAD})
     */
    void continueAsNew(@Nullable Object input, boolean preserveUnprocessedEvents);

    /**
     * Completes the orchestration with that output. The first completion counts: what the orchestrator returns or throws
     * afterwards is ignored, and its next wait ends it.
     *
     * @throws DataConverterException if the output cannot be turned into JSON
     * @throws SolitonException if the output is larger than the app allows (setting {@code SOLITON_MAX_PAYLOAD})
     */
    void complete(@Nullable Object output);

    // The status.

    /**
     * Shows a value in the instance's status from the next commit on.
     *
     * @throws IllegalArgumentException if it is larger than 16 KiB as JSON
     * @throws DataConverterException if it cannot be turned into JSON
     */
    void setCustomStatus(@Nullable Object customStatus);

    /** Removes the custom status from the next commit on. */
    void clearCustomStatus();
}
