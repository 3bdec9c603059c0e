package dev.soliton.instance;

/**
 * The proof that a start, or an event with an ID, was accepted, written by the transaction that accepted it. It outlives
 * what it proves, so that a caller who lost the answer can find out long after.
 *
 * @param instanceId the instance
 * @param key what the answer is found by: for a start, the execution's own ID
 * @param executionId the execution that was started, or that the event went to
 */
public record AnswerRow(String instanceId, String key, String executionId) {
    private static final String EVENT = "event|";

    /** The proof that an event came in for an execution. */
    static AnswerRow ofEvent(String instanceId, String executionId, String fingerprint) {
        return new AnswerRow(instanceId, EVENT + executionId + "|" + fingerprint, executionId);
    }

    /** Whether that is the key of the proof of an event. */
    static boolean isOfEvent(String key) {
        return key.startsWith(EVENT);
    }
}
