package dev.soliton.engine.turn;

import dev.soliton.orchestration.RecordedAs;
import dev.soliton.orchestration.SolitonException;

/** An orchestrator called an activity that the app does not register. */
@RecordedAs("dev.soliton.engine.UnknownActivityException")
final class UnknownActivityException extends SolitonException {

    UnknownActivityException(String name) {
        super("No activity '" + name + "' is registered.", null);
    }
}
