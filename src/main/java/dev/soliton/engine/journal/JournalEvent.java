package dev.soliton.engine.journal;

import dev.soliton.store.InboxItem;
import dev.soliton.store.Payload;
import dev.soliton.store.RuntimeStatus;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One thing that happened in an execution. The journal is the exact trace of them: what the orchestrator asked for and
 * what it was told, in the order in which it happened, so that a replay can compare step by step.
 *
 * <p>A {@link Request} is something that the orchestrator asked for. Its number counts the requests of the generation
 * from 0. All else, but for the beginning and the end, is something that the orchestrator receives where it waits.
 *
 * <p>These records are stored. New fields must be optional, and names stay as they are.
 */
public sealed interface JournalEvent {

    /** When it happened, by the owner's clock; never before the event in front of it. */
    Instant at();

    /** Something that the orchestrator asked for. */
    sealed interface Request extends JournalEvent {
        /** Its sequence number in the generation, from 0. */
        int id();
    }

    /** The orchestrator began. In front of it stands only what happened before its first line. */
    record ExecutionStarted(Instant at) implements JournalEvent {
        public ExecutionStarted {
            Objects.requireNonNull(at, "at");
        }
    }

    /**
     * The orchestrator asked for an activity.
     *
     * @param attempt which attempt of a retried call this is, from 1; null for 1
     */
    record TaskScheduled(int id, String name, @Nullable Payload input, @Nullable Integer attempt, Instant at)
            implements Request {
        public TaskScheduled {
            Objects.requireNonNull(name, "name");
            Objects.requireNonNull(at, "at");
        }
    }

    /** An activity returned, and the orchestrator received the result. */
    record TaskCompleted(int id, @Nullable Payload result, Instant at) implements JournalEvent {
        public TaskCompleted {
            Objects.requireNonNull(at, "at");
        }
    }

    /**
     * An activity failed, and the orchestrator received the failure.
     *
     * @param failure the details, as JSON
     */
    record TaskFailed(int id, Payload failure, Instant at) implements JournalEvent {
        public TaskFailed {
            Objects.requireNonNull(failure, "failure");
            Objects.requireNonNull(at, "at");
        }
    }

    /**
     * The orchestrator asked for a sub-orchestration.
     *
     * @param instanceId the ID that it is to have
     * @param continues the number of the request that a rewind has forgotten, and whose sub-orchestration, which failed, is
     *     to go on for this one; null if a new one is to begin
     */
    record SubOrchestrationScheduled(
            int id, String name, String instanceId, @Nullable Payload input, @Nullable Integer continues, Instant at)
            implements Request {
        public SubOrchestrationScheduled {
            Objects.requireNonNull(name, "name");
            Objects.requireNonNull(instanceId, "instanceId");
            Objects.requireNonNull(at, "at");
        }

        public SubOrchestrationScheduled(int id, String name, String instanceId, @Nullable Payload input, Instant at) {
            this(id, name, instanceId, input, null, at);
        }
    }

    /** A sub-orchestration returned, and the orchestrator received the result. */
    record SubOrchestrationCompleted(int id, @Nullable Payload result, Instant at) implements JournalEvent {
        public SubOrchestrationCompleted {
            Objects.requireNonNull(at, "at");
        }
    }

    /**
     * A sub-orchestration failed, or could not be started, and the orchestrator received the failure.
     *
     * @param failure the details, as JSON
     */
    record SubOrchestrationFailed(int id, Payload failure, Instant at) implements JournalEvent {
        public SubOrchestrationFailed {
            Objects.requireNonNull(failure, "failure");
            Objects.requireNonNull(at, "at");
        }
    }

    /** The orchestrator asked for a timer. */
    record TimerCreated(int id, Instant fireAt, Instant at) implements Request {
        public TimerCreated {
            Objects.requireNonNull(fireAt, "fireAt");
            Objects.requireNonNull(at, "at");
        }
    }

    /** A timer was due, and the orchestrator received that. */
    record TimerFired(int id, Instant at) implements JournalEvent {
        public TimerFired {
            Objects.requireNonNull(at, "at");
        }
    }

    /**
     * The orchestrator sent an event to an instance.
     *
     * @param instanceId the instance that it is for
     * @param name the event's name
     */
    record EventSent(int id, String instanceId, String name, @Nullable Payload input, Instant at) implements Request {
        public EventSent {
            Objects.requireNonNull(instanceId, "instanceId");
            Objects.requireNonNull(name, "name");
            Objects.requireNonNull(at, "at");
        }
    }

    /**
     * An event came from outside.
     *
     * @param asked the number of the wait without time that took it, or others behind it, among all such waits of the
     *     generation that found nothing; null if the orchestrator waited
     */
    record EventRaised(String name, @Nullable Payload input, @Nullable Integer asked, Instant at)
            implements JournalEvent {
        public EventRaised {
            Objects.requireNonNull(name, "name");
            Objects.requireNonNull(at, "at");
        }

        public EventRaised(String name, @Nullable Payload input, Instant at) {
            this(name, input, null, at);
        }
    }

    /** The execution was suspended. */
    record ExecutionSuspended(@Nullable String reason, Instant at) implements JournalEvent {
        public ExecutionSuspended {
            Objects.requireNonNull(at, "at");
        }
    }

    /**
     * The execution was resumed.
     *
     * @param all whether it receives at once all that arrived while it was suspended; null if step by step, as earlier
     *     versions did
     */
    record ExecutionResumed(@Nullable String reason, @Nullable Boolean all, Instant at) implements JournalEvent {
        public ExecutionResumed {
            Objects.requireNonNull(at, "at");
        }

        public ExecutionResumed(@Nullable String reason, Instant at) {
            this(reason, null, at);
        }
    }

    /**
     * The execution was terminated. After it comes nothing but the end.
     *
     * @param recursive true if its sub-orchestrations end too; null if not
     */
    record ExecutionTerminated(@Nullable String reason, @Nullable Boolean recursive, Instant at)
            implements JournalEvent {
        public ExecutionTerminated {
            Objects.requireNonNull(at, "at");
        }

        public ExecutionTerminated(@Nullable String reason, Instant at) {
            this(reason, null, at);
        }

        public static ExecutionTerminated of(InboxItem.Terminate item, Instant at) {
            return new ExecutionTerminated(item.reason(), item.recursive() ? true : null, at);
        }

        public boolean endsChildren() {
            return Boolean.TRUE.equals(recursive);
        }
    }

    /**
     * The execution ended. Its output or failure is in the instance row.
     *
     * @param failedCalls of one that failed, the calls that are made again if it is rewound: the numbers of the requests
     *     of each, beginning with the first; null if that is not known
     */
    record ExecutionCompleted(RuntimeStatus status, @Nullable List<List<Integer>> failedCalls, Instant at)
            implements JournalEvent {
        public ExecutionCompleted {
            Objects.requireNonNull(status, "status");
            Objects.requireNonNull(at, "at");
        }

        public ExecutionCompleted(RuntimeStatus status, Instant at) {
            this(status, null, at);
        }
    }

    /**
     * The execution, which had failed, goes on; stands behind its end.
     *
     * @param reason why, as the caller says
     * @param failure the details of the failure that it had ended by, as JSON
     * @param delivered the number up to which, and not including which, everything for other instances had been delivered
     */
    record ExecutionRewound(@Nullable String reason, @Nullable Payload failure, int delivered, Instant at)
            implements JournalEvent {
        public ExecutionRewound {
            Objects.requireNonNull(at, "at");
        }
    }
}
