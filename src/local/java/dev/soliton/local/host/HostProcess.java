package dev.soliton.local.host;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A local host in a JVM of its own, seen from the process that started it.
 *
 * <p>The staged folder is copied first, so that a rebuild beside a running host does it no harm. The child's standard
 * input is a pipe from here: it stops when the pipe closes, so it never outlives this process, however this one ends.
 *
 * <p>As the real host restarts a Java worker that it killed after {@code functionTimeout}, or that died, this restarts the
 * child, on the same port. The third death within 30 minutes is the end of the host. Of each dead child it fails the
 * messages, as {@link DeadInvocations} says: what is still the host's of a host that is one process with its Java.
 */
public final class HostProcess implements AutoCloseable {

    /** The exit code of a host that found its port taken. */
    public static final int PORT_TAKEN = ExitCodes.PORT_TAKEN;

    /** What a stop may take longer than its parts say, before it becomes a kill. */
    private static final Duration STOP_MARGIN = Duration.ofSeconds(5);

    /** So many deaths of Java within the time end the host. */
    private static final int MOST_DEATHS = 3;

    private static final Duration DEATHS_COUNT_FOR = Duration.ofMinutes(30);

    private final Options options;
    private final StagedCopy copy;
    private final DeadInvocations dead;
    private final CompletableFuture<Integer> exit = new CompletableFuture<>();
    private volatile CompletableFuture<Integer> port = new CompletableFuture<>();
    private volatile Process process;
    private volatile boolean stopping;
    private volatile boolean killed;

    private HostProcess(Options options) throws IOException {
        this.options = options;
        this.copy = StagedCopy.of(options.stagedRoot);
        this.dead = new DeadInvocations(copy, options.output, () -> killed);
        try {
            this.process = launch(options.port);
        } catch (IOException | RuntimeException e) {
            copy.delete();
            throw e;
        }
        supervise();
    }

    /** Starts a host; {@link #awaitReady} says when it serves. */
    public static HostProcess start(Options options) throws IOException {
        return new HostProcess(options);
    }

    /**
     * Waits until functions are loaded and listeners run.
     *
     * @throws IllegalStateException if the host ended instead, or is not ready in time
     */
    public void awaitReady(Duration limit) throws InterruptedException {
        long deadline = System.nanoTime() + limit.toNanos();
        HttpClient client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(Duration.ofSeconds(2))
                .build();
        while (!isServing(client)) {
            if (exit.isDone()) {
                throw new IllegalStateException("The local host ended with exit code " + exit.join() + ".");
            }
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException("The local host was not ready within " + limit + ".");
            }
            TimeUnit.MILLISECONDS.sleep(50);
        }
    }

    private boolean isServing(HttpClient client) throws InterruptedException {
        if (!port.isDone() || port.isCompletedExceptionally()) {
            return false;
        }
        HttpRequest request = HttpRequest.newBuilder(baseUri().resolve("/admin/host/ping"))
                .timeout(Duration.ofSeconds(5))
                .build();
        try {
            return client.send(request, BodyHandlers.discarding()).statusCode() == 200;
        } catch (ConnectException | HttpTimeoutException e) {
            return false;
        } catch (IOException e) {
            return false; // it may be between two lives; an end of it shows in exit
        }
    }

    /** The address it listens on, as soon as it does. */
    public URI baseUri() {
        try {
            return URI.create("http://127.0.0.1:" + port.get(60, TimeUnit.SECONDS));
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException("The local host does not listen.", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while the local host starts.", e);
        }
    }

    /** The process id of the child JVM; another one after a restart. */
    public long pid() {
        return process.pid();
    }

    public boolean isAlive() {
        return !exit.isDone();
    }

    /** The exit code of the host, once it has ended for good. */
    public CompletableFuture<Integer> onExit() {
        return exit.copy();
    }

    /** Kills the host at once, as a crash would, and waits until it is gone. */
    public void kill() {
        killed = true;
        stopping = true;
        process.toHandle().destroyForcibly(); // which, unlike the process's own, leaves its last lines to be read
        exit.join();
    }

    /** Stops as the options say, as on Ctrl-C unless told otherwise, and waits until Java has ended too. */
    public void stop() {
        stopping = true;
        try {
            process.getOutputStream().close();
        } catch (IOException e) {
            process.toHandle().destroy();
        }
        try {
            exit.get(options.stopping.longest().plus(STOP_MARGIN).toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            kill();
        } catch (ExecutionException | TimeoutException e) {
            kill();
        }
    }

    /**
     * Ends the host as a kill of it alone would: Java lives on for a while without it. Returns at once; the line "The host is
     * gone" says when it is, and {@link #onExit} when Java has followed it.
     */
    public void leaveJavaBehind() {
        stopping = true;
        try {
            process.getOutputStream().write(StopSignals.GO_ALONE);
            process.getOutputStream().flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        stop();
    }

    private Process launch(int requestedPort) throws IOException {
        List<String> warnings = new ArrayList<>();
        Map<String, String> environment = environment(requestedPort, warnings);
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        // As the Java worker's, but for -noverify, which newer JDKs warn of.
        command.addAll(List.of("-XX:+TieredCompilation", "-XX:TieredStopAtLevel=1"));
        command.add("-Djava.net.preferIPv4Stack=true");
        command.add("--add-opens=java.base/java.lang=ALL-UNNAMED");
        command.add("--add-opens=java.base/java.util=ALL-UNNAMED");
        String workerArguments = environment.getOrDefault("languageWorkers__java__arguments", "");
        if (!workerArguments.isBlank()) {
            command.addAll(List.of(workerArguments.strip().split("\\s+", -1)));
        }
        command.addAll(options.jvmArguments);
        command.addAll(List.of("-cp", absolute(options.classPath), HostMain.class.getName()));
        command.addAll(List.of("--root", copy.root().toString()));
        command.addAll(List.of(
                "--script-path", options.stagedRoot.toAbsolutePath().normalize().toString()));
        command.addAll(List.of("--port", Integer.toString(requestedPort)));
        command.addAll(List.of("--message-lease", options.messageLease.toString()));
        command.addAll(List.of("--held", copy.held().toString()));
        if (!options.keys.isEmpty()) {
            command.addAll(List.of("--keys", options.keys));
        }
        if (options.foreignCallers) {
            command.add("--foreign-callers");
        }
        command.addAll(List.of("--stopping", options.stopping.text()));
        command.add("--exit-with-parent");
        if (options.colour) {
            command.add("--colour");
        }
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(copy.root().toFile()).redirectErrorStream(true);
        builder.environment().clear();
        builder.environment().putAll(environment);
        warnings.forEach(options.output);
        return builder.start();
    }

    /** The child's working directory is another one. */
    private static String absolute(String classPath) {
        return Pattern.compile(Pattern.quote(File.pathSeparator))
                .splitAsStream(classPath)
                .map(entry -> Path.of(entry).toAbsolutePath().toString())
                .collect(Collectors.joining(File.pathSeparator));
    }

    /** The settings in the order of who wins: given here, of this process, in local.settings.json. */
    private Map<String, String> environment(int requestedPort, List<String> warnings) throws IOException {
        Map<String, String> environment = new HashMap<>(System.getenv());
        environment.putAll(options.environment);
        LocalSettings.read(copy.root()).values().forEach((name, value) -> {
            String existing = environment.putIfAbsent(name, value);
            // Who starts a host with a setting knows that; what the environment happens to have can be a surprise.
            if (existing != null && !existing.equals(value) && !options.environment.containsKey(name)) {
                warnings.add("Skipping '" + name
                        + "' from local settings as it's already defined in current environment variables.");
            }
        });
        environment.putIfAbsent("FUNCTIONS_WORKER_RUNTIME", "java");
        environment.put("AZURE_FUNCTIONS_ENVIRONMENT", "Development");
        environment.put("FUNCTIONS_APPLICATION_DIRECTORY", copy.root().toString());
        environment.put("AzureWebJobsScriptRoot", copy.root().toString());
        if (requestedPort != 0) { // else not known before the JVM that would be told
            environment.put("WEBSITE_HOSTNAME", "localhost:" + requestedPort);
        }
        return environment;
    }

    private void supervise() {
        Thread thread = new Thread(this::pumpUntilEnd, "local-host-" + process.pid());
        thread.setDaemon(true);
        thread.start();
    }

    private void pumpUntilEnd() {
        int code = ExitCodes.FAILED;
        try {
            code = pump();
            Deque<Long> deaths = new ArrayDeque<>();
            failInvocations(code);
            while (ExitCodes.isDeathOfJava(code) && port.isDone() && !stopping && !isLastDeath(code, deaths)) {
                int samePort = port.join();
                options.output.accept("Restarting the local host on port " + samePort + ".");
                port = new CompletableFuture<>();
                process = launch(samePort);
                if (stopping) {
                    process.destroyForcibly();
                }
                code = pump();
                failInvocations(code);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            process.destroyForcibly();
            dead.await();
            copy.delete();
            port.completeExceptionally(new IllegalStateException("The local host ended with exit code " + code + "."));
            exit.complete(code);
        }
    }

    private void failInvocations(int code) throws IOException {
        if (ExitCodes.isDeathOfJava(code)) {
            dead.fail(new AppSettings(environment(options.port, new ArrayList<>())));
        }
    }

    /** Counts a death; that of a function that took too long was meant, and does not count. */
    private boolean isLastDeath(int code, Deque<Long> deaths) {
        if (code == ExitCodes.FUNCTION_TIMEOUT) {
            return false;
        }
        long now = System.nanoTime();
        while (!deaths.isEmpty() && now - deaths.peekFirst() > DEATHS_COUNT_FOR.toNanos()) {
            deaths.removeFirst();
        }
        deaths.addLast(now);
        boolean last = deaths.size() == MOST_DEATHS;
        options.output.accept("Java has ended with exit code " + code + ", "
                + (last ? "the third time within 30 minutes: the host ends." : "time " + deaths.size() + "."));
        return last;
    }

    /** Hands on the child's lines until it ends; the first to name its address is the one that says where it listens. */
    private int pump() throws IOException {
        Process child = process;
        try (BufferedReader lines = child.inputReader(StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith(HostMain.LISTENING)) {
                    port.complete(Integer.valueOf(line.substring(HostMain.LISTENING.length())));
                }
                options.output.accept(line);
            }
            return child.onExit().join().exitValue();
        }
    }

    /** What to run and how; each method changes one thing and returns this object. */
    public static final class Options {

        private final Path stagedRoot;
        private int port;
        private Map<String, String> environment = Map.of();
        private Duration messageLease = Duration.ofMinutes(10);
        private List<String> jvmArguments = List.of();
        private Consumer<String> output = System.out::println;
        private String classPath = System.getProperty("java.class.path", "");
        private boolean colour;
        private String keys = "";
        private Stopping stopping = Stopping.QUICK;
        private boolean foreignCallers;

        private Options(Path stagedRoot) {
            this.stagedRoot = stagedRoot;
        }

        /** A host for the given staged folder on any free port, that prints what the real one would. */
        public static Options of(Path stagedRoot) {
            return new Options(stagedRoot);
        }

        /** The port to listen on; 0, the default, is any free one. */
        public Options port(int value) {
            port = value;
            return this;
        }

        /** Environment variables that win over those of this process and over local.settings.json. */
        public Options environment(Map<String, String> values) {
            environment = Map.copyOf(values);
            return this;
        }

        /** How long a received message stays invisible without renewal; ten minutes in the real host. */
        public Options messageLease(Duration value) {
            messageLease = value;
            return this;
        }

        /** Arguments of the child JVM that follow those of the real worker. */
        public Options jvmArguments(List<String> values) {
            jvmArguments = List.copyOf(values);
            return this;
        }

        /** Takes the child's lines, one call at a time; by default they go to this process's standard output. */
        public Options output(Consumer<String> lines) {
            output = lines;
            return this;
        }

        /** The class path of the host itself (never the app's), where that of this process is not the right one. */
        public Options classPath(String value) {
            classPath = value;
            return this;
        }

        /**
         * Asks for keys as on Azure: the master key for {@code /admin} and everything else, the other one for functions of
         * the level {@code FUNCTION}. By default nobody is asked for any.
         */
        public Options keys(String master, String function) {
            keys = master + "," + function;
            return this;
        }

        /** How it stops; as on Ctrl-C of {@code mvn -Plocal} by default. */
        public Options stopping(Stopping value) {
            stopping = value;
            return this;
        }

        /**
         * Whether pages of other sites, and names of other hosts that lead here, are answered as well. They are refused by
         * default: a browser on this machine would let any site call this host.
         */
        public Options foreignCallers(boolean value) {
            foreignCallers = value;
            return this;
        }

        /** Whether lines carry terminal colours; they do not by default. */
        public Options colour(boolean value) {
            colour = value;
            return this;
        }
    }
}
