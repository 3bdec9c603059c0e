package dev.soliton.orchestration;

/**
 * Decides in code whether a failed call is tried again. It is part of the orchestrator: replayed, and bound to the same
 * rules.
 */
@FunctionalInterface
public interface RetryHandler {

    /**
     * Decides after a failure that is not marked non-retriable. It may use the context, and wait there: for a timer, to
     * put a pause before the next attempt. While it waits, other functions of the orchestrator that began to wait before
     * it do not go on; a {@link RetryPolicy} holds nobody up.
     *
     * @return true for another attempt at once; false if the task is to fail
     */
    boolean handle(RetryContext context);
}
