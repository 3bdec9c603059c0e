package dev.soliton.remote;

import com.azure.core.credential.TokenCredential;
import dev.soliton.azure.BlobPayloadStore;
import dev.soliton.azure.StorageAccount;
import dev.soliton.azure.StorageSettingException;
import dev.soliton.azure.StorageWorkQueue;
import dev.soliton.azure.TableInstanceCatalog;
import dev.soliton.azure.TableInstanceStore;
import dev.soliton.client.OrchestrationClient;
import dev.soliton.store.HubName;
import dev.soliton.store.Payloads;
import dev.soliton.store.Storage;
import dev.soliton.store.Waits;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Builds a client of a hub in code that is no part of its function app: a console tool, another service.
 *
 * <pre>{@code
 * OrchestrationClient client = new OrchestrationClientBuilder("soliton")
 *         .connectionString(System.getenv("AzureWebJobsStorage"))
 *         .buildClient();
 * client.start(new StartRequest("HelloCities", "hello-1", "[\"Oslo\"]"));
 * }</pre>
 *
 * <p>The client does what that of the app does, with one difference: it does not know which orchestrators there are. A start
 * of any name is accepted. If the app has no orchestrator of that name, the instance waits until a version of the app has
 * it, or until it is terminated; {@code reason} in its status says so. Orchestrators that are internal can be started too,
 * since whoever can write to the storage can do anything there.
 *
 * <p>A client needs the rights to read and write the hub's table, queue and blobs. It holds nothing that has to be closed:
 * its threads end with the process. Keep one for many calls; it may be used by several threads at once. A builder may not.
 */
public final class OrchestrationClientBuilder {
    private static final String ACCOUNT = "AzureWebJobsStorage";
    private static final long DEFAULT_MAX_PAYLOAD = 16L << 20;

    private final String hub;
    private final Map<String, String> account = new HashMap<>();
    private @Nullable TokenCredential credential;
    private long maxPayload = DEFAULT_MAX_PAYLOAD;

    /**
     * Begins.
     *
     * @param hub what the app has as {@code SOLITON_HUB}
     * @throws IllegalArgumentException if it cannot be one: it has 3 to 40 of the characters a to z and 0 to 9, a letter
     *     first
     */
    public OrchestrationClientBuilder(String hub) {
        if (!HubName.isValid(hub)) {
            throw new IllegalArgumentException("A hub has " + HubName.RULE + ": '" + hub + "'.");
        }
        this.hub = hub;
    }

    /** Connects by a connection string; {@code UseDevelopmentStorage=true} is that of the emulator. */
    public OrchestrationClientBuilder connectionString(String connectionString) {
        account.put(ACCOUNT, connectionString);
        return this;
    }

    /** Connects to an account of the public cloud by its name; with a {@link #credential}. */
    public OrchestrationClientBuilder accountName(String name) {
        account.put(ACCOUNT + "__accountName", name);
        return this;
    }

    /** Connects to the three services of an account by their addresses; with a {@link #credential}. */
    public OrchestrationClientBuilder endpoints(String table, String queue, String blob) {
        account.put(ACCOUNT + "__tableServiceUri", table);
        account.put(ACCOUNT + "__queueServiceUri", queue);
        account.put(ACCOUNT + "__blobServiceUri", blob);
        return this;
    }

    /** The identity by which to connect, such as one of {@code azure-identity}. */
    public OrchestrationClientBuilder credential(TokenCredential identity) {
        credential = identity;
        return this;
    }

    /**
     * The largest input or payload of an event, in bytes of UTF-8 JSON; by default 16 MiB. It is what the app has as
     * {@code SOLITON_MAX_PAYLOAD}.
     *
     * @throws IllegalArgumentException if it is not positive
     */
    public OrchestrationClientBuilder maxPayload(long bytes) {
        if (bytes <= 0) {
            throw new IllegalArgumentException("The largest payload has " + bytes + " bytes.");
        }
        maxPayload = bytes;
        return this;
    }

    /**
     * Builds the client, without any request to the storage.
     *
     * @throws IllegalStateException if there is neither a connection string nor an account with a credential, or there are
     *     both; or if what was given makes no address
     */
    public OrchestrationClient buildClient() {
        StorageAccount storageAccount = storageAccount();
        Supplier<String> ids = () -> UUID.randomUUID().toString();
        Storage storage = new Storage(
                new TableInstanceStore(storageAccount, hub),
                new StorageWorkQueue(storageAccount, hub),
                new Payloads(new BlobPayloadStore(storageAccount, hub), ids, maxPayload));
        return new OrchestrationClient(
                storage,
                new TableInstanceCatalog(storageAccount, hub),
                null,
                InstantSource.system(),
                ids,
                Waits.ofTheSystem());
    }

    private StorageAccount storageAccount() {
        boolean byString = account.containsKey(ACCOUNT);
        boolean byIdentity = credential != null || account.size() > (byString ? 1 : 0);
        if (byString == byIdentity) {
            throw new IllegalStateException(
                    "A client needs a connection string, or else a credential with an account name or endpoints.");
        }
        try {
            if (credential != null) {
                return StorageAccount.of(account, credential);
            }
            if (byString) {
                return StorageAccount.of(account);
            }
        } catch (StorageSettingException unusable) {
            // The message names settings of an app, and never shows a key.
            throw new IllegalStateException("The storage account cannot be used: " + unusable.getMessage(), unusable);
        }
        throw new IllegalStateException("The account is named, but there is no credential for it.");
    }
}
