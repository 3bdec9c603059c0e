package dev.soliton.local;

/** Something on this machine that keeps the local tools from starting; the message is all that a user needs. */
public final class LocalSetupException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public LocalSetupException(String message) {
        super(message);
    }

    public LocalSetupException(String message, Throwable cause) {
        super(message, cause);
    }
}
