package dev.soliton.engine;

import dev.soliton.instance.InMemoryInstanceStore;
import dev.soliton.instance.InMemoryPayloadStore;
import dev.soliton.instance.InMemoryWorkQueue;
import dev.soliton.instance.InstanceStore;
import dev.soliton.instance.OrchestrationClient;
import dev.soliton.instance.Payloads;
import dev.soliton.instance.SettableClock;
import dev.soliton.instance.Storage;
import dev.soliton.instance.Waits;
import dev.soliton.orchestration.Registry;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/** A hub in memory, with workers on it and a clock that moves when somebody waits for it. */
final class EngineFixture implements AutoCloseable {
    static final Instant START = Instant.parse("2030-01-01T00:00:00Z");

    final SettableClock clock = new SettableClock(START);
    final InMemoryInstanceStore instances = new InMemoryInstanceStore();
    final InMemoryWorkQueue queue = new InMemoryWorkQueue(clock);
    final InMemoryPayloadStore payloads = new InMemoryPayloadStore();
    final Registry registry = new Registry();
    final InstanceLog log = new InstanceLog(Logger.getAnonymousLogger());
    private final AtomicInteger names = new AtomicInteger();
    private final Waits waits = new VirtualWaits();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private volatile Runnable onPause = () -> {};
    final Storage storage = storage(instances);
    final OrchestrationClient client = client(storage);

    Storage storage(InstanceStore store) {
        return new Storage(store, queue, new Payloads(payloads, this::newId, 16L << 20));
    }

    OrchestrationClient client(Storage of) {
        return new OrchestrationClient(of, registry, clock, this::newId, waits);
    }

    /** What happens when somebody pauses. */
    void onPause(Runnable action) {
        onPause = action;
    }

    Waits waits() {
        return waits;
    }

    private String newId() {
        return "id-" + names.incrementAndGet();
    }

    /** A worker of its own, on the same hub. */
    Engine worker() {
        return worker(storage);
    }

    Engine worker(Storage of) {
        return new Engine(of, registry, threads, clock, this::newId, waits);
    }

    /** A worker that sees the instances through something that the test puts before them. */
    Engine worker(UnaryOperator<InstanceStore> disguise) {
        return worker(storage(disguise.apply(instances)));
    }

    /** A message as it came for the n-th time. */
    static Delivery delivered(InMemoryWorkQueue.Delivery message, long count) {
        return new Delivery(message.receipt().messageId(), count);
    }

    /** Hands the worker message after message, and lets time pass where there is none, until the queue is empty. */
    void drain(Engine worker) {
        for (int deliveries = 0; deliveries < 1_000; deliveries++) {
            Optional<InMemoryWorkQueue.Delivery> delivery = queue.receive();
            if (delivery.isPresent()) {
                worker.process(
                        delivery.get().message(),
                        delivered(delivery.get(), delivery.get().dequeueCount()),
                        log);
                queue.delete(delivery.get());
            } else if (queue.nextVisibleAt().isPresent()) {
                clock.advance(
                        Duration.between(clock.instant(), queue.nextVisibleAt().get()));
            } else {
                return;
            }
        }
        throw new AssertionError("The queue does not run dry: " + queue.messages());
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }

    /** Pauses take no time but move the clock; an answer is waited for in earnest. */
    private final class VirtualWaits implements Waits {
        @Override
        public void pause(Duration time) {
            onPause.run();
            clock.advance(time);
        }

        @Override
        public <T> @Nullable T take(BlockingQueue<T> answers, Duration limit) throws InterruptedException {
            return answers.poll(limit.toMillis(), TimeUnit.MILLISECONDS);
        }
    }
}
