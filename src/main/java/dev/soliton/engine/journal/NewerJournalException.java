package dev.soliton.engine.journal;

import dev.soliton.orchestration.RecordedAs;
import dev.soliton.orchestration.SolitonException;

/**
 * A journal has an event that this version of the app does not know. A newer version wrote it, and can go on with it.
 */
@RecordedAs("dev.soliton.engine.NewerJournalException")
public final class NewerJournalException extends SolitonException {

    NewerJournalException(String type) {
        super(
                "Its journal has an event '" + type + "', which this version of the app does not know. It waits for one"
                        + " that does.",
                null);
    }
}
