package dev.soliton.client;

import dev.soliton.orchestration.PublicApi;

/** The outcome of a purge. */
@PublicApi
public sealed interface PurgeOutcome {

    /** The instance is gone, and its ID is free. */
    record Purged() implements PurgeOutcome {}

    /** There is no instance of that ID. */
    record NotFound() implements PurgeOutcome {}

    /**
     * The instance has not ended, or its parent has not been notified yet. Nothing was removed.
     *
     * @param instance the instance, without its input and output
     */
    record NotFinished(Instance instance) implements PurgeOutcome {}
}
