package dev.soliton.client;

import dev.soliton.orchestration.PublicApi;

/** The outcome of an event, or of a request to terminate, suspend or resume. */
@PublicApi
public sealed interface SignalOutcome {

    /**
     * The event or request is stored, and a turn will follow that processes it.
     *
     * @param executionId the execution that received it
     */
    record Accepted(String executionId) implements SignalOutcome {}

    /** There is no instance of that ID. */
    record NotFound() implements SignalOutcome {}

    /**
     * The instance has ended. The event or request was not stored and will not be processed, not even if the instance
     * is rewound.
     *
     * @param instance the instance, without its input and output
     */
    record Ended(Instance instance) implements SignalOutcome {}
}
