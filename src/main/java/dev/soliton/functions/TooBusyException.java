package dev.soliton.functions;

import dev.soliton.orchestration.SolitonException;

/** A request that this process has no room for at the moment; nothing was done for it. */
final class TooBusyException extends SolitonException {

    TooBusyException(String message) {
        super(message, null);
    }
}
