package dev.soliton.orchestration;

/**
 * The run of an instance that started another as its sub-orchestration, and waits for it.
 *
 * @param instanceId the parent's instance ID
 * @param executionId names the parent's run of that ID
 */
public record ParentInstance(String instanceId, String executionId) {}
