package dev.soliton.functions;

import dev.soliton.app.AppRegistry;
import dev.soliton.azure.BlobPayloadStore;
import dev.soliton.azure.BlobWorkerStore;
import dev.soliton.azure.StorageAccount;
import dev.soliton.azure.StorageWorkQueue;
import dev.soliton.azure.TableInstanceCatalog;
import dev.soliton.azure.TableInstanceStore;
import dev.soliton.azure.TableStuckScan;
import dev.soliton.azure.TableSweepMark;
import dev.soliton.engine.ActivityThreads;
import dev.soliton.engine.Crew;
import dev.soliton.engine.Engine;
import dev.soliton.engine.EngineLimits;
import dev.soliton.engine.Histories;
import dev.soliton.engine.HostLog;
import dev.soliton.engine.HubSweep;
import dev.soliton.engine.Platform;
import dev.soliton.engine.PoisonDrain;
import dev.soliton.engine.Sharing;
import dev.soliton.engine.Sweeper;
import dev.soliton.engine.WorkerStore;
import dev.soliton.instance.InstanceCatalog;
import dev.soliton.instance.OrchestrationClient;
import dev.soliton.instance.PayloadStore;
import dev.soliton.instance.Payloads;
import dev.soliton.instance.Retention;
import dev.soliton.instance.Storage;
import dev.soliton.instance.Waits;
import dev.soliton.orchestration.Registry;
import dev.soliton.orchestration.SolitonException;
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
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The app's objects, wired by hand: one of each per process.
 *
 * @param settings the app's settings
 * @param client starts instances and looks at them
 * @param histories reads what has happened in them
 * @param engine runs their turns
 * @param sweeper hands on what dead workers held
 * @param sweeps has that done, by the timer or without it
 * @param retention purges what has ended long ago; null if nothing is
 * @param poison sees to messages that the host gave up
 * @param clock tells the time
 * @param limits what the requests of the process have in common
 * @param host the link to the host
 * @param waits lets time pass
 */
record Graph(
        Settings settings,
        OrchestrationClient client,
        Histories histories,
        Engine engine,
        Sweeper sweeper,
        HubSweep sweeps,
        @Nullable Retention retention,
        PoisonDrain poison,
        InstantSource clock,
        RequestLimits limits,
        HostLink host,
        Waits waits) {
    private static final Logger LOGGER = Logger.getLogger(Graph.class.getName());

    /** How many sub-orchestrations run in the process of their parent; the others go through the queue. */
    private static final int CHILDREN_IN_PROCESS = 16;

    /** How long turns have to leave the rest of theirs: the worker is killed five seconds after it is told to end. */
    private static final Duration STOPPING = Duration.ofSeconds(4);

    /**
     * Builds all of it, without a request to anything.
     *
     * @throws SolitonException if a setting is missing or not usable
     */
    static Graph of(Map<String, String> environment) {
        return of(environment, (registry, account) -> new AppRegistry(account::tables, account::blobs)
                .register(registry));
    }

    /** Builds all of it, around what somebody else registers. */
    static Graph of(Map<String, String> environment, BiConsumer<Registry, StorageAccount> content) {
        Settings settings = Settings.of(environment);
        StorageAccount account = StorageAccount.of(environment);
        Supplier<String> ids = () -> UUID.randomUUID().toString();
        Waits waits = new SystemWaits();
        InstantSource clock = InstantSource.system();

        Registry registry = new Registry();
        content.accept(registry, account);
        PayloadStore texts = new BlobPayloadStore(account, settings.hub());
        Storage storage = new Storage(
                new TableInstanceStore(account, settings.hub()),
                new StorageWorkQueue(account, settings.hub()),
                new Payloads(texts, ids, settings.maxPayload()));

        InstanceCatalog catalog = new TableInstanceCatalog(account, settings.hub());
        OrchestrationClient client = new OrchestrationClient(storage, catalog, registry, clock, ids, waits);
        WorkerStore workers = new BlobWorkerStore(account, settings.hub());
        Crew crew = new Crew(
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
                Sharing.DEFAULT.detaching(2 * settings.activityThreads()));
        Platform platform = new Platform(clock, ids, waits);
        Engine engine = new Engine(storage, workers, crew, platform, limits);
        HostWatch watch = new HostWatch(HostWatch.Parent.ofThisProcess(), waits, () -> engine.handOver(STOPPING));
        HostLog log = new HostLog(Executors.newCachedThreadPool(named("soliton-log-")), waits, watch::logIsBroken);
        Sweeper sweeper =
                new Sweeper(storage, workers, new TableStuckScan(account, settings.hub()), platform, limits.sweep());
        return new Graph(
                settings,
                client,
                new Histories(storage),
                engine,
                sweeper,
                new HubSweep(sweeper, new TableSweepMark(account, settings.hub(), ids), waits),
                settings.retention() == null
                        ? null
                        : new Retention(storage, catalog, clock, waits, settings.retention()),
                new PoisonDrain(storage, texts, platform),
                clock,
                new RequestLimits(settings.maxPayload(), Runtime.getRuntime().maxMemory(), functionTimeout),
                new HostLink(watch, log),
                waits);
    }

    /**
     * When the process is told to end, or its host is gone, turns leave the rest of theirs to others, and the worker's
     * lease is given back.
     */
    void stopWithTheProcess() {
        named("soliton-host-").newThread(host::watch).start();
        named("soliton-sweep-").newThread(this::sweepWithoutTheTimer).start();
        Runtime.getRuntime().addShutdownHook(new Thread(this::stop, "soliton-stop"));
    }

    private void sweepWithoutTheTimer() {
        try {
            while (true) {
                waits.pause(HubSweep.INTERVAL);
                try {
                    sweeps.look(LOGGER);
                } catch (RuntimeException unanswered) {
                    LOGGER.log(Level.WARNING, "the hub could not be looked through: {0}", unanswered.toString());
                }
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }

    private void stop() {
        host.look();
        engine.stop(STOPPING);
    }

    private static Executor activityThreads(Settings settings, Waits waits) {
        Executor threads = Executors.newCachedThreadPool(named("soliton-activity-"));
        return new ActivityThreads(
                threads,
                settings.activityThreads(),
                waits::elapsed,
                // On the timer's own thread: where the process can have no other, somebody is to look all the same.
                (delay, action) -> CompletableFuture.delayedExecutor(
                                delay.toMillis(), TimeUnit.MILLISECONDS, Runnable::run)
                        .execute(action));
    }

    /** A sub-orchestration waits on its thread for its activities: it gets one at once, or none. */
    private static ExecutorService childThreads() {
        return new ThreadPoolExecutor(
                0, CHILDREN_IN_PROCESS, 60, TimeUnit.SECONDS, new SynchronousQueue<>(), named("soliton-child-"));
    }

    private static ThreadFactory named(String prefix) {
        AtomicInteger number = new AtomicInteger();
        return task -> {
            Thread thread = new Thread(task, prefix + number.incrementAndGet());
            // The worker shows the app's class loader only to its own threads.
            thread.setContextClassLoader(Graph.class.getClassLoader());
            thread.setDaemon(true);
            return thread;
        };
    }
}
