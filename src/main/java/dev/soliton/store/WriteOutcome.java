package dev.soliton.store;

/** What became of a write. Trouble with the storage is neither of these: it is a {@link StorageException}. */
public sealed interface WriteOutcome {

    /**
     * All of it was written.
     *
     * @param instanceEtag the instance row's new ETag; empty if the write had none
     * @param gateEtag the new ETag of the gate that was inserted or touched; empty if there was none
     */
    record Written(String instanceEtag, String gateEtag) implements WriteOutcome {}

    /**
     * A condition did not hold, and nothing was written by this attempt. That an earlier attempt was written, and made
     * the condition fail, is for the caller to find out.
     */
    record Conflict() implements WriteOutcome {}
}
