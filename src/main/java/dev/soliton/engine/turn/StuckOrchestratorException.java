package dev.soliton.engine.turn;

import dev.soliton.orchestration.RecordedAs;
import dev.soliton.orchestration.SolitonException;

/** An orchestrator's code did not return to the engine, and was abandoned. */
@RecordedAs("dev.soliton.engine.StuckOrchestratorException")
final class StuckOrchestratorException extends SolitonException {

    StuckOrchestratorException(String why) {
        super("The orchestrator " + why + ". Its thread was left alone.", null);
    }
}
