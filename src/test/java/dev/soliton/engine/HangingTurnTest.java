package dev.soliton.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.soliton.client.StartRequest;
import dev.soliton.engine.runtime.EngineLimits;
import dev.soliton.engine.runtime.SharingLimits;
import dev.soliton.engine.runtime.TimeAndIds;
import dev.soliton.engine.turn.EngineExecutors;
import dev.soliton.engine.turn.TurnOutcome;
import dev.soliton.store.FaultyInstanceStore;
import dev.soliton.store.InMemoryWorkQueue.Delivery;
import dev.soliton.store.InstanceRow;
import dev.soliton.store.RuntimeStatus;
import dev.soliton.store.Versioned;
import dev.soliton.store.WorkerRecord;
import dev.soliton.store.WorkerState;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A turn that never comes to its end, and whose message was answered, so that the host ends no process for it. */
final class HangingTurnTest {
    /** The clock goes on with each wait of a turn: those are not to come near this. */
    private static final Duration TIMEOUT = Duration.ofDays(1_000);

    private static final Duration LEASE = Duration.ofDays(2_000);

    private final EngineFixture hub = new EngineFixture();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final BlockingQueue<Runnable> housekeeping = new LinkedBlockingQueue<>();
    private final AtomicInteger names = new AtomicInteger();
    private final CountDownLatch goOn = new CountDownLatch(1);
    private final CountDownLatch hangs = new CountDownLatch(1);
    private final CountDownLatch hung = new CountDownLatch(1);
    private final FaultyInstanceStore store = new FaultyInstanceStore(hub.instances);

    @BeforeEach
    void register() {
        hub.registry
                .orchestrator(
                        "Long",
                        () -> context ->
                                context.callActivity("Hold", null, String.class).await())
                .activity("Hold", () -> context -> {
                    goOn.await();
                    return "done";
                });
    }

    @AfterEach
    void close() {
        goOn.countDown();
        hung.countDown();
        threads.shutdownNow();
        hub.close();
    }

    private Engine worker() {
        SharingLimits real = SharingLimits.DEFAULT;
        EngineLimits limits = new EngineLimits(
                EngineFixture.LIMITS.maxEvents(),
                LEASE,
                TIMEOUT,
                new SharingLimits(real.hold(), real.rest(), real.patience(), 0, 1));
        return new Engine(
                hub.storage(store),
                hub.workers,
                new EngineExecutors(hub.registry, threads, threads, housekeeping::add, Runnable::run, threads),
                new TimeAndIds(hub.clock, () -> "w-" + names.incrementAndGet(), hub.waits()),
                limits);
    }

    private TurnOutcome process(Engine worker) throws Exception {
        Delivery delivery = hub.queue.receive().orElseThrow();
        hub.queue.delete(delivery);
        Future<TurnOutcome> turn = threads.submit(() -> worker.process(delivery.message(), hub.log));
        return turn.get(60, TimeUnit.SECONDS);
    }

    /** Has a turn hang in the write of what its activity came to. */
    private void hang(Engine worker) throws Exception {
        hub.client.start(new StartRequest("Long", "job", null));
        assertThat(process(worker)).isEqualTo(TurnOutcome.DETACHED);
        store.beforeNext("write", () -> {
            hangs.countDown();
            try {
                hung.await();
            } catch (InterruptedException over) {
                Thread.currentThread().interrupt();
            }
        });
        goOn.countDown();
        assertThat(hangs.await(60, TimeUnit.SECONDS)).isTrue();
    }

    /** Keeps the worker's lease, until it is over. */
    private void keepLease() throws Exception {
        AtomicInteger pauses = new AtomicInteger();
        hub.onPause(() -> assertThat(pauses.incrementAndGet()).isLessThan(100));
        housekeeping.take().run();
        hub.onPause(() -> {});
    }

    private InstanceRow row() {
        return hub.instances.findRow("job").map(Versioned::row).orElseThrow();
    }

    @Test
    void itsInstanceGoesOnInTheSameProcessWhenItIsGivenUp() throws Exception {
        Engine worker = worker();
        hang(worker);
        keepLease();
        hub.workers.expireAll();
        assertThat(hub.sweep()).isTrue();
        assertThat(process(worker)).isEqualTo(TurnOutcome.ENDED);
        assertThat(row().status()).isEqualTo(RuntimeStatus.COMPLETED);
    }

    @Test
    void hangingTurnCountsAsTheDeathOfItsWorker() throws Exception {
        hang(worker());
        keepLease();
        assertThat(hub.workers.list()).extracting(WorkerRecord::state).containsExactly(WorkerState.LIVE);
    }

    @Test
    void hangingTurnWritesNothingWhenItGoesOnAfterAll() throws Exception {
        Engine worker = worker();
        hang(worker);
        keepLease();
        String written = row().commitId();
        store.plan(FaultyInstanceStore.Fault.LOST_REQUEST);
        hung.countDown();
        threads.shutdown();
        assertThat(threads.awaitTermination(60, TimeUnit.SECONDS)).isTrue();
        assertThat(row().commitId()).isEqualTo(written);
    }
}
