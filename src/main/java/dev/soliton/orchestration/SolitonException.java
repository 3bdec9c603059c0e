package dev.soliton.orchestration;

import org.jspecify.annotations.Nullable;

/** The root of all exceptions that Soliton throws by itself. Losing a race is never one of them: that is a value. */
public abstract class SolitonException extends RuntimeException {

    protected SolitonException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
