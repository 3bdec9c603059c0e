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
import dev.soliton.store.Storage;
import dev.soliton.store.StorageException;
import dev.soliton.store.Versioned;
import dev.soliton.store.WorkMessage;
import dev.soliton.store.WorkQueue;
import dev.soliton.store.WorkerRecord;
import dev.soliton.store.WorkerState;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Turns that only wait keep nobody else from the messages that the host gives a process. */
final class FairSlotsTest {
    /** As many messages as the host gives the smallest process. */
    private static final int SLOTS = 24;

    private static final int LASTING = 40;

    /** The clock goes on with each wait of each turn, and with each look whether all are over. */
    private static final Duration ENDLESS = Duration.ofDays(1_000);

    private final EngineFixture hub = new EngineFixture();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final ExecutorService host = Executors.newFixedThreadPool(SLOTS);
    private final AtomicInteger names = new AtomicInteger();
    private final Semaphore begun = new Semaphore(0);
    private final CountDownLatch goOn = new CountDownLatch(1);

    @BeforeEach
    void register() {
        hub.registry
                .orchestrator(
                        "Plain",
                        () -> context -> context.callActivity("Greet", null, String.class)
                                .await())
                .orchestrator(
                        "Long",
                        () -> context ->
                                context.callActivity("Hold", null, String.class).await())
                .activity("Greet", () -> context -> "hello")
                .activity("Hold", () -> context -> {
                    begun.release();
                    goOn.await();
                    return "done";
                });
    }

    @AfterEach
    void close() {
        goOn.countDown();
        host.shutdownNow();
        threads.shutdownNow();
        hub.close();
    }

    private Engine worker(Storage storage) {
        return worker(storage, SharingLimits.DEFAULT);
    }

    private Engine worker(Storage storage, SharingLimits sharing) {
        EngineLimits all = EngineFixture.LIMITS;
        return new Engine(
                storage,
                hub.workers,
                new EngineExecutors(hub.registry, threads, threads, neverRuns -> {}, Runnable::run, threads),
                new TimeAndIds(hub.clock, () -> "w-" + names.incrementAndGet(), hub.waits()),
                new EngineLimits(all.maxEvents(), all.lease(), ENDLESS, sharing));
    }

    private WorkMessage start(String name, String id) {
        hub.client.start(new StartRequest(name, id, null));
        Delivery delivery = hub.queue.receive().orElseThrow();
        hub.queue.delete(delivery);
        return delivery.message();
    }

    private List<Future<TurnOutcome>> startLasting(Engine worker, int count) {
        List<Future<TurnOutcome>> turns = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            WorkMessage message = start("Long", "long" + i);
            turns.add(host.submit(() -> worker.process(message, hub.log)));
        }
        return turns;
    }

    private InstanceRow row(String id) {
        return hub.instances.findRow(id).map(Versioned::row).orElseThrow();
    }

    @Test
    void startIsServedWhileFortyOthersHaveActivitiesOfMinutes() throws Exception {
        Engine worker = worker(hub.storage);
        startLasting(worker, LASTING);
        assertThat(begun.tryAcquire(LASTING, 60, TimeUnit.SECONDS)).isTrue();
        WorkMessage hello = start("Plain", "hello");
        assertThat(host.submit(() -> worker.process(hello, hub.log)).get(60, TimeUnit.SECONDS))
                .isEqualTo(TurnOutcome.ENDED);
        assertThat(row("hello").status()).isEqualTo(RuntimeStatus.COMPLETED);
    }

    @Test
    void turnsWhoseMessagesWereAnsweredComeToTheirEnds() throws Exception {
        Engine worker = worker(hub.storage);
        List<Future<TurnOutcome>> turns = startLasting(worker, LASTING);
        assertThat(begun.tryAcquire(LASTING, 60, TimeUnit.SECONDS)).isTrue();
        goOn.countDown();
        int detached = 0;
        for (Future<TurnOutcome> turn : turns) {
            detached += turn.get(60, TimeUnit.SECONDS) == TurnOutcome.DETACHED ? 1 : 0;
        }
        assertThat(detached).isGreaterThanOrEqualTo(LASTING - SLOTS);
        Instant deadline = Instant.now().plusSeconds(60);
        for (int i = 0; i < LASTING; i++) {
            while (row("long" + i).status() != RuntimeStatus.COMPLETED) {
                assertThat(Instant.now()).isBefore(deadline);
                Thread.onSpinWait();
            }
        }
    }

    @Test
    void turnWhoseMessageWasAnsweredIsFoundByTheDeathOfItsWorker() throws Exception {
        List<Future<TurnOutcome>> turns = startLasting(worker(hub.storage), LASTING);
        assertThat(begun.tryAcquire(LASTING, 60, TimeUnit.SECONDS)).isTrue();
        for (int i = 0; i < LASTING - SLOTS; i++) {
            assertThat(row("long" + i).ownership().owner()).isNotNull();
        }
        hub.workers.expireAll();
        assertThat(hub.sweep()).isTrue();
        assertThat(hub.queue.messages()).hasSize(LASTING);
        assertThat(turns).hasSize(LASTING);
    }

    @Test
    void workerThatStopsHandsItsDetachedTurnsOff() throws Exception {
        Engine worker = worker(hub.storage);
        startLasting(worker, LASTING);
        assertThat(begun.tryAcquire(LASTING, 60, TimeUnit.SECONDS)).isTrue();
        hub.onPause(Thread::onSpinWait);
        worker.stop(Duration.ofDays(1));
        for (int i = 0; i < LASTING; i++) {
            assertThat(row("long" + i).ownership().owner()).isNull();
        }
        assertThat(hub.queue.messages()).hasSize(LASTING);
    }

    /** Detaches one turn at once. */
    private Engine workerThatKeepsNoMessage(Storage storage) {
        SharingLimits real = SharingLimits.DEFAULT;
        return worker(storage, new SharingLimits(real.hold(), real.rest(), real.patience(), 0, 1));
    }

    private void detachOne(Engine worker) throws Exception {
        assertThat(startLasting(worker, 1).get(0).get(60, TimeUnit.SECONDS)).isEqualTo(TurnOutcome.DETACHED);
        assertThat(begun.tryAcquire(60, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void detachedTurnThatFailsReleasesItsInstanceOnceACopyOfItsMessageIsPut() throws Exception {
        FaultyInstanceStore store = new FaultyInstanceStore(hub.instances);
        BlockingQueue<List<WorkMessage>> thenPut = new LinkedBlockingQueue<>();
        detachOne(workerThatKeepsNoMessage(hub.storage(store)));
        store.beforeNext("write", () -> {
            // The next one is that by which the instance is released.
            store.beforeNext("write", () -> thenPut.add(hub.queue.messages()));
            throw new IllegalArgumentException("a bug");
        });
        goOn.countDown();
        List<WorkMessage> put = thenPut.poll(60, TimeUnit.SECONDS);
        assertThat(put).hasSize(1);
        assertThat(put.get(0).failures()).isEqualTo(1);
    }

    @Test
    void workerWhoseDetachedTurnFailedAndLeftNoMessageIsMarkedWhenItStops() throws Exception {
        FaultyInstanceStore store = new FaultyInstanceStore(hub.instances);
        CountDownLatch refused = new CountDownLatch(1);
        WorkQueue down = new WorkQueue() {
            @Override
            public MessageReceipt put(WorkMessage message, Duration delay) {
                refused.countDown();
                throw new StorageException("down", null);
            }

            @Override
            public void takeBack(MessageReceipt receipt) {}
        };
        Engine worker = workerThatKeepsNoMessage(new Storage(store, down, hub.storage.payloads()));
        detachOne(worker);
        store.beforeNext("write", () -> {
            throw new IllegalArgumentException("a bug");
        });
        goOn.countDown();
        assertThat(refused.await(60, TimeUnit.SECONDS)).isTrue();
        worker.stop(Duration.ofSeconds(4));
        assertThat(hub.workers.list()).extracting(WorkerRecord::state).containsExactly(WorkerState.DRAINED);
    }
}
