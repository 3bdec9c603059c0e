package dev.soliton.orchestration;

/** A value could not be turned into JSON, or JSON not into the type asked for. */
public final class DataConverterException extends SolitonException {

    public DataConverterException(String message, Throwable cause) {
        super(message, cause);
    }
}
