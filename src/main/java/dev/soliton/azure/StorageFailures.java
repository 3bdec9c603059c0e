package dev.soliton.azure;

import com.azure.core.exception.HttpResponseException;
import com.azure.data.tables.models.TableErrorCode;
import com.azure.storage.blob.models.BlobErrorCode;
import com.azure.storage.blob.models.BlobStorageException;
import dev.soliton.store.StorageException;

/** Translates what the clients throw. */
final class StorageFailures {
    private StorageFailures() {}

    /** Whether the service says that there is no such blob, or no such container. A 404 of somebody else says nothing. */
    static boolean isMissing(BlobStorageException failure) {
        return BlobErrorCode.BLOB_NOT_FOUND.equals(failure.getErrorCode())
                || BlobErrorCode.CONTAINER_NOT_FOUND.equals(failure.getErrorCode());
    }

    /** Whether the service says that there is no such table. A 404 of somebody else says nothing. */
    static boolean isWithoutTable(HttpResponseException failure) {
        // Of pages the client throws exceptions of its own inside, which show the code in the body alone.
        return failure.getResponse() != null
                && failure.getResponse().getStatusCode() == 404
                && String.valueOf(failure.getMessage()).contains(TableErrorCode.TABLE_NOT_FOUND.toString());
    }

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
