package dev.soliton.azure;

import com.azure.core.http.policy.HttpPipelinePolicy;
import dev.soliton.local.Azurite;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** The one Azurite of a test process, started by whoever asks first; it ends with the process. */
public final class AzuriteAccount {
    private AzuriteAccount() {}

    private static final class Running {
        static final Azurite AZURITE = Azurite.start(Azurite.Options.inMemory());
        static final StorageAccount ACCOUNT = StorageAccount.of(settings());
    }

    /** The settings that name it. */
    public static Map<String, String> settings() {
        return Map.of("AzureWebJobsStorage", Running.AZURITE.connectionString());
    }

    /** The connection to it that tests share. */
    public static StorageAccount shared() {
        return Running.ACCOUNT;
    }

    /** A connection of its own, through the policies given. */
    public static StorageAccount through(HttpPipelinePolicy... policies) {
        return StorageAccount.of(settings(), List.of(policies));
    }

    /** The name of a hub that nobody used yet. */
    public static String freshHub() {
        return "h" + UUID.randomUUID().toString().replace("-", "");
    }
}
