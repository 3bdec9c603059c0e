package dev.soliton.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.soliton.client.StartRequest;
import dev.soliton.engine.runtime.HostLog;
import dev.soliton.engine.runtime.InstanceLog;
import dev.soliton.engine.turn.TurnOutcome;
import dev.soliton.store.ForwardingInstanceStore;
import dev.soliton.store.ForwardingWorkerStore;
import dev.soliton.store.InMemoryWorkQueue;
import dev.soliton.store.InstanceStore;
import dev.soliton.store.Partition;
import dev.soliton.store.RuntimeStatus;
import dev.soliton.store.StorageException;
import dev.soliton.store.WorkerRecord;
import dev.soliton.store.WorkerState;
import dev.soliton.store.WorkerStore;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a host that is gone, or that goes, means for the work that it had given to this process. */
final class HostGoneTest {
    private final EngineFixture hub = new EngineFixture();
    private final CountDownLatch back = new CountDownLatch(1);
    private final ExecutorService writers = Executors.newCachedThreadPool();

    @AfterEach
    void close() {
        back.countDown();
        writers.shutdownNow();
        hub.close();
    }

    /** What the worker for Java does whose stream to the host is closed: it blocks, then throws. */
    private final class Dead extends Logger {
        private final boolean blocks;

        Dead(boolean blocks) {
            super(null, null);
            this.blocks = blocks;
        }

        @Override
        public void log(LogRecord line) {
            try {
                if (blocks) {
                    back.await();
                }
            } catch (InterruptedException stop) {
                Thread.currentThread().interrupt();
            }
            throw new IllegalStateException("call already closed");
        }
    }

    private InMemoryWorkQueue.Delivery started() {
        hub.registry
                .orchestrator("Job", () -> context -> {
                    for (int step = 0; step < 3; step++) {
                        context.callActivity("Step").await();
                    }
                    return "done";
                })
                .activity("Step", () -> context -> null);
        hub.client.start(new StartRequest("Job", "job", null));
        return hub.queue.receive().orElseThrow();
    }

    private RuntimeStatus status() {
        return hub.client.status("job", false).orElseThrow().status();
    }

    private List<WorkerState> records() {
        return hub.workers.list().stream().map(WorkerRecord::state).toList();
    }

    @Test
    void logThatThrowsAtEachLineChangesNothing() {
        InMemoryWorkQueue.Delivery message = started();
        assertThat(hub.worker().process(message.message(), new InstanceLog(new Dead(false))))
                .isEqualTo(TurnOutcome.ENDED);
        assertThat(status()).isEqualTo(RuntimeStatus.COMPLETED);
    }

    @Test
    @Timeout(value = 60, unit = TimeUnit.SECONDS)
    void logThatBlocksAtEachLineHoldsUpNothing() {
        InMemoryWorkQueue.Delivery message = started();
        HostLog log = new HostLog(writers, hub.waits(), () -> {});
        try (HostLog.Lines lines = log.open(new Dead(true))) {
            assertThat(hub.worker().process(message.message(), new InstanceLog(lines)))
                    .isEqualTo(TurnOutcome.ENDED);
        }
        assertThat(status()).isEqualTo(RuntimeStatus.COMPLETED);
        assertThat(back.getCount()).as("no line was taken").isEqualTo(1);
    }

    @Test
    void processThatHandsOverIsMarkedAlsoWhereItHasNothingInHand() {
        InMemoryWorkQueue.Delivery message = started();
        Engine worker = hub.worker();
        worker.process(message.message(), hub.log);
        // The host may have received more that it did not give to this process.
        worker.handOff(Duration.ofSeconds(4));
        assertThat(records()).containsExactly(WorkerState.DRAINED);
        // It was not gone after all.
        hub.client.start(new StartRequest("Job", "other", null));
        hub.drainNow(worker);
        assertThat(hub.client.status("other", false).orElseThrow().status()).isEqualTo(RuntimeStatus.COMPLETED);
        assertThat(records()).containsExactlyInAnyOrder(WorkerState.DRAINED, WorkerState.LIVE);
    }

    /**
     * The host dies between the receipt of a message and its delivery, and nothing says that this process was at work.
     */
    @Test
    void processThatHandsOverIsMarkedOnceAlsoWhereItHasNeverHadAnythingToDo() {
        started();
        Engine worker = hub.worker();
        for (int second = 0; second < 5; second++) {
            worker.handOff(Duration.ofSeconds(4));
        }
        assertThat(records()).containsExactly(WorkerState.DRAINED);
        // The mark leads to what nobody has a message for.
        hub.clock.advance(Duration.ofSeconds(20));
        assertThat(hub.sweeper().sweep(Logger.getAnonymousLogger())).isEqualTo(1);
        hub.drainNow(hub.worker());
        assertThat(status()).isEqualTo(RuntimeStatus.COMPLETED);
    }

    @Test
    void processThatWasAtWorkSinceItHandedOverIsMarkedAgain() {
        InMemoryWorkQueue.Delivery message = started();
        Engine worker = hub.worker();
        worker.handOff(Duration.ofSeconds(4));
        worker.process(message.message(), hub.log);
        worker.handOff(Duration.ofSeconds(4));
        worker.handOff(Duration.ofSeconds(4));
        assertThat(records()).containsExactly(WorkerState.DRAINED, WorkerState.DRAINED);
    }

    @Test
    void markThatCannotBeWrittenIsTriedAgain() {
        boolean[] failing = {true};
        WorkerStore unreliable = new ForwardingWorkerStore(hub.workers) {
            @Override
            public String register(String worker, Duration lease) {
                if (failing[0]) {
                    throw new StorageException("no answer", null);
                }
                return super.register(worker, lease);
            }
        };
        Engine worker = hub.worker(unreliable);
        worker.handOff(Duration.ofSeconds(4));
        assertThat(records()).isEmpty();
        failing[0] = false;
        worker.handOff(Duration.ofSeconds(4));
        assertThat(records()).containsExactly(WorkerState.DRAINED);
    }

    @Test
    void recordThatCannotBeMarkedIsMadeOnceAndFoundWhenItsLeaseHasRunOut() {
        started();
        assertThatOneSignLeadsToWhatWasStarted(new ForwardingWorkerStore(hub.workers) {
            @Override
            public void markDrained(String worker, String leaseId) {
                throw new StorageException("no answer", null);
            }
        });
    }

    @Test
    void recordWhoseAnswerWasLostIsMadeOnce() {
        started();
        assertThatOneSignLeadsToWhatWasStarted(new ForwardingWorkerStore(hub.workers) {
            @Override
            public String register(String worker, Duration lease) {
                super.register(worker, lease);
                throw new StorageException("no answer", null);
            }
        });
    }

    private void assertThatOneSignLeadsToWhatWasStarted(WorkerStore unreliable) {
        Engine worker = hub.worker(unreliable);
        for (int second = 0; second < 5; second++) {
            worker.handOff(Duration.ofSeconds(4));
        }
        assertThat(records()).hasSize(1);
        hub.workers.expireAll();
        hub.clock.advance(Duration.ofSeconds(20));
        assertThat(hub.sweeper().sweep(Logger.getAnonymousLogger())).isEqualTo(1);
    }

    @Test
    void processThatEndsAfterAMessageHasFailedIsMarked() {
        InMemoryWorkQueue.Delivery message = started();
        Engine worker = hub.worker(this::broken);
        assertThatThrownBy(() -> worker.process(message.message(), hub.log)).isInstanceOf(IllegalStateException.class);
        worker.stop(Duration.ofSeconds(4));
        assertThat(records()).containsExactly(WorkerState.DRAINED);
    }

    private InstanceStore broken(InstanceStore real) {
        return new ForwardingInstanceStore(real) {
            @Override
            public Partition load(String instanceId) {
                throw new IllegalStateException("a bug");
            }
        };
    }

    @Test
    void processThatEndsAfterAMessageThatFailedWasDoneLeavesNothing() {
        InMemoryWorkQueue.Delivery message = started();
        boolean[] broken = {true};
        Engine worker = hub.worker(real -> new ForwardingInstanceStore(real) {
            @Override
            public Partition load(String instanceId) {
                if (broken[0]) {
                    throw new IllegalStateException("a bug");
                }
                return super.load(instanceId);
            }
        });
        assertThatThrownBy(() -> worker.process(message.message(), hub.log)).isInstanceOf(IllegalStateException.class);
        broken[0] = false;
        worker.process(message.message(), hub.log);
        worker.stop(Duration.ofSeconds(4));
        assertThat(records()).isEmpty();
    }
}
