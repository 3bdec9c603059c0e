package dev.soliton.client;

import dev.soliton.orchestration.PublicApi;
import dev.soliton.orchestration.RecordedAs;
import dev.soliton.orchestration.SolitonException;

/** The name or ID of an event, or a reason, is not valid. The message says why. */
@RecordedAs("dev.soliton.instance.InvalidSignalException")
@PublicApi
public final class InvalidSignalException extends SolitonException {

    InvalidSignalException(String message) {
        super(message, null);
    }
}
