package dev.soliton.bench;

import com.azure.core.http.policy.HttpPipelinePolicy;
import dev.soliton.azure.StorageAccount;
import dev.soliton.local.Azurite;
import dev.soliton.local.StoragePorts;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/** The storage of the benchmarks: an Azurite of their own, whose data are in memory. */
final class BenchStorage implements AutoCloseable {
    private final Azurite azurite = Azurite.start(Azurite.Options.inMemory());
    private final StorageAccount account = StorageAccount.of(settings());
    private final AtomicInteger hubs = new AtomicInteger();

    /** The app settings that lead to it. */
    Map<String, String> settings() {
        return Map.of("AzureWebJobsStorage", azurite.connectionString());
    }

    String connectionString() {
        return azurite.connectionString();
    }

    StoragePorts ports() {
        return azurite.ports();
    }

    /** The connection that all share who are compared. */
    StorageAccount account() {
        return account;
    }

    /** A connection of its own, by which a policy sees what is sent. */
    StorageAccount through(HttpPipelinePolicy policy) {
        return StorageAccount.of(settings(), List.of(policy));
    }

    /** The name of a hub that nobody used yet: how much there is slows the emulator down. */
    String freshHub() {
        return "bench" + hubs.incrementAndGet();
    }

    @Override
    public void close() {
        azurite.close();
    }
}
