package dev.soliton.engine.journal;

import dev.soliton.store.InboxItem;
import dev.soliton.store.Payload;
import dev.soliton.store.RuntimeStatus;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An event of an execution. The journal holds all of them: what the orchestrator requested and what it received, in the
 * order in which it happened, so that a replay can compare step by step.
 *
 * <p>The orchestrator made each {@link Request}. Its number counts the requests of the generation from 0. The
 * orchestrator receives all other events, except the beginning and the end, where it waits.
 *
 * <p>These records are stored. New fields must be optional, and names stay as they are.
 */
public sealed interface JournalEvent {

    /** When the event happened, by the owner's clock; never before the previous event. */
    Instant at();

    /** A request of the orchestrator. */
    sealed interface Request extends JournalEvent {
        /** The sequence number in the generation, from 0. */
        int id();
    }

    /** The orchestrator began. Only events from before its first line stand in front of this one. */
    record ExecutionStarted(Instant at) implements JournalEvent {
        public ExecutionStarted {
            Objects.requireNonNull(at, "at");
        }
    }

    /**
     * The orchestrator called an activity.
     *
     * @param attempt the number of the attempt of a retried call, from 1; null for 1
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
     * The orchestrator called a sub-orchestration.
     *
     * @param instanceId the ID of the sub-orchestration
     * @param continues the number of a request that a rewind has discarded: its failed sub-orchestration goes on for
     *     this request; null if a new one begins
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

    /** The orchestrator created a timer. */
    record TimerCreated(int id, Instant fireAt, Instant at) implements Request {
        public TimerCreated {
            Objects.requireNonNull(fireAt, "fireAt");
            Objects.requireNonNull(at, "at");
        }
    }

    /** A timer fired, and the orchestrator received that. */
    record TimerFired(int id, Instant at) implements JournalEvent {
        public TimerFired {
            Objects.requireNonNull(at, "at");
        }
    }

    /**
     * The orchestrator sent an event to an instance.
     *
     * @param instanceId the target's instance ID
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
     * An external event arrived.
     *
     * @param asked null if the orchestrator waited; otherwise the number of the wait without time that received the
     *     event, or events behind it, counted among all such waits of the generation that found nothing in the buffer
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

    /**
     * The code asked which version of a change it is to follow, see {@link
     * dev.soliton.orchestration.OrchestrationContext#getVersion}. It is no request and has no number, so that the requests of
     * a run have the same numbers with it and without it.
     *
     * @param change the ID of the change
     */
    record VersionMarked(String change, int version, Instant at) implements JournalEvent {
        public VersionMarked {
            Objects.requireNonNull(change, "change");
            Objects.requireNonNull(at, "at");
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
     * @param all whether the execution receives at once all that arrived while it was suspended; null if step by step,
     *     as in earlier versions
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
     * The execution was terminated. Only the end comes after this event.
     *
     * @param recursive true if the sub-orchestrations end too; null if not
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
     * @param failedCalls the calls that a failed execution makes again if it is rewound: the numbers of the requests of
     *     each call, beginning with the first; null if they are not known
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
     * The failed execution goes on. This event stands behind its end.
     *
     * @param reason why, as given by the caller
     * @param failure the details of the failure that had ended the execution, as JSON
     * @param delivered the watermark at that time: everything for other instances below this number had been delivered
     */
    record ExecutionRewound(@Nullable String reason, @Nullable Payload failure, int delivered, Instant at)
            implements JournalEvent {
        public ExecutionRewound {
            Objects.requireNonNull(at, "at");
        }
    }
}
