package dev.soliton.local.host;

/** Why one function cannot be served; the others are. */
final class FunctionInError extends RuntimeException {

    FunctionInError(String message) {
        super(message);
    }
}
