package dev.soliton.local.host;

import com.azure.storage.blob.BlobContainerClient;
import com.azure.storage.blob.BlobServiceClientBuilder;
import com.azure.storage.blob.BlobServiceVersion;
import com.azure.storage.common.policy.RequestRetryOptions;
import com.azure.storage.common.policy.RetryPolicyType;
import com.azure.storage.queue.QueueClient;
import com.azure.storage.queue.QueueClientBuilder;
import com.azure.storage.queue.QueueServiceVersion;

/** The storage clients of the host's own bindings; the app's are the app's. Versions are those an emulator knows. */
final class StorageClients {

    private static final RequestRetryOptions RETRIES =
            new RequestRetryOptions(RetryPolicyType.EXPONENTIAL, 4, 30, 800L, 8_000L, null);

    private StorageClients() {}

    /** A queue whose texts are taken and left as they are: decoding is the listener's. */
    static QueueClient queue(String connectionString, String name) {
        return new QueueClientBuilder()
                .connectionString(connectionString)
                .queueName(name)
                .serviceVersion(QueueServiceVersion.V2025_11_05)
                .retryOptions(RETRIES)
                .buildClient();
    }

    /** The container in which the host keeps locks and the state of timers. */
    static BlobContainerClient hostBlobs(String connectionString) {
        return new BlobServiceClientBuilder()
                .connectionString(connectionString)
                .serviceVersion(BlobServiceVersion.V2025_11_05)
                .retryOptions(RETRIES)
                .buildClient()
                .getBlobContainerClient("azure-webjobs-hosts");
    }
}
