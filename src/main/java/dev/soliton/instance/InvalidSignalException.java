package dev.soliton.instance;

import dev.soliton.orchestration.SolitonException;

/** An event's name or ID, or a reason, cannot be one; the message says why. */
public final class InvalidSignalException extends SolitonException {

    InvalidSignalException(String message) {
        super(message, null);
    }
}
