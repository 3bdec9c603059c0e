package dev.soliton.cost;

import dev.soliton.client.OrchestrationClient;
import dev.soliton.engine.Engine;
import dev.soliton.engine.runtime.EngineLimits;
import dev.soliton.engine.runtime.InstanceLog;
import dev.soliton.engine.runtime.TimeAndIds;
import dev.soliton.engine.turn.EngineExecutors;
import dev.soliton.orchestration.Registry;
import dev.soliton.store.InMemoryWorkerStore;
import dev.soliton.store.InstanceCatalog;
import dev.soliton.store.Payloads;
import dev.soliton.store.SettableClock;
import dev.soliton.store.Storage;
import dev.soliton.store.Waits;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;
import org.mockito.Mockito;

/**
 * An app of one worker whose requests are counted. Nothing in it depends on how fast anything is: messages are handed out
 * one at a time, activities run when the turn waits for them, and the clock goes on when nothing else can.
 */
final class CountedHub implements AutoCloseable {
    private static final Instant START = Instant.parse("2030-01-01T00:00:00Z");

    /** The lease of the one worker is counted by itself, and outlasts every test. */
    private static final EngineLimits LIMITS =
            new EngineLimits(100_000, Duration.ofDays(365_000), Duration.ofMinutes(10));

    /** The longest wait for a timer within a turn; what the engine waits for longer, it waits for in earnest. */
    private static final Duration SHORT_WAIT = Duration.ofSeconds(2);

    /** No list is asked for. */
    private static final InstanceCatalog NO_LISTS = Mockito.mock();

    final SettableClock clock = new SettableClock(START);
    final Registry registry = new Registry();
    final HeldActivities activities = new HeldActivities();
    final OrchestrationClient client;
    private final ExecutorService children = Executors.newCachedThreadPool();
    private final HubStorage storage;
    final Storage ports;
    private final Engine engine;
    private final InstanceLog log;

    CountedHub(Function<SettableClock, HubStorage> account) {
        storage = account.apply(clock);
        Logger silent = Logger.getAnonymousLogger();
        silent.setLevel(Level.OFF);
        log = new InstanceLog(silent);
        ports = new Storage(
                storage.instances(), storage.queue(), new Payloads(storage.values(), CountedHub::newId, 16L << 20));
        client = client();
        engine = new Engine(
                ports,
                new InMemoryWorkerStore(clock),
                new EngineExecutors(registry, activities, children, neverRuns -> {}),
                new TimeAndIds(clock, CountedHub::newId, new TestWaits()),
                LIMITS);
    }

    /** A client as another process has it, which knows of nothing yet. */
    OrchestrationClient client() {
        return new OrchestrationClient(ports, NO_LISTS, registry, clock, CountedHub::newId, new TestWaits());
    }

    private static String newId() {
        return UUID.randomUUID().toString();
    }

    /** Does what messages ask for, until there are none but delayed ones. */
    void settle() {
        for (Optional<HubStorage.Received> next = storage.receive(); next.isPresent(); next = storage.receive()) {
            HubStorage.Received received = next.get();
            engine.process(received.message(), log);
            storage.delete(received);
        }
    }

    /** Does what messages ask for until there are none, and lets time pass where all that are there are delayed. */
    void run() {
        settle();
        for (Optional<Instant> next = storage.nextDelayed(); next.isPresent(); next = storage.nextDelayed()) {
            clock.advance(Duration.between(clock.instant(), next.get()));
            settle();
        }
    }

    /** Has every sub-orchestration go through the queue. */
    void runNoChildren() {
        children.shutdown();
    }

    /** The requests since somebody asked last. */
    List<Request> bill() {
        return storage.bill().settle();
    }

    @Override
    public void close() {
        children.shutdownNow();
    }

    private final class TestWaits implements Waits {
        @Override
        public Duration elapsed() {
            return Duration.between(START, clock.instant());
        }

        @Override
        public void pause(Duration time) {
            clock.advance(time);
        }

        @Override
        public <T> @Nullable T take(BlockingQueue<T> answers, Duration limit) throws InterruptedException {
            activities.runSome();
            if (!answers.isEmpty() || limit.compareTo(SHORT_WAIT) > 0) {
                return answers.poll(1, TimeUnit.MINUTES);
            }
            clock.advance(limit);
            return null;
        }
    }
}
