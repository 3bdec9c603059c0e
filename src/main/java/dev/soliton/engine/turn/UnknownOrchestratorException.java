package dev.soliton.engine.turn;

import dev.soliton.orchestration.RecordedAs;
import dev.soliton.orchestration.SolitonException;

/** A sub-orchestration was asked for by a name that the app has not registered. */
@RecordedAs("dev.soliton.engine.UnknownOrchestratorException")
final class UnknownOrchestratorException extends SolitonException {

    UnknownOrchestratorException(String name) {
        super("No orchestrator '" + name + "' is registered.", null);
    }
}
