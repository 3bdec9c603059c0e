package dev.soliton.local.host;

import java.io.IOException;
import java.net.BindException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/**
 * The main class of the host's JVM, which {@link HostProcess} starts.
 *
 * <p>Its environment is the app's settings, its working directory the staged folder. Arguments: {@code --root} the folder
 * to serve, {@code --script-path} the folder it is a copy of, {@code --port}, {@code --message-lease} an ISO 8601 length,
 * {@code --held} the folder in which messages are noted that are under way,
 * {@code --keys} those to ask for, {@code --foreign-callers} to answer to any {@code Host} and {@code Origin},
 * {@code --stopping} how, as {@link Stopping#text} has it, {@code --exit-with-parent} to stop when standard input ends, {@code --colour}.
 */
final class HostMain {

    /** The line that says where the host listens begins so, and ends with the port. */
    static final String LISTENING = "Listening on http://127.0.0.1:";

    /** How long shutdown hooks may take where there is no host that would wait for them. */
    private static final Duration HOOKS_LEFT_BEHIND = Duration.ofMinutes(1);

    private final List<String> arguments;
    private final Console console;
    private final AtomicBoolean ending = new AtomicBoolean();

    private HostMain(List<String> arguments) {
        this.arguments = arguments;
        this.console = new Console(HostMain::print, arguments.contains("--colour"), Clock.systemUTC());
    }

    public static void main(String[] args) {
        // What Netty would look for at its start and is not needed here; the app's own classes never see it.
        System.setProperty("io.netty.machineId", "00:00:00:00:00:00:00:01");
        System.setProperty("io.netty.processId", "1");
        System.setProperty("io.netty.allocator.type", "unpooled");
        System.setProperty("io.netty.leakDetection.level", "disabled");
        System.setProperty("io.netty.noUnsafe", "true");
        new HostMain(Arrays.asList(args)).run();
        awaitExit();
    }

    private static void print(String line) {
        System.out.println(line);
        System.out.flush();
    }

    private void run() {
        int port = Integer.parseInt(argument("--port"));
        try {
            Host host = new Host(
                    new Host.Setup(
                            Path.of(argument("--root")),
                            argument("--script-path"),
                            port,
                            Duration.parse(argument("--message-lease")),
                            Path.of(argument("--held")),
                            new Access(
                                    arguments.contains("--keys")
                                            ? Access.Keys.parse(argument("--keys"))
                                            : Optional.empty(),
                                    arguments.contains("--foreign-callers"))),
                    new AppSettings(System.getenv()),
                    console,
                    Clock.systemUTC());
            Stopping stopping = Stopping.parse(argument("--stopping"));
            StopSignals.onSignals(() -> stop(host, stopping));
            if (arguments.contains("--exit-with-parent")) {
                StopSignals.onInput(() -> stop(host, stopping), () -> goAlone(host, stopping));
            }
            console.print(LISTENING + host.port());
            host.start();
        } catch (BindException e) {
            fail(
                    ExitCodes.PORT_TAKEN,
                    "Port " + port + " is taken: another program listens on 127.0.0.1:" + port + ".");
        } catch (HostInError e) {
            fail(ExitCodes.FAILED, String.valueOf(e.getMessage()));
        } catch (IOException | RuntimeException e) {
            console.error("Host.Startup", "The host could not start.", e);
            System.exit(ExitCodes.FAILED);
        }
    }

    /** Nothing else keeps the JVM alive: all other threads are daemons, and only an exit of its own ends it. */
    private static void awaitExit() {
        while (!Thread.currentThread().isInterrupted()) {
            LockSupport.park();
        }
    }

    private void fail(int code, String message) {
        console.log("Host.Startup", Console.Level.ERROR, message);
        System.exit(code);
    }

    private void stop(Host host, Stopping stopping) {
        if (!ending.compareAndSet(false, true)) {
            return;
        }
        try {
            boolean idle = host.stop(stopping);
            if (!idle && stopping.then() == Stopping.Then.KILLED) {
                Runtime.getRuntime().halt(ExitCodes.STOPPED);
            } else if (!idle && stopping.then() == Stopping.Then.LEFT_BEHIND) {
                leave(host, stopping);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        exit(stopping.afterwards());
    }

    /** The host ends as if it alone had been killed. */
    private void goAlone(Host host, Stopping stopping) {
        if (!ending.compareAndSet(false, true)) {
            return;
        }
        try {
            leave(host, stopping);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void leave(Host host, Stopping stopping) throws InterruptedException {
        host.leave(stopping.afterwards());
        TimeUnit.MILLISECONDS.sleep(stopping.afterwards().toMillis());
        exit(HOOKS_LEFT_BEHIND);
    }

    private static void exit(Duration hooksLimit) {
        Thread limit = new Thread(() -> haltAfter(hooksLimit));
        limit.setDaemon(true);
        limit.start();
        System.exit(ExitCodes.STOPPED);
    }

    private static void haltAfter(Duration limit) {
        try {
            TimeUnit.MILLISECONDS.sleep(limit.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        Runtime.getRuntime().halt(ExitCodes.STOPPED);
    }

    private String argument(String name) {
        int at = arguments.indexOf(name);
        if (at < 0 || at + 1 == arguments.size()) {
            throw new IllegalArgumentException("Argument " + name + " is missing.");
        }
        return arguments.get(at + 1);
    }
}
