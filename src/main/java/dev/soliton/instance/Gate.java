package dev.soliton.instance;

/**
 * A row that is there while an execution is live, and changes with everything that comes in for it from outside.
 *
 * @param executionId the execution
 * @param tombstone whether it was put there only so that a start that is late cannot be written any more
 */
public record Gate(String executionId, boolean tombstone) {}
