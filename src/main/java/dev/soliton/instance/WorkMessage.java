package dev.soliton.instance;

import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A message that asks for a turn of an instance.
 *
 * @param instanceId the instance
 * @param executionId the execution that the message is about
 * @param reason why a turn is asked for
 * @param due when the timer is due that the message is for; null if it is for none
 * @param base the state that the promise behind this message will be written on; null if there is nothing to wait for
 * @param standsFor names deliveries of messages that this one is a copy of, and that the instance may have been claimed
 *     through, that delivery or an earlier one: whoever did has given the work up, and the copy may take it over
 * @param attempt how often the message was put back because that promise was not there yet, or somebody was at work
 */
public record WorkMessage(
        String instanceId,
        String executionId,
        Reason reason,
        @Nullable Instant due,
        @Nullable Base base,
        Set<String> standsFor,
        int attempt) {

    public WorkMessage {
        standsFor = Set.copyOf(standsFor);
        if ((reason == Reason.TIMER) != (due != null)) {
            throw new IllegalArgumentException("A message for a timer, and no other, says when it is due: " + reason);
        }
    }

    /** Why a turn is asked for. */
    public enum Reason {
        /** An execution was accepted. */
        START,
        /** Something came in, or work was left that goes on. */
        WAKE,
        /** A timer is due, or on its way to be. */
        TIMER
    }

    /**
     * The state of the instance row that a promise is written on.
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
        return new WorkMessage(instanceId, executionId, Reason.START, null, base, Set.of(), 0);
    }

    /**
     * The message that something came in, or that work goes on.
     *
     * @param deliveries those that the message stands for
     */
    public static WorkMessage wake(String instanceId, String executionId, Set<String> deliveries) {
        return new WorkMessage(instanceId, executionId, Reason.WAKE, null, null, deliveries, 0);
    }

    /**
     * The message for a timer.
     *
     * @param base the state that the timer will be written on; null if it is written already
     */
    public static WorkMessage timer(String instanceId, String executionId, Instant due, @Nullable Base base) {
        return new WorkMessage(instanceId, executionId, Reason.TIMER, due, base, Set.of(), 0);
    }

    /**
     * The message to be looked at once more.
     *
     * @param deliveries those that the copy stands for
     */
    public WorkMessage again(Set<String> deliveries) {
        return new WorkMessage(instanceId, executionId, reason, due, base, deliveries, attempt + 1);
    }
}
