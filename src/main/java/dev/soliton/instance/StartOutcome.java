package dev.soliton.instance;

/**
 * What became of a start. Of any number of concurrent starts of one ID exactly one is {@link Started}, as long as what it
 * started is not finished.
 */
public sealed interface StartOutcome {

    /** The caller has an execution to follow. */
    sealed interface Accepted extends StartOutcome {
        String instanceId();

        /** The execution that the start is answered with. */
        String executionId();
    }

    /** The instance is accepted: it will run, whatever crashes. */
    record Started(String instanceId, String executionId) implements Accepted {}

    /** The instance that has the ID is not finished, and is what the caller gets. */
    record Attached(String instanceId, String executionId) implements Accepted {}

    /**
     * The ID is taken; nothing was started.
     *
     * @param holder the instance that has it, without its input and output
     */
    record Rejected(Instance holder) implements StartOutcome {}

    /** No orchestrator of that name is registered; nothing was started. */
    record UnknownOrchestrator(String name) implements StartOutcome {}

    /** The idempotency key belongs to a start of that ID that asked for something else; nothing was started. */
    record KeyReused(String instanceId) implements StartOutcome {}
}
