package dev.soliton.store;

import org.jspecify.annotations.Nullable;

/**
 * The receipt of a start, or of an event with an ID, that was accepted, written by the transaction that accepted it. It outlives
 * what it proves, so that a caller who lost the answer can find out long after.
 *
 * @param instanceId the instance
 * @param key what the answer is found by: for a start, the execution's own ID, and another one made from its idempotency
 *     key
 * @param executionId the execution that was started, or that the event went to
 * @param reply what the caller of a start with an idempotency key asked for and was answered; null for other receipts
 */
public record Receipt(String instanceId, String key, String executionId, @Nullable Reply reply) {
    private static final String EVENT = "event|";
    private static final String START = "start|";

    /**
     * What a caller asked for and was answered.
     *
     * @param request the fingerprint of what was asked for
     * @param outcome the answer, in one word
     */
    public record Reply(String request, String outcome) {}

    /** The outcome of a start that is to run after the holder of its ID. */
    public static final String QUEUED = "queued";

    /** A receipt without a reply. */
    public Receipt(String instanceId, String key, String executionId) {
        this(instanceId, key, executionId, null);
    }

    /** The receipt of an event that arrived for an execution. */
    public static Receipt ofEvent(String instanceId, String executionId, String fingerprint) {
        return new Receipt(instanceId, EVENT + executionId + "|" + fingerprint, executionId);
    }

    /** What the answer to a start with that idempotency key is found by. */
    public static String startKey(String idempotencyKey) {
        return START + Fingerprint.of(idempotencyKey);
    }

    /** Whether that is the key of the receipt of an event. */
    public static boolean isOfEvent(String key) {
        return key.startsWith(EVENT);
    }
}
