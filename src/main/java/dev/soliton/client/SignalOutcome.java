package dev.soliton.client;

/** What became of an event, or of a request to terminate, suspend or resume. */
public sealed interface SignalOutcome {

    /**
     * It came in, and a turn will follow that takes it in.
     *
     * @param executionId the execution that it came in for
     */
    record Accepted(String executionId) implements SignalOutcome {}

    /** There is no instance of that ID. */
    record NotFound() implements SignalOutcome {}

    /**
     * The instance has ended; this has not come in for it and will not, not even if it is rewound.
     *
     * @param instance the instance, without its input and output
     */
    record Ended(Instance instance) implements SignalOutcome {}
}
