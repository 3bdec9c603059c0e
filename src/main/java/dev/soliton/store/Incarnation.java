package dev.soliton.store;

/**
 * One incarnation of an execution: from its start, or from a rewind, to its end. Its gate is named by it and is there
 * exactly while it lasts, so that a gate that is gone never comes back: what is on its way to an incarnation that has
 * ended does not reach the next one.
 *
 * @param executionId the execution
 * @param rewinds how often the execution had been rewound when this incarnation began
 */
public record Incarnation(String executionId, int rewinds) {

    /** The incarnation that begins with the start. */
    public static Incarnation first(String executionId) {
        return new Incarnation(executionId, 0);
    }
}
