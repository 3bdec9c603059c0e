package dev.soliton.store;

/**
 * One life of an execution: from its start, or from a rewind, to its end. Its gate is named by it and is there exactly while
 * it lasts, so that a gate that is gone never comes back: what is on its way to a life that has ended does not reach the
 * next one.
 *
 * @param executionId the execution
 * @param rewinds how often the execution had been rewound when this life began
 */
public record Incarnation(String executionId, int rewinds) {

    /** The life that begins with the start. */
    public static Incarnation first(String executionId) {
        return new Incarnation(executionId, 0);
    }
}
