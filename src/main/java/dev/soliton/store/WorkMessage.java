package dev.soliton.store;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A message that asks for a turn of an instance.
 *
 * @param instanceId the instance
 * @param executionId the execution that the message is about
 * @param reason why a turn is asked for
 * @param due when the timer is due that the message is for; null if it is for none
 * @param base the state on which the write is conditional that this message announces; null if there is nothing to
 *     wait for
 * @param attempt how often the message was requeued because that write was not there yet, or somebody was at work
 * @param givenUp how often the host gave the message up, because it failed each time it was delivered
 * @param failures how often since then a turn failed whose message the host does not count any more, since it was answered
 */
public record WorkMessage(
        String instanceId,
        String executionId,
        Reason reason,
        @Nullable Instant due,
        @Nullable Base base,
        int attempt,
        int givenUp,
        int failures) {

    /** One of which no turn has failed since the host gave it up last. */
    public WorkMessage(
            String instanceId,
            String executionId,
            Reason reason,
            @Nullable Instant due,
            @Nullable Base base,
            int attempt,
            int givenUp) {
        this(instanceId, executionId, reason, due, base, attempt, givenUp, 0);
    }

    public WorkMessage {
        if ((reason == Reason.TIMER) != (due != null)) {
            throw new IllegalArgumentException("A message for a timer, and no other, says when it is due: " + reason);
        }
    }

    /** Why a turn is asked for. */
    public enum Reason {
        /** An execution was accepted. */
        START,
        /** Something arrived for the execution, or work was handed off that goes on. */
        WAKE,
        /** A timer is due, or will be at the time that the message names. */
        TIMER
    }

    /**
     * The state of the instance row on which the write behind a message is conditional.
     *
     * @param etag the row's ETag; empty if there must be no row
     */
    public record Base(String etag) {
        /** There must be no row. */
        public static final Base NO_ROW = new Base("");

        /** Whether this is the state that a row of that ETag, or the lack of one, is in. */
        public boolean isStateOf(@Nullable Versioned<InstanceRow> row) {
            return etag.equals(row == null ? "" : row.etag());
        }
    }

    /** The message of an execution that is about to be accepted. */
    public static WorkMessage start(String instanceId, String executionId, Base base) {
        return new WorkMessage(instanceId, executionId, Reason.START, null, base, 0, 0);
    }

    /**
     * The message that something arrived, or that work goes on.
     *
     * @param base the state of the row on which the work is released; null if the row is to be read as it is
     */
    public static WorkMessage wake(String instanceId, String executionId, @Nullable Base base) {
        return new WorkMessage(instanceId, executionId, Reason.WAKE, null, base, 0, 0);
    }

    /**
     * The message for a timer.
     *
     * @param base the state that the timer will be written on; null if it is written already
     */
    public static WorkMessage timer(String instanceId, String executionId, Instant due, @Nullable Base base) {
        return new WorkMessage(instanceId, executionId, Reason.TIMER, due, base, 0, 0);
    }

    /** The execution that it is about; its generation does not matter. */
    public ExecutionKey key() {
        return new ExecutionKey(instanceId, executionId, 0);
    }

    /** The message, to be handled once more. */
    public WorkMessage again() {
        return new WorkMessage(instanceId, executionId, reason, due, base, attempt + 1, givenUp, failures);
    }

    /** The message as one that was put back that often, or more often. */
    public WorkMessage afterAttempts(int atLeast) {
        return new WorkMessage(
                instanceId, executionId, reason, due, base, Math.max(attempt, atLeast), givenUp, failures);
    }

    /** The message to be tried once more, after a turn failed that had answered it. */
    public WorkMessage afterFailure() {
        return new WorkMessage(instanceId, executionId, reason, due, base, attempt, givenUp, failures + 1);
    }

    /** The message to be tried once more, after the host gave it up. */
    public WorkMessage afterFailures() {
        return new WorkMessage(instanceId, executionId, reason, due, base, attempt, givenUp + 1);
    }
}
