package dev.soliton.instance;

/**
 * The proof that a start was accepted, written by the transaction that accepted it. It outlives the execution, so that a
 * starter who lost the answer can find out long after.
 *
 * @param instanceId the instance
 * @param key what the answer is found by: the execution's own ID
 * @param executionId the execution that was started
 */
public record AnswerRow(String instanceId, String key, String executionId) {}
