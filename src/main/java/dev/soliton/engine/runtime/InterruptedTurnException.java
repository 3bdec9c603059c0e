package dev.soliton.engine.runtime;

import dev.soliton.orchestration.RecordedAs;
import dev.soliton.orchestration.SolitonException;

/** The process is about to stop. The next process that receives the message continues the turn. */
@RecordedAs("dev.soliton.engine.InterruptedTurnException")
final class InterruptedTurnException extends SolitonException {

    InterruptedTurnException(InterruptedException cause) {
        super("The turn was interrupted.", cause);
    }
}
