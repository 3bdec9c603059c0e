package dev.soliton.instance;

import dev.soliton.orchestration.SolitonException;

/** A text cannot be an instance ID; the message says why. */
public final class InvalidInstanceIdException extends SolitonException {

    InvalidInstanceIdException(String message) {
        super(message, null);
    }
}
