package dev.soliton.bench;

import dev.soliton.client.Instance;
import dev.soliton.client.OrchestrationClient;
import dev.soliton.client.StartRequest;
import dev.soliton.engine.Engine;
import dev.soliton.engine.runtime.EngineLimits;
import dev.soliton.engine.runtime.InstanceLog;
import dev.soliton.engine.runtime.TimeAndIds;
import dev.soliton.engine.turn.EngineExecutors;
import dev.soliton.orchestration.Registry;
import dev.soliton.store.InMemoryInstanceCatalog;
import dev.soliton.store.InMemoryInstanceStore;
import dev.soliton.store.InMemoryPayloadStore;
import dev.soliton.store.InMemoryWorkQueue;
import dev.soliton.store.InMemoryWorkerStore;
import dev.soliton.store.Payloads;
import dev.soliton.store.Storage;
import dev.soliton.store.Waits;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.logging.Logger;

/** A hub whose storage takes no time, so that what is measured is the engine. */
final class MemoryHub implements AutoCloseable {
    private static final int MAX_EVENTS = 1_000_000;

    private final InstantSource clock = InstantSource.system();
    private final InMemoryWorkQueue queue = new InMemoryWorkQueue(clock);
    private final ExecutorService activities;
    private final ExecutorService children = Executors.newCachedThreadPool();
    private final InstanceLog log;
    private final OrchestrationClient client;
    private final Engine engine;
    private final Storage storage;

    MemoryHub(Registry registry) {
        this(registry, Executors.newFixedThreadPool(4));
    }

    MemoryHub(Registry registry, ExecutorService activities) {
        this.activities = activities;
        Logger silent = Logger.getAnonymousLogger();
        silent.setLevel(Level.OFF);
        log = new InstanceLog(silent);
        Supplier<String> ids = () -> UUID.randomUUID().toString();
        Waits waits = new RealWaits();
        InMemoryInstanceStore rows = new InMemoryInstanceStore(clock);
        storage = new Storage(rows, queue, new Payloads(new InMemoryPayloadStore(), ids, 16L << 20));
        client = new OrchestrationClient(storage, new InMemoryInstanceCatalog(rows), registry, clock, ids, waits);
        EngineExecutors executors = new EngineExecutors(registry, activities, children, neverRuns -> {});
        engine = new Engine(
                storage,
                new InMemoryWorkerStore(clock),
                executors,
                new TimeAndIds(clock, ids, waits),
                new EngineLimits(MAX_EVENTS, Duration.ofDays(1), Duration.ofMinutes(10)));
    }

    OrchestrationClient client() {
        return client;
    }

    Storage storage() {
        return storage;
    }

    Engine engine() {
        return engine;
    }

    /** Runs an instance to its end. */
    Instance run(String orchestrator, String instanceId, String input) {
        client.start(new StartRequest(orchestrator, instanceId, input));
        drain();
        Instance ended = client.status(instanceId, false).orElseThrow();
        if (!ended.status().isTerminal()) {
            throw new IllegalStateException("It has not ended: " + ended);
        }
        return ended;
    }

    /** Does what the messages ask for that are there. */
    void drain() {
        while (handleOne()) {
            // There may be another.
        }
    }

    /** Does what the next message asks for, if there is one. */
    boolean handleOne() {
        Optional<InMemoryWorkQueue.Delivery> message = queue.receive();
        message.ifPresent(delivery -> {
            engine.process(delivery.message(), log);
            queue.delete(delivery);
        });
        return message.isPresent();
    }

    @Override
    public void close() {
        activities.shutdownNow();
        children.shutdownNow();
    }
}
