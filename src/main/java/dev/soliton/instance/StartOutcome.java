package dev.soliton.instance;

/** What became of a start. Exactly one of any number of concurrent starts of one ID is {@link Started}. */
public sealed interface StartOutcome {

    /** The instance is accepted: it will run, whatever crashes. */
    record Started(String instanceId, String executionId) implements StartOutcome {}

    /**
     * The ID is taken; nothing was started.
     *
     * @param holder the instance that has it, without its input and output
     */
    record Rejected(Instance holder) implements StartOutcome {}

    /** No orchestrator of that name is registered; nothing was started. */
    record UnknownOrchestrator(String name) implements StartOutcome {}
}
