package dev.soliton.engine.turn;

import dev.soliton.orchestration.RecordedAs;
import dev.soliton.orchestration.SolitonException;

/** An orchestrator called a sub-orchestration by a name that the app does not register. */
@RecordedAs("dev.soliton.engine.UnknownOrchestratorException")
final class UnknownOrchestratorException extends SolitonException {

    UnknownOrchestratorException(String name) {
        super("No orchestrator '" + name + "' is registered.", null);
    }
}
