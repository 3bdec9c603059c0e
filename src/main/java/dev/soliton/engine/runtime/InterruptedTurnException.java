package dev.soliton.engine.runtime;

import dev.soliton.orchestration.RecordedAs;
import dev.soliton.orchestration.SolitonException;

/** The process is about to stop; whoever gets the message next goes on with the turn. */
@RecordedAs("dev.soliton.engine.InterruptedTurnException")
final class InterruptedTurnException extends SolitonException {

    InterruptedTurnException(InterruptedException cause) {
        super("The turn was interrupted.", cause);
    }
}
