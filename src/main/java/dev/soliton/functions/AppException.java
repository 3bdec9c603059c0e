package dev.soliton.functions;

import dev.soliton.orchestration.SolitonException;
import org.jspecify.annotations.Nullable;

/** What the apps on the class path register cannot be used. */
final class AppException extends SolitonException {
    private static final long serialVersionUID = 1;

    AppException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
