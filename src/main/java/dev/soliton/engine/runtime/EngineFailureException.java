package dev.soliton.engine.runtime;

import dev.soliton.orchestration.RecordedAs;
import dev.soliton.orchestration.SolitonException;

/** The engine failed where it should never fail. The turn is left, and its message is delivered again. */
@RecordedAs("dev.soliton.engine.EngineFailureException")
public final class EngineFailureException extends SolitonException {

    public EngineFailureException(Throwable cause) {
        super("The engine failed: " + cause, cause);
    }
}
