package dev.soliton.reliability;

import dev.soliton.e2e.TestApp;
import dev.soliton.e2e.app.ActivityLog;
import dev.soliton.e2e.app.ActivityLog.Event;
import dev.soliton.e2e.app.Duties;
import dev.soliton.local.host.HostProcess;
import dev.soliton.local.host.Stopping;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Hosts of one app that are killed, stopped and replaced. The leases of workers last as long as in production. */
final class Fleet implements AutoCloseable {
    /** How long anything may take that is bound to happen, on a machine that is busy with other things. */
    static final Duration LIMIT = Duration.ofMinutes(3);

    static {
        // The hosts close connections that were idle for 130 s. A request that is sent in that moment would fail.
        System.setProperty("jdk.httpclient.keepalive.timeout", "30");
    }

    private final String hub;
    private final String connectionString;
    private final Terms terms;
    private final TestApp app = TestApp.of(shipped(), List.of(Duties.class));
    private final Map<String, String> settings = new ConcurrentHashMap<>();
    private final List<Member> members = new CopyOnWriteArrayList<>();
    private final List<Said> said = new CopyOnWriteArrayList<>();
    private final ExecutorService starters = Executors.newCachedThreadPool();
    private final List<Future<?>> starting = new CopyOnWriteArrayList<>();

    /**
     * A fleet without hosts.
     *
     * @param connectionString leads to the storage
     */
    Fleet(String hub, String connectionString, Terms terms) {
        this.hub = hub;
        this.terms = terms;
        this.connectionString = connectionString;
    }

    /**
     * How long things take.
     *
     * @param messageLease how long a message stays invisible that a host has received, if it does not renew that
     * @param patience how long callers go on with a request that is not answered
     */
    record Terms(Duration messageLease, Duration patience) {
        /** As the real host has it. */
        static final Terms PRODUCTION = new Terms(Duration.ofMinutes(10), LIMIT);
    }

    /** A line that a host printed. */
    record Said(Instant time, String line) {}

    /** A host. */
    static final class Member {
        private final HostProcess process;
        private volatile boolean standsStill;

        private Member(HostProcess process) {
            this.process = process;
        }

        URI base() {
            return process.baseUri();
        }

        long pid() {
            return process.pid();
        }

        boolean standsStill() {
            return standsStill;
        }
    }

    Terms terms() {
        return terms;
    }

    /** Gives the hosts that are started from now on a setting. */
    void setting(String name, String value) {
        settings.put(name, value);
    }

    /** What the activities noted, and what was done to the hosts. */
    ActivityLog log() {
        return app.log();
    }

    /** What the hosts printed. */
    List<Said> said() {
        return said;
    }

    /** Those that are there, and those that stand still. */
    List<Member> members() {
        return List.copyOf(members);
    }

    /** Those that are there and do not stand still. */
    List<Member> healthy() {
        return members.stream().filter(member -> !member.standsStill()).toList();
    }

    /** Starts hosts, all at a time, and waits until they serve. */
    void start(int count) {
        for (int i = 0; i < count; i++) {
            startOne();
        }
        awaitStarted();
    }

    /** Starts another host, which is a member once it serves. */
    void startOne() {
        startOne(Stopping.QUICK);
    }

    /** Starts another host, which stops in its own way. */
    void startOne(Stopping stopping) {
        starting.add(starters.submit(() -> {
            members.add(new Member(launch(stopping)));
            return null;
        }));
    }

    /** Waits for hosts that are being started. */
    void awaitStarted() {
        for (Future<?> start : starting) {
            try {
                start.get();
            } catch (ExecutionException trouble) {
                throw new IllegalStateException(trouble.getCause() + "\n" + tail(), trouble);
            } catch (InterruptedException stop) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(stop);
            }
        }
        starting.clear();
    }

    private HostProcess launch(Stopping stopping) throws IOException, InterruptedException {
        Map<String, String> environment = new HashMap<>(app.settings());
        environment.put("AzureWebJobsStorage", connectionString);
        environment.put("SOLITON_HUB", hub);
        environment.put("AzureFunctionsWebHost__hostid", hub);
        environment.putAll(settings);
        HostProcess host = HostProcess.start(HostProcess.Options.of(app.staged())
                .environment(environment)
                .messageLease(terms.messageLease())
                .stopping(stopping)
                .output(line -> said.add(new Said(Instant.now(), line))));
        host.awaitReady(LIMIT);
        return host;
    }

    /** Kills a host, with SIGKILL. */
    void kill(Member member) {
        Instant time = Instant.now();
        members.remove(member);
        long pid = member.pid();
        member.process.kill();
        log().note(Event.KILLED, pid, time);
    }

    /** Kills Java, and lets its host live, which starts another one. Returns when it is dead. */
    void killJava(Member member) {
        Instant time = Instant.now();
        ProcessHandle java = ProcessHandle.of(member.pid()).orElseThrow();
        java.destroyForcibly();
        java.onExit().join();
        log().note(Event.KILLED, java.pid(), time);
    }

    /** Kills a host, and lets its Java live; waits until that has ended by itself. */
    void leaveJavaBehind(Member member) {
        Instant time = Instant.now();
        members.remove(member);
        long pid = member.pid();
        member.process.leaveJavaBehind();
        member.process.onExit().join();
        log().note(Event.GONE, pid, time);
    }

    /** Tells a host to end, and waits until it has. */
    void end(Member member) {
        Instant time = Instant.now();
        members.remove(member);
        long pid = member.pid();
        member.process.stop();
        log().note(Event.GONE, pid, time);
    }

    /** Makes a host stand still, with SIGSTOP. */
    void stop(Member member) {
        member.standsStill = true;
        Instant time = Instant.now();
        signal(member, "-STOP");
        log().note(Event.STOPPED, member.pid(), time);
    }

    /** Lets a host go on that stands still, with SIGCONT. */
    void resume(Member member) {
        log().note(Event.RESUMED, member.pid(), Instant.now());
        signal(member, "-CONT");
        member.standsStill = false;
    }

    private static void signal(Member member, String name) {
        try {
            int code = new ProcessBuilder("kill", name, Long.toString(member.pid()))
                    .inheritIO()
                    .start()
                    .waitFor();
            if (code != 0) {
                throw new IllegalStateException("kill " + name + " " + member.pid() + " answered " + code + ".");
            }
        } catch (IOException trouble) {
            throw new UncheckedIOException(trouble);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(stop);
        }
    }

    private String tail() {
        List<Said> all = List.copyOf(said);
        return String.join(
                "\n",
                all.subList(Math.max(0, all.size() - 50), all.size()).stream()
                        .map(Said::line)
                        .toList());
    }

    /** Ends the hosts, and keeps what they printed and noted beside the reports of the tests. */
    @Override
    public void close() {
        members.stream().filter(Member::standsStill).forEach(this::resume);
        List<CompletableFuture<Void>> ends = new ArrayList<>();
        members.forEach(member -> ends.add(CompletableFuture.runAsync(member.process::close, starters)));
        ends.forEach(CompletableFuture::join);
        starters.shutdown();
        try {
            Path logs = Files.createDirectories(folder("host-logs"));
            Files.write(
                    logs.resolve(hub + ".log"),
                    said.stream().map(said -> said.time() + " " + said.line()).toList());
            log().copyTo(logs.resolve(hub + "-activities.log"));
            app.close();
        } catch (IOException trouble) {
            throw new UncheckedIOException(trouble);
        }
    }

    /** A folder of the build. */
    static Path folder(String name) {
        return shipped().resolve("../..").resolve(name).normalize();
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
