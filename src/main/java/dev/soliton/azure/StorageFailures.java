package dev.soliton.azure;

import com.azure.core.exception.HttpResponseException;
import com.azure.data.tables.models.TableErrorCode;
import com.azure.storage.blob.models.BlobErrorCode;
import com.azure.storage.blob.models.BlobStorageException;
import dev.soliton.store.StorageException;

/** Translates the exceptions of the clients. */
final class StorageFailures {
    private StorageFailures() {}

    /**
     * Whether the service says that there is no such blob, or no such container. A 404 from another source, a proxy
     * say, does not count.
     */
    static boolean isMissing(BlobStorageException failure) {
        return BlobErrorCode.BLOB_NOT_FOUND.equals(failure.getErrorCode())
                || BlobErrorCode.CONTAINER_NOT_FOUND.equals(failure.getErrorCode());
    }

    /** Whether the service says that there is no such table. A 404 from another source, a proxy say, does not count. */
    static boolean isWithoutTable(HttpResponseException failure) {
        // For pages the client throws other exceptions, which have the code only in the body.
        return failure.getResponse() != null
                && failure.getResponse().getStatusCode() == 404
                && String.valueOf(failure.getMessage()).contains(TableErrorCode.TABLE_NOT_FOUND.toString());
    }

    /**
     * The exception for a failed attempt.
     *
     * @param attempt the attempt, for the message: "Reading instance 'x'"
     */
    static StorageException of(String attempt, RuntimeException failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof InterruptedException) {
                // The HTTP client clears the interrupt flag when it throws.
                Thread.currentThread().interrupt();
            }
        }
        return new StorageException(attempt + " failed: " + failure.getMessage(), failure);
    }
}
