package dev.soliton.client;

/** What was seen of an instance whose end was waited for. */
public sealed interface WaitOutcome {

    /**
     * It has ended.
     *
     * @param instance the instance, with its input and output
     */
    record Ended(Instance instance) implements WaitOutcome {}

    /**
     * Time was up.
     *
     * @param instance the instance as it was seen last, without its input
     */
    record StillGoing(Instance instance) implements WaitOutcome {}

    /** There is no instance of that ID, or none any more. */
    record NotFound() implements WaitOutcome {}
}
