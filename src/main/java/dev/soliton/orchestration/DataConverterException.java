package dev.soliton.orchestration;

import org.jspecify.annotations.Nullable;

/** A value could not be turned into JSON, or JSON not into the type asked for. */
public final class DataConverterException extends SolitonException {

    public DataConverterException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
