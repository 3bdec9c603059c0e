package dev.soliton.instance;

/**
 * The proof that a start, or an event with an ID, was accepted, written by the transaction that accepted it. It outlives
 * what it proves, so that a caller who lost the answer can find out long after.
 *
 * @param instanceId the instance
 * @param key what the answer is found by: for a start, the execution's own ID
 * @param executionId the execution that was started, or that the event went to
 */
public record AnswerRow(String instanceId, String key, String executionId) {}
