package dev.soliton.engine.journal;

import dev.soliton.orchestration.RecordedAs;
import dev.soliton.orchestration.SolitonException;
import org.jspecify.annotations.Nullable;

/** What is stored of an execution is not what the engine writes: it was changed by hand, or by a newer version. */
@RecordedAs("dev.soliton.engine.UnreadableJournalException")
public final class UnreadableJournalException extends SolitonException {

    public UnreadableJournalException(@Nullable String why) {
        super("The journal cannot be read: " + why, null);
    }
}
