package dev.soliton.orchestration;

import java.util.List;

/**
 * Of the tasks that {@link OrchestrationContext#allOf(List)} waited for, some failed. Its cause is the first of their
 * exceptions.
 */
public final class CompositeTaskFailedException extends SolitonException {
    private final transient List<Exception> exceptions;

    /**
     * Describes the failures.
     *
     * @param tasks how many tasks there were
     * @param exceptions what the failed ones threw, in the order in which the tasks were given; at least one
     */
    public CompositeTaskFailedException(int tasks, List<Exception> exceptions) {
        super(
                exceptions.size() + " of " + tasks + " tasks failed; the first: "
                        + exceptions.get(0).getMessage(),
                exceptions.get(0));
        this.exceptions = List.copyOf(exceptions);
    }

    /** What each of the failed tasks threw, in the order in which the tasks were given. */
    public List<Exception> getExceptions() {
        return exceptions;
    }
}
