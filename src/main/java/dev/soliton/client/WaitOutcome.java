package dev.soliton.client;

import dev.soliton.orchestration.PublicApi;

/** The outcome of a wait for the end of an instance. */
@PublicApi
public sealed interface WaitOutcome {

    /**
     * The instance has ended.
     *
     * @param instance the instance, with its input and output
     */
    record Ended(Instance instance) implements WaitOutcome {}

    /**
     * Time was up.
     *
     * @param instance the instance as last read, without its input
     */
    record StillGoing(Instance instance) implements WaitOutcome {}

    /** There is no instance of that ID, or none any more. */
    record NotFound() implements WaitOutcome {}
}
