package dev.soliton.azure;

import com.azure.core.exception.HttpResponseException;
import com.azure.data.tables.models.TableErrorCode;
import com.azure.data.tables.models.TableServiceException;
import com.azure.storage.blob.models.BlobErrorCode;
import com.azure.storage.blob.models.BlobStorageException;
import dev.soliton.instance.StorageException;

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
        return failure instanceof TableServiceException refused
                && refused.getValue() != null
                && TableErrorCode.TABLE_NOT_FOUND.equals(refused.getValue().getErrorCode());
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
