package dev.soliton.testkit;

import com.azure.core.http.HttpClient;
import com.azure.data.tables.TableServiceClient;
import com.azure.data.tables.TableServiceClientBuilder;
import com.azure.storage.blob.BlobServiceClient;
import com.azure.storage.blob.BlobServiceClientBuilder;
import com.azure.storage.queue.QueueServiceClient;
import com.azure.storage.queue.QueueServiceClientBuilder;
import dev.soliton.app.AppEnvironment;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * What an app is given in a test: the settings and the clients that the test has put in. A client that it has not put in can
 * be asked for, as an app may do when it registers its activities, and fails when it is used.
 */
public final class TestEnvironment implements AppEnvironment, AutoCloseable {
    /** Leads nowhere, and is no secret. */
    private static final String NOWHERE =
            "DefaultEndpointsProtocol=https;AccountName=nowhere;AccountKey=bm8gc2VjcmV0;EndpointSuffix=invalid";

    private static final HttpClient NO_STORAGE = request -> Mono.error(new IllegalStateException(
            "A test has no storage. Give the activity a fake, or the TestEnvironment a client."));

    private final Map<String, String> settings = new HashMap<>();
    private final Deque<AutoCloseable> resources = new ArrayDeque<>();
    private @Nullable TableServiceClient tables;
    private @Nullable BlobServiceClient blobs;
    private @Nullable QueueServiceClient queues;

    /** Gives an app setting its value. */
    public TestEnvironment withSetting(String name, String value) {
        settings.put(name, value);
        return this;
    }

    /** Puts in a client for tables. */
    public TestEnvironment withTables(TableServiceClient client) {
        tables = client;
        return this;
    }

    /** Puts in a client for blobs. */
    public TestEnvironment withBlobs(BlobServiceClient client) {
        blobs = client;
        return this;
    }

    /** Puts in a client for queues. */
    public TestEnvironment withQueues(QueueServiceClient client) {
        queues = client;
        return this;
    }

    @Override
    public Map<String, String> settings() {
        return Map.copyOf(settings);
    }

    @Override
    public TableServiceClient tables() {
        if (tables == null) {
            tables = new TableServiceClientBuilder()
                    .connectionString(NOWHERE)
                    .httpClient(NO_STORAGE)
                    .buildClient();
        }
        return tables;
    }

    @Override
    public BlobServiceClient blobs() {
        if (blobs == null) {
            blobs = new BlobServiceClientBuilder()
                    .connectionString(NOWHERE)
                    .httpClient(NO_STORAGE)
                    .buildClient();
        }
        return blobs;
    }

    @Override
    public QueueServiceClient queues() {
        if (queues == null) {
            queues = new QueueServiceClientBuilder()
                    .connectionString(NOWHERE)
                    .httpClient(NO_STORAGE)
                    .buildClient();
        }
        return queues;
    }

    @Override
    public void closeAtTheEnd(AutoCloseable resource) {
        resources.push(resource);
    }

    /**
     * Closes what the app gave it to close, the last first.
     *
     * @throws IllegalStateException if something cannot be closed; what was given before it stays open
     */
    @Override
    public void close() {
        while (!resources.isEmpty()) {
            try {
                resources.pop().close();
            } catch (Exception failure) {
                throw new IllegalStateException("Something of the app could not be closed.", failure);
            }
        }
    }
}
