package dev.soliton.client;

import dev.soliton.orchestration.PublicApi;

/** The outcome of a request to rewind an instance. */
@PublicApi
public sealed interface RewindOutcome {

    /**
     * The instance goes on.
     *
     * @param executionId the execution that goes on, which is the failed one
     */
    record Rewound(String executionId) implements RewindOutcome {}

    /** There is no instance of that ID. */
    record NotFound() implements RewindOutcome {}

    /**
     * The instance has not failed; or it has, and its parent has not been notified yet.
     *
     * @param instance the instance, without its input and output
     */
    record NotFailed(Instance instance) implements RewindOutcome {}
}
