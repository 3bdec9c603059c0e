package dev.soliton.engine.turn;

import dev.soliton.orchestration.RecordedAs;
import dev.soliton.orchestration.SolitonException;

/** An orchestrator called a sub-orchestration with the ID of an instance that has not ended. */
@RecordedAs("dev.soliton.engine.InstanceExistsException")
final class InstanceExistsException extends SolitonException {

    InstanceExistsException(String instanceId, String status) {
        super("An instance with ID '" + instanceId + "' already exists, and is " + status + ".", null);
    }
}
