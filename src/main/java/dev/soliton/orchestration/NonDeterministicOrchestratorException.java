package dev.soliton.orchestration;

/** An orchestrator, replayed, asked for something else than its journal records. It ends the instance as Failed. */
public final class NonDeterministicOrchestratorException extends SolitonException {
    private final int sequenceNumber;

    /**
     * Describes where code and journal part.
     *
     * @param sequenceNumber the number, from 0, of the step in the execution
     * @param recorded kind and name of what the journal has there
     * @param asked kind and name of what the code did instead
     */
    public NonDeterministicOrchestratorException(int sequenceNumber, String recorded, String asked) {
        super(
                "At sequence number " + sequenceNumber + " the journal records " + recorded
                        + ", but the orchestrator asked for " + asked
                        + ". Likely cause: the orchestrator's code was changed while this instance was under way, or it"
                        + " depends on something that differs between runs (the clock, randomness, I/O, a static field).",
                null);
        this.sequenceNumber = sequenceNumber;
    }

    /** The number, from 0, of the step in the execution. */
    public int getSequenceNumber() {
        return sequenceNumber;
    }
}
