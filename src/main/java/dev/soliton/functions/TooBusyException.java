package dev.soliton.functions;

import dev.soliton.orchestration.SolitonException;

/** This process has no room for a request at the moment. Nothing was done for it. */
final class TooBusyException extends SolitonException {

    TooBusyException(String message) {
        super(message, null);
    }
}
