package dev.soliton.azure;

import dev.soliton.instance.StorageException;

/** Translates what the clients throw. */
final class StorageFailures {
    private StorageFailures() {}

    /**
     * The failure of what was attempted.
     *
     * @param attempt what failed, for the message: "Reading instance 'x'"
     */
    static StorageException of(String attempt, RuntimeException failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof InterruptedException) {
                // The HTTP client swallows the flag when it throws.
                Thread.currentThread().interrupt();
            }
        }
        return new StorageException(attempt + " failed: " + failure.getMessage(), failure);
    }
}
