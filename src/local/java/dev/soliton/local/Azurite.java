package dev.soliton.local;

import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A running Azurite, the emulator of a storage account, as a child process.
 *
 * <p>It ends when it is closed, and also when this process ends in any other way: its script watches its standard
 * input. It ignores the signals that a terminal sends to a whole process group, so that whoever started it decides
 * when it stops.
 */
public final class Azurite implements AutoCloseable {

    private static final Pattern LISTENING =
            Pattern.compile("Azurite (Blob|Queue|Table) service is successfully listening at \\S+:(\\d+)");
    private static final long STOP_SECONDS = 15;

    private final Process process;
    private final ProcessOutput output;
    private final StoragePorts ports;

    private Azurite(Process process, ProcessOutput output, StoragePorts ports) {
        this.process = process;
        this.output = output;
        this.ports = ports;
    }

    /**
     * How to run Azurite.
     *
     * @param home the folder that holds the installation
     * @param data where the data are kept; null keeps them in memory
     * @param ports where to listen
     * @param progress gets a line and dots when Azurite has to be installed first
     * @param limit for starting, an installation not counted
     */
    public record Options(Path home, @Nullable Path data, StoragePorts ports, PrintStream progress, Duration limit) {

        /** An emptied account on free ports, forgotten at the end: for tests. */
        public static Options inMemory() {
            return new Options(
                    ProjectRoot.find().resolve(".azurite"), null, StoragePorts.FREE, System.err, Duration.ofMinutes(1));
        }

        /** An account on free ports whose data are kept in a folder: for tests. */
        public static Options keptIn(Path data) {
            return keptIn(ProjectRoot.find().resolve(".azurite"), data);
        }

        /** An account on free ports whose data are kept in a folder, by the Azurite that is installed in another. */
        static Options keptIn(Path home, Path data) {
            return new Options(home, data, StoragePorts.FREE, System.err, Duration.ofMinutes(1));
        }

        public Options withPorts(StoragePorts ports) {
            return new Options(home, data, ports, progress, limit);
        }

        public Options withProgress(PrintStream progress) {
            return new Options(home, data, ports, progress, limit);
        }
    }

    /**
     * Starts Azurite, installed first where that was not done yet, and returns when all its services answer.
     *
     * @throws LocalSetupException if it does not start; the message holds what it wrote
     */
    public static Azurite start(Options options) {
        AzuriteInstallation installation = new AzuriteInstallation(options.home());
        Path directory = installation.directory(options.progress());
        Process process = spawn(options, installation, directory);
        Map<String, Integer> listening = new ConcurrentHashMap<>();
        ProcessOutput output = ProcessOutput.of(process, line -> {
            Matcher matcher = LISTENING.matcher(line);
            if (matcher.find()) {
                listening.put(matcher.group(1), Integer.valueOf(matcher.group(2)));
            }
        });
        try {
            StoragePorts ports = awaitReady(process, listening, options.limit());
            return new Azurite(process, output, ports);
        } catch (NotReady e) {
            process.destroyForcibly();
            throw new LocalSetupException(
                    "Azurite did not start: " + e.getMessage() + ". It wrote:\n" + output.tail(process), e);
        }
    }

    private static Process spawn(Options options, AzuriteInstallation installation, Path directory) {
        List<String> command =
                new ArrayList<>(List.of("node", installation.runScript().toString(), directory.toString()));
        command.addAll(List.of("--silent", "--disableTelemetry", "--skipApiVersionCheck"));
        command.addAll(List.of(
                "--blobHost", "127.0.0.1", "--blobPort", "" + options.ports().blob()));
        command.addAll(List.of(
                "--queueHost", "127.0.0.1", "--queuePort", "" + options.ports().queue()));
        command.addAll(List.of(
                "--tableHost", "127.0.0.1", "--tablePort", "" + options.ports().table()));
        Path data = options.data();
        try {
            if (data == null) {
                command.add("--inMemoryPersistence");
            } else {
                Files.createDirectories(data);
                command.addAll(List.of("--location", data.toAbsolutePath().toString()));
            }
            ProcessBuilder builder =
                    new ProcessBuilder(command).directory(directory.toFile()).redirectErrorStream(true);
            builder.environment().keySet().removeAll(List.of("AZURITE_ACCOUNTS", "AZURITE_DB"));
            return builder.start();
        } catch (IOException e) {
            throw new LocalSetupException("Azurite cannot be started (is Node.js installed?): " + e.getMessage(), e);
        }
    }

    private static StoragePorts awaitReady(Process process, Map<String, Integer> listening, Duration limit)
            throws NotReady {
        long begun = System.nanoTime();
        try {
            while (!process.waitFor(20, TimeUnit.MILLISECONDS)) {
                if (listening.size() == 3) {
                    StoragePorts ports = new StoragePorts(
                            listening.getOrDefault("Blob", 0),
                            listening.getOrDefault("Queue", 0),
                            listening.getOrDefault("Table", 0));
                    if (isAnsweredAt(ports)) {
                        return ports;
                    }
                }
                if (System.nanoTime() - begun > limit.toNanos()) {
                    throw new NotReady("not ready within " + limit.toSeconds() + " s");
                }
            }
            throw new NotReady("it ended with exit code " + process.exitValue());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new NotReady("interrupted");
        }
    }

    /** Whether Azurite's three services, and nothing else, answer at these ports. */
    static boolean isAnsweredAt(StoragePorts ports) {
        return isAnswered("Blob", ports.blob())
                && isAnswered("Queue", ports.queue())
                && isAnswered("Table", ports.table());
    }

    private static boolean isAnswered(String service, int port) {
        HttpClient client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(Duration.ofSeconds(2))
                .build();
        // No key goes with it: any answer will do, a refusal too.
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/"))
                .timeout(Duration.ofSeconds(5))
                .build();
        try {
            HttpResponse<Void> response = client.send(request, HttpResponse.BodyHandlers.discarding());
            return response.headers().firstValue("Server").orElse("").startsWith("Azurite-" + service);
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** A connection string with the account's name, its published key and each service's endpoint. */
    public String connectionString() {
        return ports.connectionString();
    }

    public StoragePorts ports() {
        return ports;
    }

    public int blobPort() {
        return ports.blob();
    }

    public int queuePort() {
        return ports.queue();
    }

    public int tablePort() {
        return ports.table();
    }

    public long pid() {
        return process.pid();
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** Completed when Azurite has ended, however it ended. */
    public CompletableFuture<?> onExit() {
        return process.onExit();
    }

    /** What Azurite wrote last, for a report of a failure. */
    public String outputTail() {
        return output.tail(process);
    }

    /** Stops Azurite in good order, so that everything it accepted is kept; returns when it has ended. */
    @Override
    public void close() {
        try {
            process.getOutputStream().close();
            if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
                kill();
            }
        } catch (IOException e) {
            kill(); // the pipe is broken: it has ended already, or is about to
        } catch (InterruptedException e) {
            kill();
            Thread.currentThread().interrupt();
        }
    }

    /** Ends Azurite at once; with data kept in a folder, the last seconds' writes are lost. */
    public void kill() {
        process.destroyForcibly();
        process.onExit().join();
    }

    private static final class NotReady extends Exception {

        private static final long serialVersionUID = 1L;

        NotReady(String message) {
            super(message);
        }
    }
}
