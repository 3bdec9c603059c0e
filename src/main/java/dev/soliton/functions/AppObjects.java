package dev.soliton.functions;

import dev.soliton.azure.BlobPayloadStore;
import dev.soliton.azure.BlobWorkerStore;
import dev.soliton.azure.StorageAccount;
import dev.soliton.azure.StorageQueueLevels;
import dev.soliton.azure.StorageWorkQueue;
import dev.soliton.azure.TableInstanceCatalog;
import dev.soliton.azure.TableInstanceStore;
import dev.soliton.azure.TableStuckScan;
import dev.soliton.azure.TableSweepMark;
import dev.soliton.client.EndNotices;
import dev.soliton.client.HoldingReader;
import dev.soliton.client.OrchestrationClient;
import dev.soliton.client.Retention;
import dev.soliton.engine.Engine;
import dev.soliton.engine.Histories;
import dev.soliton.engine.PoisonDrain;
import dev.soliton.engine.runtime.EngineLimits;
import dev.soliton.engine.runtime.HostLog;
import dev.soliton.engine.runtime.SharingLimits;
import dev.soliton.engine.runtime.TimeAndIds;
import dev.soliton.engine.turn.ActivityThreads;
import dev.soliton.engine.turn.EngineExecutors;
import dev.soliton.engine.worker.SweepFallback;
import dev.soliton.engine.worker.Sweeper;
import dev.soliton.json.JacksonConverter;
import dev.soliton.orchestration.DataConverter;
import dev.soliton.orchestration.Registry;
import dev.soliton.orchestration.SolitonException;
import dev.soliton.store.InstanceCatalog;
import dev.soliton.store.InstanceStore;
import dev.soliton.store.PayloadStore;
import dev.soliton.store.Payloads;
import dev.soliton.store.Storage;
import dev.soliton.store.SweepMark;
import dev.soliton.store.Waits;
import dev.soliton.store.WorkerStore;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The app's objects, wired by hand: one of each per process.
 *
 * @param settings the app's settings
 * @param client starts and reads instances
 * @param histories reads the histories of instances
 * @param engine runs the turns of instances
 * @param sweeper wakes the instances that dead workers owned
 * @param sweeps runs the sweeper, by the timer or without it
 * @param retention purges instances that ended long ago; null if the app purges none
 * @param poison handles messages that the host gave up
 * @param clock the wall clock
 * @param limits the limits that the requests of the process share
 * @param host the link to the host
 * @param waits lets time pass
 * @param dashboard what the dashboard shows of the hub
 * @param apps what the apps on the class path opened
 * @param values turns the app's values into JSON and back
 * @param routePrefix the prefix of all routes of the host, without slashes around it; empty for none
 */
record AppObjects(
        Settings settings,
        OrchestrationClient client,
        Histories histories,
        Engine engine,
        Sweeper sweeper,
        SweepFallback sweeps,
        @Nullable Retention retention,
        PoisonDrain poison,
        InstantSource clock,
        RequestLimits limits,
        HostLink host,
        Waits waits,
        DashboardPorts dashboard,
        AppLoader apps,
        DataConverter values,
        String routePrefix) {
    private static final Logger LOGGER = Logger.getLogger(AppObjects.class.getName());

    /** How many sub-orchestrations run in the process of their parent; the others go through the queue. */
    private static final int CHILDREN_IN_PROCESS = 16;

    /** How long turns have to hand off: the host kills the Java worker five seconds after it tells it to end. */
    private static final Duration STOPPING = Duration.ofSeconds(4);

    /**
     * Builds all objects, without any request to the storage.
     *
     * @throws SolitonException if a setting is missing or not usable
     */
    static AppObjects of(Map<String, String> environment) {
        Settings settings = Settings.of(environment);
        StorageAccount account = StorageAccount.of(environment);
        AppLoader apps = new AppLoader(environment, account);
        Supplier<String> ids = () -> UUID.randomUUID().toString();
        Waits waits = Waits.ofTheSystem();
        InstantSource clock = InstantSource.system();

        Registry registry = apps.load();
        PayloadStore texts = new BlobPayloadStore(account, settings.hub());
        InstanceStore instances = new TableInstanceStore(account, settings.hub());
        Storage storage = new Storage(
                instances,
                new StorageWorkQueue(account, settings.hub()),
                new Payloads(texts, ids, settings.maxPayload()));

        InstanceCatalog catalog = new TableInstanceCatalog(account, settings.hub());
        EndNotices endNotices = new EndNotices();
        OrchestrationClient client = new OrchestrationClient(storage, catalog, registry, clock, ids, waits, endNotices);
        WorkerStore workers = new BlobWorkerStore(account, settings.hub());
        EngineExecutors executors = new EngineExecutors(
                registry,
                activityThreads(settings, waits),
                childThreads(),
                Executors.newCachedThreadPool(named("soliton-worker-")),
                Executors.newCachedThreadPool(named("soliton-orchestrator-")),
                Executors.newCachedThreadPool(named("soliton-turn-")));
        Duration functionTimeout = FunctionTimeout.of(environment);
        EngineLimits limits = new EngineLimits(
                        settings.maxJournalEvents(),
                        EngineLimits.DEFAULT_LEASE,
                        functionTimeout,
                        SharingLimits.DEFAULT.detaching(2 * settings.activityThreads()))
                .withDivergence(settings.divergence());
        TimeAndIds timeAndIds = new TimeAndIds(clock, ids, waits);
        Engine engine = new Engine(storage, workers, executors, timeAndIds, limits, endNotices);
        HostWatch watch = new HostWatch(HostWatch.Parent.ofThisProcess(), waits, () -> engine.handOff(STOPPING));
        HostLog log = new HostLog(Executors.newCachedThreadPool(named("soliton-log-")), waits, watch::logIsBroken);
        Sweeper sweeper =
                new Sweeper(storage, workers, new TableStuckScan(account, settings.hub()), timeAndIds, limits.sweep());
        SweepMark sweeps = new TableSweepMark(account, settings.hub(), ids);
        return new AppObjects(
                settings,
                client,
                new Histories(storage),
                engine,
                sweeper,
                new SweepFallback(sweeper, sweeps, waits),
                settings.retention() == null
                        ? null
                        : new Retention(storage, catalog, clock, waits, settings.retention()),
                new PoisonDrain(storage, texts, timeAndIds),
                clock,
                new RequestLimits(settings.maxPayload(), Runtime.getRuntime().maxMemory(), functionTimeout),
                new HostLink(watch, log),
                waits,
                new DashboardPorts(
                        new HoldingReader(instances, workers),
                        workers,
                        new StorageQueueLevels(account, settings.hub()),
                        sweeps,
                        environment.getOrDefault("FUNCTIONS_EXTENSION_VERSION", "")),
                apps,
                registry.dataConverter().orElseGet(JacksonConverter::standard),
                RoutePrefix.of(environment));
    }

    /** When the process is told to end, or its host is gone, its turns hand off, and the worker's lease is released. */
    void stopWithTheProcess() {
        named("soliton-host-").newThread(host::watch).start();
        named("soliton-sweep-").newThread(this::sweepWithoutTheTimer).start();
        Runtime.getRuntime().addShutdownHook(new Thread(this::stop, "soliton-stop"));
    }

    private void sweepWithoutTheTimer() {
        try {
            while (true) {
                waits.pause(SweepFallback.INTERVAL);
                try {
                    sweeps.check(LOGGER);
                } catch (RuntimeException unanswered) {
                    LOGGER.log(Level.WARNING, "the hub could not be searched: {0}", unanswered.toString());
                }
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }

    private void stop() {
        host.check();
        engine.stop(STOPPING);
        apps.close();
    }

    private static Executor activityThreads(Settings settings, Waits waits) {
        Executor threads = Executors.newCachedThreadPool(named("soliton-activity-"));
        return new ActivityThreads(
                threads,
                settings.activityThreads(),
                waits::elapsed,
                // Runs on the timer's own thread: the check must run even if the process can have no other thread.
                (delay, action) -> CompletableFuture.delayedExecutor(
                                delay.toMillis(), TimeUnit.MILLISECONDS, Runnable::run)
                        .execute(action));
    }

    /** A sub-orchestration blocks its thread while it waits for its activities: it gets a thread at once, or none. */
    private static ExecutorService childThreads() {
        return new ThreadPoolExecutor(
                0, CHILDREN_IN_PROCESS, 60, TimeUnit.SECONDS, new SynchronousQueue<>(), named("soliton-child-"));
    }

    private static ThreadFactory named(String prefix) {
        AtomicInteger number = new AtomicInteger();
        return task -> {
            Thread thread = new Thread(task, prefix + number.incrementAndGet());
            // The worker shows the app's class loader only to its own threads.
            thread.setContextClassLoader(AppObjects.class.getClassLoader());
            thread.setDaemon(true);
            return thread;
        };
    }
}
