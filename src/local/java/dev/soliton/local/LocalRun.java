package dev.soliton.local;

import dev.soliton.local.host.HostProcess;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A storage and a host, from the start of both to the end of both.
 *
 * <p>It ends when the host ends, or in this process's shutdown hook: first the host, which drains while its storage
 * still answers, then the storage. What is still being started when the hook runs is not waited for: both end by
 * themselves when this process has ended, as they do when it is killed.
 */
final class LocalRun {

    private static final Duration READY_LIMIT = Duration.ofMinutes(2);

    private final LauncherSettings settings;
    private final String hostClassPath;
    private final PrintStream out;
    private volatile @Nullable HostProcess host;
    private volatile @Nullable Azurite azurite;
    private volatile boolean stopping;

    LocalRun(LauncherSettings settings, String hostClassPath, PrintStream out) {
        this.settings = settings;
        this.hostClassPath = hostClassPath;
        this.out = out;
    }

    /**
     * Runs until the host ends; does not return once the hook has begun.
     *
     * @throws LocalSetupException if it cannot start, or ends by itself
     */
    void run() throws InterruptedException {
        Runtime.getRuntime().addShutdownHook(new Thread(this::stop, "stop the local run"));
        try {
            start();
        } catch (RuntimeException e) {
            if (stopping) {
                awaitEndOfProcess();
            }
            throw e;
        }
    }

    private void start() throws InterruptedException {
        if (!Files.isRegularFile(settings.staged().resolve("host.json"))) {
            throw new LocalSetupException("There is no function app in " + settings.staged() + ".");
        }
        if (!LocalPort.isFree(settings.port())) {
            throw portTaken();
        }
        LocalStorage storage = LocalStorage.open(settings, out);
        azurite = storage.own();
        out.println("Storage: " + storage.description() + ".");
        HostProcess started = startHost(storage);
        host = started;
        awaitReady(started);
        explain(started.baseUri());
        awaitEnd(started, storage.own());
    }

    private HostProcess startHost(LocalStorage storage) {
        try {
            HostProcess.Options options = HostProcess.Options.of(settings.staged());
            List<String> keys = settings.callers().keys();
            if (!keys.isEmpty()) {
                options.keys(keys.get(0), keys.get(1));
            }
            return HostProcess.start(options.port(settings.port())
                    .foreignCallers(settings.callers().foreign())
                    .environment(Map.of("AzureWebJobsStorage", storage.connectionString()))
                    .classPath(hostClassPath)
                    .colour(isTerminal())
                    .output(out::println));
        } catch (IOException e) {
            throw new LocalSetupException("The host cannot be started: " + e, e);
        }
    }

    @SuppressWarnings("SystemConsoleNull") // from JDK 22 on, a redirected log may hold colours: no harm
    private static boolean isTerminal() {
        return System.console() != null && System.getenv("NO_COLOR") == null;
    }

    private void awaitReady(HostProcess started) throws InterruptedException {
        try {
            started.awaitReady(READY_LIMIT);
        } catch (IllegalStateException e) {
            if (started.onExit().getNow(0) == HostProcess.PORT_TAKEN) {
                throw portTaken();
            }
            throw new LocalSetupException("The host did not start. " + e.getMessage(), e);
        }
    }

    private LocalSetupException portTaken() {
        int port = settings.port();
        return new LocalSetupException("Port " + port + " is in use. Choose another with -D" + LauncherSettings.PORT
                + "=" + (port < 65535 ? port + 1 : port - 1) + ".");
    }

    private void explain(URI uri) {
        String base = "http://localhost:" + uri.getPort() + "/api";
        out.println();
        out.println("Dashboard: " + base + "/ui/");
        out.println();
        out.println("Soliton runs. Start an instance, of which there is one for each ID, and look at it:");
        out.println();
        boolean examples = hasExamples();
        out.println("  curl -i -X POST " + base + "/orchestrators/" + (examples ? "HelloCities/hello-1" : "NAME/ID"));
        out.println("  curl -i " + base + "/instances/" + (examples ? "hello-1" : "ID"));
        out.println();
        out.println("Ctrl-C ends it.");
        out.println();
    }

    /** Whether the app has the examples of this project, which are a jar of their own. */
    private boolean hasExamples() {
        Path lib = settings.staged().resolve("lib");
        try (Stream<Path> jars = Files.isDirectory(lib) ? Files.list(lib) : Stream.empty()) {
            return jars.anyMatch(jar -> jar.getFileName().toString().matches("soliton-.*-examples\\.jar"));
        } catch (IOException e) {
            return false;
        }
    }

    private void awaitEnd(HostProcess started, @Nullable Azurite own) throws InterruptedException {
        CompletableFuture<?> storageEnd = own == null ? new CompletableFuture<>() : own.onExit();
        CompletableFuture.anyOf(started.onExit(), storageEnd).join();
        if (stopping) {
            awaitEndOfProcess();
        }
        if (own != null && !own.isAlive()) {
            throw new LocalSetupException("Azurite has ended. It wrote last:\n" + own.outputTail());
        }
        throw new LocalSetupException(
                "The host has ended with exit code " + started.onExit().join() + ".");
    }

    /** The process is about to end: whoever called this would only report a failure that is none. */
    private static void awaitEndOfProcess() throws InterruptedException {
        new CountDownLatch(1).await();
    }

    private void stop() {
        stopping = true;
        HostProcess runningHost = host;
        Azurite runningAzurite = azurite;
        if (runningHost != null && runningHost.isAlive()) {
            out.println("Stopping: the host finishes what it runs, for up to ten seconds.");
            runningHost.stop();
            out.println("The host has stopped.");
        }
        if (runningAzurite != null) {
            runningAzurite.close();
            out.println("Azurite has stopped.");
        }
    }
}
