package dev.soliton.azure;

import com.azure.core.client.traits.ConnectionStringTrait;
import com.azure.core.client.traits.EndpointTrait;
import com.azure.core.client.traits.HttpTrait;
import com.azure.core.client.traits.TokenCredentialTrait;
import com.azure.core.credential.TokenCredential;
import com.azure.core.http.HttpClient;
import com.azure.core.http.jdk.httpclient.JdkHttpClientBuilder;
import com.azure.core.http.policy.FixedDelayOptions;
import com.azure.core.http.policy.HttpPipelinePolicy;
import com.azure.core.http.policy.RetryOptions;
import com.azure.data.tables.TableServiceClient;
import com.azure.data.tables.TableServiceClientBuilder;
import com.azure.storage.blob.BlobServiceClient;
import com.azure.storage.blob.BlobServiceClientBuilder;
import com.azure.storage.blob.BlobServiceVersion;
import com.azure.storage.common.policy.RequestRetryOptions;
import com.azure.storage.common.policy.RetryPolicyType;
import com.azure.storage.queue.QueueServiceClient;
import com.azure.storage.queue.QueueServiceClientBuilder;
import com.azure.storage.queue.QueueServiceVersion;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The connection to the storage account: the clients of its three services, which share one HTTP client with its
 * connections and timeouts. It makes no request by itself.
 */
public final class StorageAccount {
    /** How long a connection may take to open. */
    static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(3);

    /**
     * How long an answer may take to begin, sending the request included. A table query answers within 5 s with what it
     * has found by then.
     *
     * @see <a href="https://learn.microsoft.com/rest/api/storageservices/query-timeout-and-pagination">Timeout</a>
     */
    static final Duration RESPONSE_TIMEOUT = Duration.ofSeconds(7);

    /** How long an answer may pause between two parts. */
    static final Duration READ_TIMEOUT = Duration.ofSeconds(7);

    /**
     * How long an idle connection is kept, in seconds. The JDK's 1,200 is longer than networks keep them: Azure
     * silently drops a connection that is idle for 4 minutes, and the next request on it would hang.
     */
    private static final String KEEP_ALIVE_SECONDS = "30";

    private static final String KEEP_ALIVE = "jdk.httpclient.keepalive.timeout";

    private final ServiceClock clock = new ServiceClock(InstantSource.system());
    private final TableServiceClient tables;
    private final QueueServiceClient queues;
    private final BlobServiceClient blobs;

    private StorageAccount(
            StorageSettings settings, @Nullable TokenCredential given, List<HttpPipelinePolicy> policies) {
        HttpClient http = httpClient();
        TokenCredential credential =
                given != null || settings.connectionString() != null ? given : credential(settings, http);
        Connection connected = new Connection(settings, credential, http, policies);
        tables = connected
                .of("table", new TableServiceClientBuilder())
                .retryOptions(new RetryOptions(new FixedDelayOptions(0, Duration.ZERO)))
                .addPolicy(new TransactionPolicy())
                .addPolicy(Retries.ofReads())
                .addPolicy(clock)
                .buildClient();
        queues = connected
                .of("queue", new QueueServiceClientBuilder())
                .serviceVersion(QueueServiceVersion.V2025_11_05)
                .retryOptions(onlyOnce())
                .addPolicy(Retries.ofAll())
                .buildClient();
        blobs = connected
                .of("blob", new BlobServiceClientBuilder())
                .serviceVersion(BlobServiceVersion.V2025_11_05)
                .retryOptions(onlyOnce())
                .addPolicy(Retries.ofAll())
                .buildClient();
    }

    /** What the clients of the three services share. */
    private record Connection(
            StorageSettings settings,
            @Nullable TokenCredential credential,
            HttpClient http,
            List<HttpPipelinePolicy> policies) {

        /**
         * Configures the builder of a client for its service. Policies that are added here come before those that are
         * added later.
         */
        <B extends HttpTrait<B> & ConnectionStringTrait<B> & EndpointTrait<B> & TokenCredentialTrait<B>> B of(
                String service, B builder) {
            builder.httpClient(http);
            policies.forEach(builder::addPolicy);
            return credential == null
                    ? builder.connectionString(settings.connectionString())
                    : builder.endpoint(settings.endpoint(service)).credential(credential);
        }
    }

    /**
     * The account that the app's settings name.
     *
     * @param environment the process's environment
     * @throws StorageSettingException if the settings name no account
     */
    public static StorageAccount of(Map<String, String> environment) {
        return of(environment, List.of());
    }

    /**
     * The account that the app's settings name, with policies added to the pipeline of each service's client: outside
     * of the retries those whose position is per call, inside of them those whose position is per retry.
     *
     * @throws StorageSettingException if the settings name no account
     */
    public static StorageAccount of(Map<String, String> environment, List<HttpPipelinePolicy> policies) {
        return of(environment, null, policies);
    }

    /**
     * The account whose name or addresses the settings give, by a credential of the caller's.
     *
     * @throws StorageSettingException if the settings name no account
     */
    public static StorageAccount of(Map<String, String> addresses, TokenCredential credential) {
        return of(addresses, credential, List.of());
    }

    private static StorageAccount of(
            Map<String, String> environment, @Nullable TokenCredential credential, List<HttpPipelinePolicy> policies) {
        StorageSettings settings = new StorageSettings(environment);
        try {
            return new StorageAccount(settings, credential, policies);
        } catch (StorageSettingException e) {
            throw e;
        } catch (RuntimeException e) {
            if (settings.connectionString() == null) {
                throw new StorageSettingException(
                        "The settings " + StorageSettings.CONNECTION + "__… make no connection: " + e.getMessage(), e);
            }
            // The message shows neither the value nor the client's message: both contain the account's key.
            throw new StorageSettingException(
                    "The setting " + StorageSettings.CONNECTION + " is not a connection string of a storage account.",
                    null);
        }
    }

    public TableServiceClient tables() {
        return tables;
    }

    /** The time by the clock of the tables' service. */
    Instant now() {
        return clock.now();
    }

    public QueueServiceClient queues() {
        return queues;
    }

    public BlobServiceClient blobs() {
        return blobs;
    }

    private static TokenCredential credential(StorageSettings settings, HttpClient http) {
        settings.endpoint("table"); // reports first what is missing altogether
        return IdentityCredentials.of(settings, http);
    }

    private static HttpClient httpClient() {
        if (System.getProperty(KEEP_ALIVE) == null) {
            // The JDK offers no other way, and reads the property when its first client connects.
            System.setProperty(KEEP_ALIVE, KEEP_ALIVE_SECONDS);
        }
        SdkThreads.outliveShutdownHooks();
        return new JdkHttpClientBuilder()
                .executor(SdkThreads.OF_HTTP)
                .connectionTimeout(CONNECT_TIMEOUT)
                .responseTimeout(RESPONSE_TIMEOUT)
                .readTimeout(READ_TIMEOUT)
                .writeTimeout(RESPONSE_TIMEOUT)
                .build();
    }

    /** The clients' own retries, off; see {@link Retries}. */
    private static RequestRetryOptions onlyOnce() {
        return new RequestRetryOptions(RetryPolicyType.FIXED, 1, (Integer) null, null, null, null);
    }
}
