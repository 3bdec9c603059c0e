package dev.soliton.engine.runtime;

import dev.soliton.orchestration.RecordedAs;
import dev.soliton.orchestration.SolitonException;

/** Something failed in the engine that should not be able to; the turn is left, and the message delivered again. */
@RecordedAs("dev.soliton.engine.EngineFailureException")
public final class EngineFailureException extends SolitonException {

    public EngineFailureException(Throwable cause) {
        super("The engine failed: " + cause, cause);
    }
}
