package dev.soliton.engine;

import dev.soliton.client.OrchestrationClient;
import dev.soliton.engine.runtime.EngineLimits;
import dev.soliton.engine.runtime.EngineServices;
import dev.soliton.engine.runtime.InstanceLog;
import dev.soliton.engine.runtime.TimeAndIds;
import dev.soliton.engine.turn.EngineExecutors;
import dev.soliton.engine.worker.Sweeper;
import dev.soliton.orchestration.Registry;
import dev.soliton.store.InMemoryInstanceCatalog;
import dev.soliton.store.InMemoryInstanceStore;
import dev.soliton.store.InMemoryPayloadStore;
import dev.soliton.store.InMemoryStuckScan;
import dev.soliton.store.InMemoryWorkQueue;
import dev.soliton.store.InMemoryWorkerStore;
import dev.soliton.store.InstanceStore;
import dev.soliton.store.PayloadStore;
import dev.soliton.store.Payloads;
import dev.soliton.store.SettableClock;
import dev.soliton.store.Storage;
import dev.soliton.store.StuckScan;
import dev.soliton.store.Waits;
import dev.soliton.store.WorkMessage;
import dev.soliton.store.WorkerStore;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/** A hub in memory, with workers on it and a clock that moves when somebody waits for it. */
public final class EngineFixture implements AutoCloseable {
    public static final Instant START = Instant.parse("2030-01-01T00:00:00Z");

    /** The longest journal. */
    static final int MAX_EVENTS = 100_000;

    /** Leases last until a test lets them run out: its clock goes on by whole hours. */
    public static final EngineLimits LIMITS =
            new EngineLimits(MAX_EVENTS, Duration.ofDays(10_000), Duration.ofMinutes(10));

    /** A wait that is so short is one for a timer: it ends by the clock of the test. */
    private static final Duration SHORT_WAIT = Duration.ofSeconds(2);

    public final SettableClock clock = new SettableClock(START);
    public final InMemoryInstanceStore instances = new InMemoryInstanceStore(clock);
    public final InMemoryWorkQueue queue = new InMemoryWorkQueue(clock);
    public final InMemoryWorkerStore workers = new InMemoryWorkerStore(clock);
    public final InMemoryPayloadStore payloads = new InMemoryPayloadStore();
    public final Registry registry = new Registry();
    public final InstanceLog log = new InstanceLog(Logger.getAnonymousLogger());
    private final AtomicInteger names = new AtomicInteger();
    private final Waits waits = new VirtualWaits();
    private final ThreadPoolExecutor threads = (ThreadPoolExecutor) Executors.newCachedThreadPool();
    private final ThreadPoolExecutor children = (ThreadPoolExecutor) Executors.newCachedThreadPool();
    private volatile Runnable onPause = () -> {};
    private volatile UnaryOperator<Duration> patience = UnaryOperator.identity();
    public final Storage storage = storage(instances);
    public final OrchestrationClient client = client(storage);

    public Storage storage(InstanceStore store) {
        return new Storage(store, queue, new Payloads(payloads, this::newId, 16L << 20));
    }

    /** The hub, with something of the test's before the large values, and a limit of its own. */
    public Storage storage(PayloadStore texts, long maxBytes) {
        return new Storage(instances, queue, new Payloads(texts, this::newId, maxBytes));
    }

    /** What the engine's own classes use on this hub, with one name for everything. */
    public EngineServices services(EngineLimits limits) {
        return new EngineServices(storage, workers, new TimeAndIds(clock, () -> "id", waits), limits, registry);
    }

    OrchestrationClient client(Storage of) {
        return new OrchestrationClient(of, new InMemoryInstanceCatalog(instances), registry, clock, this::newId, waits);
    }

    /** What happens when somebody pauses. */
    public void onPause(Runnable action) {
        onPause = action;
    }

    /** How long an answer is waited for in earnest, given how long the engine would wait for it. */
    public void onTake(UnaryOperator<Duration> limit) {
        patience = limit;
    }

    public Waits waits() {
        return waits;
    }

    private String newId() {
        return "id-" + names.incrementAndGet();
    }

    /** A worker of its own, on the same hub. */
    public Engine worker() {
        return worker(storage);
    }

    public Engine worker(Storage of) {
        return worker(of, registry, threads);
    }

    /** A worker of another version of the app. */
    Engine worker(Registry app) {
        return worker(storage, app, threads);
    }

    /** A worker of another version of the app, in which an instance waits whose code and journal diverge. */
    Engine waitingWorker(Registry app, Duration divergence) {
        EngineExecutors executors = new EngineExecutors(app, threads, children, neverRuns -> {});
        return new Engine(
                storage,
                workers,
                executors,
                new TimeAndIds(clock, this::newId, waits),
                LIMITS.withDivergence(divergence));
    }

    /** A worker of another version of the app, or with threads of its own. */
    Engine worker(Storage of, Registry app, ExecutorService activities) {
        EngineExecutors executors = new EngineExecutors(app, activities, children, neverRuns -> {});
        return new Engine(of, workers, executors, new TimeAndIds(clock, this::newId, waits), LIMITS);
    }

    /** A worker whose records go through something that the test puts before them. */
    Engine worker(WorkerStore disguised) {
        EngineExecutors executors = new EngineExecutors(registry, threads, children, neverRuns -> {});
        return new Engine(storage, disguised, executors, new TimeAndIds(clock, this::newId, waits), LIMITS);
    }

    /** The sweeper of a process. */
    Sweeper sweeper() {
        return new Sweeper(
                storage,
                workers,
                new InMemoryStuckScan(instances),
                new TimeAndIds(clock, this::newId, waits),
                LIMITS.sweep());
    }

    /** A worker that has no thread for a sub-orchestration, which is left to the queue. */
    public Engine workerWithoutRoomForChildren(Storage of) {
        ExecutorService none = Executors.newCachedThreadPool();
        none.shutdown();
        EngineExecutors executors = new EngineExecutors(registry, threads, none, neverRuns -> {});
        return new Engine(of, workers, executors, new TimeAndIds(clock, this::newId, waits), LIMITS);
    }

    /** A worker with threads of the test's for what no turn waits for. */
    Engine worker(Storage of, Executor housekeeping) {
        EngineExecutors executors = new EngineExecutors(registry, threads, children, housekeeping);
        return new Engine(of, workers, executors, new TimeAndIds(clock, this::newId, waits), LIMITS);
    }

    /** A worker that sees the instances through something that the test puts before them. */
    public Engine worker(UnaryOperator<InstanceStore> disguise) {
        return worker(storage(disguise.apply(instances)));
    }

    /**
     * Lets all other workers die, hands this one message after message, lets time pass where there is none, and sweeps
     * where there is nothing to wait for, until nothing is left to be done.
     */
    public void drain(Engine worker) {
        workers.expireAll();
        for (int deliveries = 0; deliveries < 1_000; deliveries++) {
            Optional<InMemoryWorkQueue.Delivery> delivery = queue.receive();
            if (delivery.isPresent()) {
                worker.process(delivery.get().message(), log);
                queue.delete(delivery.get());
            } else if (queue.nextVisibleAt().isPresent()) {
                clock.advance(
                        Duration.between(clock.instant(), queue.nextVisibleAt().get()));
            } else if (!sweep()) {
                return;
            }
        }
        throw new AssertionError("The queue does not run dry: " + queue.messages());
    }

    /** Wakes what dead workers own; whether there was anything. */
    boolean sweep() {
        List<StuckScan.Found> found = new ArrayList<>();
        new InMemoryStuckScan(instances).scan(Instant.MIN, null, found::add);
        found.removeIf(stuck -> stuck.owner() == null || !workers.tryDeclareDead(stuck.owner()));
        found.forEach(stuck ->
                queue.put(WorkMessage.wake(stuck.key().instanceId(), stuck.key().executionId(), null), Duration.ZERO));
        return !found.isEmpty();
    }

    /** Hands the worker the messages that are visible, without letting time pass. */
    public void drainNow(Engine worker) {
        for (Optional<InMemoryWorkQueue.Delivery> delivery = queue.receive();
                delivery.isPresent();
                delivery = queue.receive()) {
            worker.process(delivery.get().message(), log);
            queue.delete(delivery.get());
        }
    }

    /**
     * Waits until no activity and no sub-orchestration is on a thread of the workers any more. Where pauses take no
     * time, a worker's minutes are over before such a thread has had its turn.
     */
    public void awaitIdle() {
        Instant deadline = Instant.now().plusSeconds(60);
        while (threads.getActiveCount() + children.getActiveCount() > 0) {
            if (Instant.now().isAfter(deadline)) {
                throw new AssertionError("Activities do not come to an end: " + threads + ", " + children);
            }
            Thread.onSpinWait();
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
        children.shutdownNow();
    }

    /** Pauses take no time but move the clock; an answer is waited for in earnest. */
    private final class VirtualWaits implements Waits {
        @Override
        public Duration elapsed() {
            return Duration.between(START, clock.instant());
        }

        @Override
        public void pause(Duration time) {
            onPause.run();
            clock.advance(time);
        }

        @Override
        public <T> @Nullable T take(BlockingQueue<T> answers, Duration limit) throws InterruptedException {
            if (limit.compareTo(SHORT_WAIT) <= 0) {
                T answer = answers.poll(20, TimeUnit.MILLISECONDS);
                if (answer == null) {
                    clock.advance(limit);
                }
                return answer;
            }
            return answers.poll(patience.apply(limit).toMillis(), TimeUnit.MILLISECONDS);
        }
    }
}
