package dev.soliton.engine;

import dev.soliton.orchestration.SolitonException;

/** What is stored of an execution is not what the engine writes: it was changed by hand, or by a newer version. */
final class UnreadableJournalException extends SolitonException {

    UnreadableJournalException(Throwable cause) {
        super("The journal cannot be read: " + cause.getMessage(), cause);
    }
}
