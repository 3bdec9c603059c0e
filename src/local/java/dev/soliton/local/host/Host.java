package dev.soliton.local.host;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** The host of one staged folder: loads its functions, serves and listens, and stops. */
final class Host {

    /** After which calls under way are cut where the host stops. */
    private static final Duration HTTP_LIMIT = Duration.ofSeconds(30);

    /** How long invocations that fail with their JVM get to say so. */
    private static final Duration LAST_WORDS = Duration.ofSeconds(5);

    private final Setup setup;
    private final AppSettings settings;
    private final Console console;
    private final InstantSource clock;
    private final InFlight inFlight = new InFlight();
    private final ExecutorService pool = Executors.newCachedThreadPool(this::daemon);
    private final ScheduledExecutorService scheduler = Executors.newScheduledThreadPool(4, this::daemon);
    private final WorkerStream stream = new WorkerStream();
    private final HttpFront http;
    private volatile @Nullable Listeners listeners;
    private volatile @Nullable Invoker running;

    /**
     * What to run.
     *
     * @param root the folder that is served
     * @param scriptPath the folder it is a copy of
     * @param held the folder in which messages are noted that are under way
     */
    record Setup(Path root, String scriptPath, int port, Duration messageLease, Path held, Access access) {}

    /** Binds the port, before anything else can go wrong or take time. */
    Host(Setup setup, AppSettings settings, Console console, InstantSource clock) throws IOException {
        this.setup = setup;
        this.settings = settings;
        this.console = console;
        this.clock = clock;
        this.http = new HttpFront(setup.port(), settings, setup.access(), inFlight, console, pool, this::failed);
    }

    int port() {
        return http.port();
    }

    /** Loads, lists and serves the functions. */
    void start() throws IOException {
        HostJson hostJson = HostJson.read(setup.root(), settings);
        console.filter(hostJson::logLevel);
        StagedApp app = StagedApp.read(setup.root(), settings, hostJson);
        requireStorage(app);
        Set<Path> scriptFiles = new LinkedHashSet<>();
        app.functions().forEach(function -> scriptFiles.add(function.scriptFile()));
        AppCode code = AppCode.load(scriptFiles);
        Invoker invoker = new Invoker(code, console, pool, hostJson.functionTimeout(), stream, this::killJvm);
        running = invoker;
        String hostId = HostId.of(settings, setup.scriptPath());
        TimerListener.Threads threads = new TimerListener.Threads(scheduler, pool, inFlight, console);
        Listeners started = new Listeners(
                settings,
                hostJson,
                hostId,
                setup.messageLease(),
                new HeldMessages(setup.held()),
                new Listeners.Environment(threads, clock, RandomGenerator.getDefault()));
        List<LoadedFunction> functions = new ArrayList<>();
        List<HttpFront.Endpoint> endpoints = new ArrayList<>();
        for (FunctionDefinition definition : app.functions()) {
            LoadedFunction function = LoadedFunction.of(definition, code);
            try {
                Trigger trigger = definition.trigger();
                if (trigger instanceof Trigger.Http on) {
                    endpoints.add(new HttpFront.Endpoint(route(definition, on, hostJson), on, function));
                } else if (trigger instanceof Trigger.Queue on) {
                    started.add(function, on, invoker);
                } else if (trigger instanceof Trigger.Timer on) {
                    started.add(function, on, invoker);
                }
                functions.add(function);
                if (function.loadFailure() != null) {
                    console.error("Host.Startup", "Cannot load '" + definition.name() + "'.", function.loadFailure());
                }
            } catch (FunctionInError e) {
                app.errors().put(definition.name(), String.valueOf(e.getMessage()));
            }
        }
        new FunctionList(console, port()).print(app, endpoints);
        started.start();
        listeners = started;
        http.open(new HttpFront.Site(
                HttpFront.Callers.of(hostId, hostJson.http()),
                invoker,
                new AdminInvocations(functions, invoker, inFlight, pool),
                endpoints));
    }

    private static RouteTemplate route(FunctionDefinition function, Trigger.Http trigger, HostJson hostJson) {
        String route = trigger.route().isEmpty() ? function.name() : trigger.route();
        return new RouteTemplate(hostJson.routePrefix(), route);
    }

    private void requireStorage(StagedApp app) {
        boolean httpOnly = app.functions().stream().allMatch(function -> function.trigger() instanceof Trigger.Http);
        String storage = settings.find("AzureWebJobsStorage");
        if (!httpOnly && (storage == null || storage.isBlank())) {
            throw new HostInError(
                    "Missing value for AzureWebJobsStorage in local.settings.json. This is required for all"
                            + " triggers other than httptrigger.");
        }
    }

    /**
     * Stops as told, but for the end of Java.
     *
     * @return whether nothing runs any more
     */
    boolean stop(Stopping stopping) throws InterruptedException {
        console.log("Host.Startup", Console.Level.INFORMATION, "Draining.");
        http.drain();
        long begun = System.nanoTime();
        var unused = scheduler.schedule(http::stop, HTTP_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        TimeUnit.MILLISECONDS.sleep(stopping.listening().toMillis());
        if (listeners != null) {
            console.log("Host.Startup", Console.Level.INFORMATION, "The listeners stop.");
            listeners.stop();
        }
        boolean idle = inFlight.awaitNone(stopping.waiting().minusNanos(System.nanoTime() - begun));
        if (idle) {
            http.flush();
        } else {
            console.log("Host.Startup", Console.Level.WARNING, "Stopping with invocations still under way.");
        }
        http.stop();
        return idle;
    }

    /**
     * Leaves Java without a host: nothing is received, renewed or answered any more.
     *
     * @param closing how long it takes until a log line, which blocks, throws
     */
    void leave(Duration closing) {
        stream.breakOff(closing);
        scheduler.shutdownNow();
        http.stop();
        if (listeners != null) {
            listeners.abandon();
        }
        console.log("Host.Startup", Console.Level.WARNING, "The host is gone; Java is left behind.");
    }

    /** Fails what is under way, and ends the JVM without another word to the app. */
    private void killJvm() {
        console.log("Host.Startup", Console.Level.ERROR, "A function timeout has occurred. The JVM is killed.");
        try {
            if (running != null) {
                running.failAll();
            }
            inFlight.awaitNone(LAST_WORDS);
            http.flush();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        Runtime.getRuntime().halt(ExitCodes.FUNCTION_TIMEOUT);
    }

    /** Without memory for its own threads a host is no use: it ends, and is started again. */
    private void failed(Throwable e) {
        console.error("Host.Startup", "A thread of the host has failed.", e);
        if (e instanceof OutOfMemoryError) {
            Runtime.getRuntime().halt(ExitCodes.OUT_OF_MEMORY);
        }
    }

    private Thread daemon(Runnable task) {
        Thread thread = new Thread(task);
        thread.setDaemon(true);
        thread.setUncaughtExceptionHandler((failing, e) -> failed(e));
        return thread;
    }
}
