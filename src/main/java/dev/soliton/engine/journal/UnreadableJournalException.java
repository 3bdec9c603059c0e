package dev.soliton.engine.journal;

import dev.soliton.orchestration.RecordedAs;
import dev.soliton.orchestration.SolitonException;
import org.jspecify.annotations.Nullable;

/** The stored state of an execution is not what the engine writes: somebody edited it, or a newer version wrote it. */
@RecordedAs("dev.soliton.engine.UnreadableJournalException")
public final class UnreadableJournalException extends SolitonException {

    public UnreadableJournalException(@Nullable String why) {
        super("The journal cannot be read: " + why, null);
    }
}
