package dev.soliton.app;

import com.azure.data.tables.TableServiceClient;
import com.azure.storage.blob.BlobServiceClient;
import com.azure.storage.queue.QueueServiceClient;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An environment with the clients that a test has.
 *
 * @param tablesOrNone null for none: to ask for one fails
 * @param blobsOrNone null for none: to ask for one fails
 */
public record FakeEnvironment(
        Map<String, String> settings,
        @Nullable TableServiceClient tablesOrNone,
        @Nullable BlobServiceClient blobsOrNone)
        implements AppEnvironment {
    /** An environment without anything. */
    public static final FakeEnvironment EMPTY = new FakeEnvironment(Map.of(), null, null);

    @Override
    public TableServiceClient tables() {
        return given("tables", tablesOrNone);
    }

    @Override
    public BlobServiceClient blobs() {
        return given("blobs", blobsOrNone);
    }

    @Override
    public QueueServiceClient queues() {
        return given("queues", null);
    }

    @Override
    public void closeAtTheEnd(AutoCloseable resource) {
        throw new AssertionError("Nothing is to be closed.");
    }

    private static <T> T given(String kind, @Nullable T client) {
        if (client == null) {
            throw new AssertionError("A client for " + kind + " was asked for.");
        }
        return client;
    }
}
