package dev.soliton.examples;

import org.jspecify.annotations.Nullable;

/** An import cannot be done, for a reason that whoever asked for it can do something about; the message says what. */
final class ImportException extends RuntimeException {

    ImportException(String message) {
        this(message, null);
    }

    ImportException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
