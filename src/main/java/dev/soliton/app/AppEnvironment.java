package dev.soliton.app;

import com.azure.data.tables.TableServiceClient;
import com.azure.storage.blob.BlobServiceClient;
import com.azure.storage.queue.QueueServiceClient;
import java.util.Map;
import java.util.Optional;

/**
 * What an app can use for its activities. The clients are those of the storage account that Soliton itself uses
 * ({@code AzureWebJobsStorage}), by its credentials; each is made when it is first asked for, and is the same from then on.
 * All methods may be called by several threads at once, also long after the registration.
 */
public interface AppEnvironment {

    /** The app settings, which are the environment variables of the process; cannot be changed. */
    Map<String, String> settings();

    /** An app setting; empty if it is missing or blank. */
    default Optional<String> setting(String name) {
        return Optional.ofNullable(settings().get(name)).filter(value -> !value.isBlank());
    }

    /** A client for tables. */
    TableServiceClient tables();

    /** A client for blobs. */
    BlobServiceClient blobs();

    /** A client for queues. */
    QueueServiceClient queues();

    /**
     * Closes something when the process is told to end, after its turns have handed off: the last that was given first. A
     * process that is killed closes nothing. What {@code close} throws is logged.
     */
    void closeAtTheEnd(AutoCloseable resource);
}
