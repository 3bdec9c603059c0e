package dev.soliton.engine;

import dev.soliton.instance.Payload;
import dev.soliton.instance.RuntimeStatus;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One thing that happened in an execution. The journal is the exact trace of them: what the orchestrator asked for and
 * what it was told, in the order in which it happened, so that a replay can compare step by step.
 *
 * <p>These records are stored. New fields must be optional, and names stay as they are.
 */
sealed interface JournalEvent {

    /** When it happened, by the owner's clock; never before the event in front of it. */
    Instant at();

    /** The orchestrator began. */
    record ExecutionStarted(Instant at) implements JournalEvent {
        public ExecutionStarted {
            Objects.requireNonNull(at, "at");
        }
    }

    /**
     * The orchestrator asked for an activity.
     *
     * @param id its sequence number in the execution, from 0
     */
    record TaskScheduled(int id, String name, @Nullable Payload input, Instant at) implements JournalEvent {
        public TaskScheduled {
            Objects.requireNonNull(name, "name");
            Objects.requireNonNull(at, "at");
        }
    }

    /** An activity returned, and the orchestrator was told. */
    record TaskCompleted(int id, @Nullable Payload result, Instant at) implements JournalEvent {
        public TaskCompleted {
            Objects.requireNonNull(at, "at");
        }
    }

    /**
     * An activity failed, and the orchestrator was told.
     *
     * @param failure the details, as JSON
     */
    record TaskFailed(int id, Payload failure, Instant at) implements JournalEvent {
        public TaskFailed {
            Objects.requireNonNull(failure, "failure");
            Objects.requireNonNull(at, "at");
        }
    }

    /** The execution ended. Its output or failure is in the instance row. */
    record ExecutionCompleted(RuntimeStatus status, Instant at) implements JournalEvent {
        public ExecutionCompleted {
            Objects.requireNonNull(status, "status");
            Objects.requireNonNull(at, "at");
        }
    }
}
