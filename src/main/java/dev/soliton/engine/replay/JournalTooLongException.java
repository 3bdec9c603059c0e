package dev.soliton.engine.replay;

import dev.soliton.orchestration.RecordedAs;
import dev.soliton.orchestration.SolitonException;

/** An execution made more requests, or received more, than a journal may hold. It ends the instance as Failed. */
@RecordedAs("dev.soliton.engine.JournalTooLongException")
final class JournalTooLongException extends SolitonException {

    JournalTooLongException(String limit) {
        super(
                "The journal of an execution has at most " + limit
                        + ". An orchestration that goes on for long begins a new one with continueAsNew.",
                null);
    }
}
