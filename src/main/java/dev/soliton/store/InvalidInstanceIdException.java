package dev.soliton.store;

import dev.soliton.orchestration.PublicApi;
import dev.soliton.orchestration.RecordedAs;
import dev.soliton.orchestration.SolitonException;

/** A text cannot be an instance ID; the message says why. */
@RecordedAs("dev.soliton.instance.InvalidInstanceIdException")
@PublicApi
public final class InvalidInstanceIdException extends SolitonException {

    InvalidInstanceIdException(String message) {
        super(message, null);
    }
}
