package dev.soliton.client;

import dev.soliton.orchestration.RecordedAs;
import dev.soliton.orchestration.SolitonException;

/** An event's name or ID, or a reason, cannot be one; the message says why. */
@RecordedAs("dev.soliton.instance.InvalidSignalException")
public final class InvalidSignalException extends SolitonException {

    InvalidSignalException(String message) {
        super(message, null);
    }
}
