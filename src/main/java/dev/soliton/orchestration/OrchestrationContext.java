package dev.soliton.orchestration;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What an {@link Orchestrator} sees of the world: its identity, its input, a replay-safe clock and the means to get
 * things done. It belongs to the thread that {@link Orchestrator#run} was called on.
 */
public interface OrchestrationContext {

    /** The orchestrator's name, as it was registered. */
    String getName();

    /** The ID of this instance: of all instances with this ID, no other runs. */
    String getInstanceId();

    /** Names this run of the ID: another start of the same ID has another one. */
    String getExecutionId();

    /**
     * The input, read as the type given; null if there is none.
     *
     * @throws DataConverterException if the input does not fit the type
     */
    <T> @Nullable T getInput(Class<T> type);

    /**
     * The input, read as the generic type given; null if there is none.
     *
     * @throws DataConverterException if the input does not fit the type
     */
    <T> @Nullable T getInput(TypeReference<T> type);

    /** The time of the step that is being run: recorded, the same in every replay, and never going back. */
    Instant getCurrentInstant();

    /** True while recorded history is replayed; use it to keep side effects such as logging from being repeated. */
    boolean getIsReplaying();

    /** {@link #callActivity(String, Object, Class)} without input and without a result of interest. */
    default Task<Void> callActivity(String name) {
        return callActivity(name, null, Void.class);
    }

    /** {@link #callActivity(String, Object, Class)} without a result of interest. */
    default Task<Void> callActivity(String name, @Nullable Object input) {
        return callActivity(name, input, Void.class);
    }

    /** {@link #callActivity(String, Object, Class)} without input. */
    default <V> Task<V> callActivity(String name, Class<V> resultType) {
        return callActivity(name, null, resultType);
    }

    /**
     * Schedules an activity. The input is turned into JSON now, so that later changes to the object do not matter. The
     * activity starts when the orchestrator next waits; one that is never followed by a wait never starts.
     *
     * @throws IllegalArgumentException if the name is null, blank, longer than 256 characters, or has control characters
     * @throws DataConverterException if the input cannot be turned into JSON
     * @throws SolitonException if the input is larger than the app allows (setting {@code SOLITON_MAX_PAYLOAD})
     */
    <V> Task<V> callActivity(String name, @Nullable Object input, Class<V> resultType);

    /** {@link #callActivity(String, Object, Class)} for a generic result type. */
    <V> Task<V> callActivity(String name, @Nullable Object input, TypeReference<V> resultType);

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
