package dev.soliton.e2e;

import dev.soliton.azure.StorageAccount;
import dev.soliton.azure.WorkerLeases;
import dev.soliton.local.Azurite;
import dev.soliton.local.host.HostProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** A hub of its own on the Azurite that all tests of this process share, and the hosts that serve it. */
final class Hub implements AutoCloseable {
    /** How long a test waits for something that is bound to happen, on a machine that is busy with other things. */
    static final Duration LIMIT = Duration.ofMinutes(2);

    /** A message of a host that died is delivered again after this long; the real host takes ten minutes. */
    private static final Duration MESSAGE_LEASE = Duration.ofSeconds(3);

    private static final AtomicInteger NUMBER = new AtomicInteger();

    private final String name = "hub" + NUMBER.incrementAndGet();
    private final List<HostProcess> hosts = new ArrayList<>();
    private final List<String> output = new CopyOnWriteArrayList<>();

    /** The storage that all tests share. It ends with this process. */
    static Azurite azurite() {
        return Shared.AZURITE;
    }

    private static final class Shared {
        private static final Azurite AZURITE = Azurite.start(Azurite.Options.inMemory());
    }

    String name() {
        return name;
    }

    /** The app settings that lead to this hub. */
    Map<String, String> settings(String connectionString) {
        return Map.of("AzureWebJobsStorage", connectionString, "SOLITON_HUB", name);
    }

    /** Starts a host on this hub, and waits until it serves. */
    Caller host() {
        return host(azurite().connectionString(), Map.of());
    }

    /** Starts a host that reaches the storage by another way, with more settings. */
    Caller host(String connectionString, Map<String, String> more) {
        Map<String, String> environment = new HashMap<>(settings(connectionString));
        // Hosts of different hubs must not share the locks of each other's timers.
        environment.put("AzureFunctionsWebHost__hostid", name);
        environment.putAll(more);
        try {
            HostProcess host = HostProcess.start(HostProcess.Options.of(staged())
                    .environment(environment)
                    .messageLease(MESSAGE_LEASE)
                    .output(output::add));
            hosts.add(host);
            host.awaitReady(LIMIT);
            return new Caller(host);
        } catch (IOException trouble) {
            throw new UncheckedIOException(trouble);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(stop);
        } catch (IllegalStateException notReady) {
            throw new IllegalStateException(notReady.getMessage() + "\n" + String.join("\n", output), notReady);
        }
    }

    /** Ends the leases of all workers, as if their time had come: those of hosts that are killed, in a test. */
    void endLeases() {
        WorkerLeases.endAll(
                StorageAccount.of(Map.of("AzureWebJobsStorage", azurite().connectionString())), name);
    }

    /** What the hosts printed. */
    List<String> output() {
        return output;
    }

    /** Ends the hosts, and keeps what they printed beside the reports of the tests. */
    @Override
    public void close() {
        hosts.forEach(HostProcess::close);
        try {
            Path logs =
                    Files.createDirectories(staged().resolve("../../host-logs").normalize());
            Files.write(logs.resolve(name + ".log"), output);
        } catch (IOException trouble) {
            throw new UncheckedIOException(trouble);
        }
    }

    private static Path staged() {
        String folder = System.getProperty("soliton.staged");
        if (folder == null) {
            throw new IllegalStateException(
                    "The system property soliton.staged names the staged app: target/azure-functions/<app name>.");
        }
        return Path.of(folder);
    }
}
