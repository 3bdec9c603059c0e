package dev.soliton.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The launcher in a process of its own, with its family and its output. */
final class LauncherProcess implements AutoCloseable {

    static final Duration PATIENCE = Duration.ofMinutes(2);

    private static final Pattern INSTANCES = Pattern.compile("curl -i (http://localhost:\\d+/api)/instances");
    private static final Pattern DASHBOARD = Pattern.compile("^Dashboard: http://localhost:\\d+/api/ui/$");

    private final Process process;
    private final BlockingQueue<String> unread = new LinkedBlockingQueue<>();
    private final List<String> read = new ArrayList<>();
    private final ProcessOutput output;
    private List<ProcessHandle> family = List.of();

    LauncherProcess(Path staged, String... properties) throws IOException {
        this(java(staged, properties), Path.of("").toAbsolutePath());
    }

    /** The launcher within a program that runs in a folder. */
    LauncherProcess(List<String> program, Path folder) throws IOException {
        List<String> command = new ArrayList<>(hearingInterrupts());
        command.addAll(program);
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true);
        // Of a build that runs this test.
        builder.environment()
                .keySet()
                .removeAll(List.of("MAVEN_BASEDIR", "MAVEN_PROJECTBASEDIR", "MAVEN_CMD_LINE_ARGS", "MAVEN_CONFIG"));
        this.process = builder.start();
        this.output = ProcessOutput.of(process, unread::add);
    }

    private static List<String> java(Path staged, String... properties) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-cp", System.getProperty("java.class.path")));
        command.add("-Dsoliton.basedir=" + ProjectRoot.find());
        command.add("-Dsoliton.staged=" + staged);
        command.addAll(List.of(properties));
        command.add(Launcher.class.getName());
        return command;
    }

    /**
     * Builds that run in the background ignore interrupts, and so would what they start: this lets it hear them again,
     * where the system has the means.
     */
    private static List<String> hearingInterrupts() throws IOException {
        List<String> prefix = List.of("env", "--default-signal=INT");
        List<String> trial = new ArrayList<>(prefix);
        trial.add("true");
        try {
            Process tried = new ProcessBuilder(trial).redirectErrorStream(true).start();
            tried.getInputStream().readAllBytes();
            return tried.waitFor() == 0 ? prefix : List.of();
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new IOException(stop);
        }
    }

    /** Waits until the app is served; returns the base of its routes. */
    String awaitReady() throws InterruptedException {
        // The address of the dashboard comes first.
        awaitLine(DASHBOARD);
        Matcher matcher = INSTANCES.matcher(awaitLine(INSTANCES));
        assertThat(matcher.find()).isTrue();
        awaitLine(Pattern.compile("Ctrl-C ends it"));
        family = process.descendants().toList();
        return matcher.group(1);
    }

    /** The next line that matches; those before it are read, too. */
    String awaitLine(Pattern pattern) throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            String line = unread.poll(1, TimeUnit.SECONDS);
            if (line == null && process.isAlive() && System.nanoTime() < deadline) {
                continue;
            }
            if (line == null && !process.isAlive()) {
                output.tail(process); // it has been read to its end then
                line = unread.poll();
            }
            if (line == null) {
                throw new AssertionError("no line matches " + pattern + ":\n" + String.join("\n", read));
            }
            read.add(line);
            if (pattern.matcher(line).find()) {
                return line;
            }
        }
    }

    /** The programs that it runs, as long as it runs. */
    List<String> programsOfFamily() {
        return family.stream()
                .map(member -> Path.of(member.info().command().orElse("?"))
                        .getFileName()
                        .toString())
                .toList();
    }

    /** Sends a signal as a terminal does: to the whole process group. */
    void signalAll(String signal) throws IOException, InterruptedException {
        List<Long> members = new ArrayList<>();
        family.forEach(member -> members.add(member.pid())); // first, so that they cannot have ended by themselves
        members.add(process.pid());
        signal(signal, members);
    }

    void signal(String signal) throws IOException, InterruptedException {
        signal(signal, List.of(process.pid()));
    }

    private static void signal(String signal, List<Long> members) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("kill", "-" + signal));
        members.forEach(member -> command.add(Long.toString(member)));
        assertThat(new ProcessBuilder(command).inheritIO().start().waitFor()).isZero();
    }

    int awaitExit() throws InterruptedException {
        assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        return process.exitValue();
    }

    String outputTail() {
        return output.tail(process);
    }

    void awaitEndOfFamily() {
        assertThat(family).isNotEmpty();
        for (ProcessHandle member : family) {
            assertThat(member.onExit()).succeedsWithin(PATIENCE);
        }
    }

    @Override
    public void close() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }
}
