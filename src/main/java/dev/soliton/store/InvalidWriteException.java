package dev.soliton.store;

import dev.soliton.orchestration.RecordedAs;
import dev.soliton.orchestration.SolitonException;

/** The storage calls a write invalid, and would do so each time: to try it again does not help. */
@RecordedAs("dev.soliton.instance.InvalidWriteException")
public final class InvalidWriteException extends SolitonException {
    private static final long serialVersionUID = 1L;

    /** A write to the rows of that instance. */
    public InvalidWriteException(String instanceId, Throwable cause) {
        super("The storage calls a write of instance '" + instanceId + "' invalid: " + cause.getMessage(), cause);
    }
}
