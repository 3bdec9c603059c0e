package dev.soliton.e2e;

import dev.soliton.app.SolitonApp;
import dev.soliton.azure.StorageAccount;
import dev.soliton.azure.WorkerLeases;
import dev.soliton.e2e.app.ActivityLog;
import dev.soliton.local.Azurite;
import dev.soliton.local.host.HostProcess;
import dev.soliton.local.host.Stopping;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** A hub of its own on the Azurite that all tests of this process share, and the hosts that serve it. */
final class Hub implements AutoCloseable {
    /** How long a test waits for something that is bound to happen, on a machine that is busy with other things. */
    static final Duration LIMIT = Duration.ofMinutes(2);

    /** A message of a host that died is delivered again after this long; the real host takes ten minutes. */
    static final Duration SHORT_LEASE = Duration.ofSeconds(3);

    private static final AtomicInteger NUMBER = new AtomicInteger();

    /** One that no host can lose however slow the machine is, where none dies: then nothing runs twice. */
    static final Duration LASTING_LEASE = Duration.ofMinutes(10);

    static {
        // The hosts close connections that were idle for 130 s. A request that is sent in that moment would fail.
        System.setProperty("jdk.httpclient.keepalive.timeout", "30");
    }

    private final String name = "hub" + NUMBER.incrementAndGet();
    private final @Nullable TestApp app;
    private final Duration messageLease;
    private final List<HostProcess> hosts = new ArrayList<>();
    private final List<String> output = new CopyOnWriteArrayList<>();

    /** A hub that hosts of the shipped app serve. */
    Hub() {
        this(null, SHORT_LEASE);
    }

    /**
     * A hub that hosts of a test app serve.
     *
     * @param contents what the test app can run beside what the shipped one can
     */
    Hub(Duration messageLease, List<Class<? extends SolitonApp>> contents) {
        this(TestApp.of(shipped(), contents), messageLease);
    }

    private Hub(@Nullable TestApp app, Duration messageLease) {
        this.app = app;
        this.messageLease = messageLease;
    }

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

    /** The test app that its hosts serve. */
    TestApp app() {
        return Objects.requireNonNull(app);
    }

    /** The app settings that lead to this hub. */
    Map<String, String> settings(String connectionString) {
        return Map.of("AzureWebJobsStorage", connectionString, "SOLITON_HUB", name);
    }

    /** Starts a host on this hub, and waits until it serves. */
    Caller host() {
        return host(azurite().connectionString(), Map.of());
    }

    /** Starts a host that stops in its own way. */
    Caller host(Stopping stopping) {
        return host(azurite().connectionString(), Map.of(), stopping);
    }

    /** Starts a host that reaches the storage by another way, with more settings. */
    Caller host(String connectionString, Map<String, String> more) {
        return host(connectionString, more, Stopping.QUICK);
    }

    /** Starts a host that asks its callers for this key of functions. */
    Caller hostWithKey(String key) {
        return host(
                azurite().connectionString(), Map.of(), Stopping.QUICK, options -> options.keys("of the master", key));
    }

    private Caller host(String connectionString, Map<String, String> more, Stopping stopping) {
        return host(connectionString, more, stopping, UnaryOperator.identity());
    }

    private Caller host(
            String connectionString,
            Map<String, String> more,
            Stopping stopping,
            UnaryOperator<HostProcess.Options> special) {
        Map<String, String> environment = new HashMap<>(settings(connectionString));
        // Hosts of different hubs must not share the locks of each other's timers.
        environment.put("AzureFunctionsWebHost__hostid", name);
        if (app != null) {
            environment.putAll(app.settings());
        }
        environment.putAll(more);
        try {
            HostProcess host =
                    HostProcess.start(special.apply(HostProcess.Options.of(app == null ? shipped() : app.staged())
                            .environment(environment)
                            .messageLease(messageLease)
                            .stopping(stopping)
                            .output(output::add)));
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
        WorkerLeases.endAll(account(), name);
    }

    /** Whether a worker holds its lease. */
    boolean isLeased(String worker) {
        return WorkerLeases.isLeased(account(), name, worker);
    }

    private static StorageAccount account() {
        return StorageAccount.of(Map.of("AzureWebJobsStorage", azurite().connectionString()));
    }

    /** Waits until an activity of the test app stands at a gate. */
    void awaitReached(String instance, String gate) {
        await("somebody at the gate '" + gate + "' of " + instance, () -> app().gates()
                .isReached(instance, gate));
    }

    /** Waits until an activity of an instance has come that far. */
    void awaitLogged(String instance, String activity, ActivityLog.Event event) {
        await(event + " of " + activity + " of " + instance, () -> app().log().lines(instance).stream()
                .anyMatch(line -> line.event() == event && line.activity().equals(activity)));
    }

    /** Waits until something is there that is bound to come. */
    static void await(String what, BooleanSupplier there) {
        Instant deadline = Instant.now().plus(LIMIT);
        while (!there.getAsBoolean()) {
            if (Instant.now().isAfter(deadline)) {
                throw new AssertionError("Never seen: " + what + ".");
            }
            Caller.pause();
        }
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
                    Files.createDirectories(shipped().resolve("../../host-logs").normalize());
            Files.write(logs.resolve(name + ".log"), output);
            if (app != null) {
                app.log().copyTo(logs.resolve(name + "-activities.log"));
                app.close();
            }
        } catch (IOException trouble) {
            throw new UncheckedIOException(trouble);
        }
    }

    private static Path shipped() {
        String folder = System.getProperty("soliton.staged");
        if (folder == null) {
            throw new IllegalStateException(
                    "The system property soliton.staged names the staged app: target/azure-functions/<app name>.");
        }
        return Path.of(folder);
    }
}
