package dev.soliton.store;

/**
 * Which run of which instance.
 *
 * @param instanceId the ID of which only one instance exists
 * @param executionId names one start of it, and stays through continue-as-new
 * @param generation counts continue-as-new up, from 0
 */
public record ExecutionKey(String instanceId, String executionId, int generation) {}
