package dev.soliton.local.host;

/** Why the host as a whole cannot run. */
final class HostInError extends RuntimeException {

    HostInError(String message) {
        super(message);
    }
}
