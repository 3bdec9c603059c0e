package dev.soliton.store;

/**
 * The task of another instance that a sub-orchestration was started for.
 *
 * @param key the execution that called it, with the generation that did
 * @param taskId the call's sequence number there
 */
public record ParentTask(ExecutionKey key, int taskId) {}
