package dev.soliton.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.soliton.client.StartRequest;
import dev.soliton.engine.runtime.TimeAndIds;
import dev.soliton.engine.turn.EngineExecutors;
import dev.soliton.engine.turn.TurnOutcome;
import dev.soliton.orchestration.SolitonException;
import dev.soliton.store.ForwardingWorkerStore;
import dev.soliton.store.RuntimeStatus;
import dev.soliton.store.Storage;
import dev.soliton.store.StorageException;
import dev.soliton.store.WorkMessage;
import dev.soliton.store.WorkQueue;
import dev.soliton.store.WorkerRecord;
import dev.soliton.store.WorkerState;
import dev.soliton.store.WorkerStore;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A process that ends when its host has given it a message whose turn has not begun, or could not. */
final class TurnNotBegunTest {
    private static final Duration LIMIT = Duration.ofSeconds(4);

    private final EngineFixture hub = new EngineFixture();
    private final ExecutorService host = Executors.newCachedThreadPool();
    private final BlockingQueue<Runnable> waiting = new LinkedBlockingQueue<>();
    private final AtomicInteger names = new AtomicInteger();
    private volatile boolean turnsBegin;
    private final Executor turns = turn -> {
        if (turnsBegin) {
            host.execute(turn);
        } else {
            waiting.add(turn);
        }
    };
    private final Engine worker = worker(hub.storage, hub.workers, turns);

    @BeforeEach
    void register() {
        hub.registry.orchestrator("Job", () -> context -> "done");
    }

    @AfterEach
    void close() {
        host.shutdownNow();
        hub.close();
    }

    private Engine worker(Storage storage, WorkerStore records, Executor threads) {
        return new Engine(
                storage,
                records,
                new EngineExecutors(hub.registry, host, host, neverRuns -> {}, Runnable::run, threads),
                new TimeAndIds(hub.clock, () -> "w-" + names.incrementAndGet(), hub.waits()),
                EngineFixture.LIMITS);
    }

    private WorkMessage start(String id) {
        hub.client.start(new StartRequest("Job", id, null));
        return hub.queue.receive().orElseThrow().message();
    }

    /** The host gives it a message. */
    private Future<TurnOutcome> give(WorkMessage message) {
        return host.submit(() -> worker.process(message, hub.log));
    }

    private Runnable turnNotBegun(String id) throws InterruptedException {
        Future<TurnOutcome> given = give(start(id));
        Runnable turn = waiting.poll(60, TimeUnit.SECONDS);
        assertThat(turn).isNotNull();
        assertThat(given).isNotDone();
        return turn;
    }

    private List<WorkerState> records() {
        return hub.workers.list().stream().map(WorkerRecord::state).toList();
    }

    /** Its message is hidden from all for minutes: nothing but the sweep leads to it. */
    private void assertThatTheSweepFinds(String id) {
        hub.clock.advance(Duration.ofSeconds(20));
        assertThat(hub.sweeper().sweep(Logger.getAnonymousLogger())).isEqualTo(1);
        hub.drainNow(hub.worker());
        assertThat(hub.client.status(id, false).orElseThrow().status()).isEqualTo(RuntimeStatus.COMPLETED);
    }

    @Test
    void turnIsWaitedForAndRequeuesItsMessage() throws Exception {
        Future<TurnOutcome> answer = give(start("job"));
        Runnable turn = waiting.poll(60, TimeUnit.SECONDS);
        hub.onPause(() -> {
            hub.onPause(() -> {});
            turn.run();
        });
        worker.stop(LIMIT);
        assertThat(answer.get(60, TimeUnit.SECONDS)).isEqualTo(TurnOutcome.REQUEUED);
        assertThat(records()).as("nothing is left to be looked for").isEmpty();
        hub.clock.advance(Duration.ofSeconds(2));
        hub.drainNow(hub.worker());
        assertThat(hub.client.status("job", false).orElseThrow().status()).isEqualTo(RuntimeStatus.COMPLETED);
    }

    @Test
    void turnIsFoundByOthersIfItDoesNotBeginInTime() throws Exception {
        turnNotBegun("job");
        worker.stop(LIMIT);
        assertThat(records()).containsExactly(WorkerState.DRAINED);
        assertThatTheSweepFinds("job");
    }

    @Test
    void turnIsFoundByOthersIfItDoesNotBeginUnderTheLeaseOfAnother() throws Exception {
        turnsBegin = true;
        give(start("other")).get(60, TimeUnit.SECONDS);
        turnsBegin = false;
        turnNotBegun("job");
        worker.stop(LIMIT);
        assertThat(records()).containsExactly(WorkerState.DRAINED);
        assertThatTheSweepFinds("job");
    }

    @Test
    void turnIsFoundByOthersIfItIsNotWaitedFor() throws Exception {
        turnNotBegun("job");
        worker.stop(Duration.ZERO);
        assertThat(records()).containsExactly(WorkerState.DRAINED);
    }

    @Test
    void workerIsMarkedOnceHoweverOftenItsProcessStops() throws Exception {
        turnNotBegun("job");
        worker.stop(LIMIT);
        worker.stop(LIMIT);
        assertThat(records()).containsExactly(WorkerState.DRAINED);
    }

    @Test
    void workerIsMarkedAgainIfAMessageArrivedSinceTheHostWasGone() throws Exception {
        worker.handOff(LIMIT);
        assertThat(records()).containsExactly(WorkerState.DRAINED);
        turnNotBegun("job");
        worker.stop(LIMIT);
        assertThat(records()).containsExactly(WorkerState.DRAINED, WorkerState.DRAINED);
    }

    @Test
    void turnRequeuesItsMessageAlsoAfterTheMark() throws Exception {
        Runnable turn = turnNotBegun("job");
        worker.stop(LIMIT);
        turn.run();
        hub.clock.advance(Duration.ofSeconds(2));
        hub.drainNow(hub.worker());
        assertThat(hub.client.status("job", false).orElseThrow().status()).isEqualTo(RuntimeStatus.COMPLETED);
        assertThat(records()).containsOnlyOnce(WorkerState.DRAINED);
    }

    @Test
    void workerIsNotMarkedIfAllItsMessagesWereAnswered() throws Exception {
        turnsBegin = true;
        assertThat(give(start("job")).get(60, TimeUnit.SECONDS)).isEqualTo(TurnOutcome.ENDED);
        worker.stop(LIMIT);
        worker.stop(LIMIT);
        assertThat(records()).isEmpty();
    }

    @Test
    void workerIsMarkedIfATurnHadNoLeaseAndCouldNotRequeueItsMessage() {
        boolean[] failing = {true};
        WorkQueue queue = new WorkQueue() {
            @Override
            public MessageReceipt put(WorkMessage message, Duration delay) {
                if (failing[0]) {
                    throw new StorageException("no answer", null);
                }
                return hub.queue.put(message, delay);
            }

            @Override
            public void takeBack(MessageReceipt receipt) {
                hub.queue.takeBack(receipt);
            }
        };
        WorkerStore records = new ForwardingWorkerStore(hub.workers) {
            @Override
            public String register(String name, Duration lease) {
                if (failing[0]) {
                    throw new StorageException("no answer", null);
                }
                return super.register(name, lease);
            }
        };
        Storage storage = new Storage(hub.instances, queue, hub.storage.payloads());
        Engine inTrouble = worker(storage, records, Runnable::run);
        WorkMessage message = start("job");
        assertThatThrownBy(() -> inTrouble.process(message, hub.log)).isInstanceOf(SolitonException.class);
        failing[0] = false;
        inTrouble.stop(LIMIT);
        assertThat(records()).containsExactly(WorkerState.DRAINED);
        assertThatTheSweepFinds("job");
    }

    @Test
    void workerIsMarkedIfATurnHadNoThread() {
        Engine inTrouble = worker(hub.storage, hub.workers, turn -> {
            throw new RejectedExecutionException("no thread");
        });
        WorkMessage message = start("job");
        assertThatThrownBy(() -> inTrouble.process(message, hub.log)).isInstanceOf(RejectedExecutionException.class);
        inTrouble.stop(LIMIT);
        assertThat(records()).containsExactly(WorkerState.DRAINED);
        assertThatTheSweepFinds("job");
    }
}
