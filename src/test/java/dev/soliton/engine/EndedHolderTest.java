package dev.soliton.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.soliton.client.ConflictPolicy;
import dev.soliton.client.Instance;
import dev.soliton.client.PurgeOutcome;
import dev.soliton.client.RewindOutcome;
import dev.soliton.client.StartOptions;
import dev.soliton.client.StartOutcome;
import dev.soliton.client.StartRequest;
import dev.soliton.engine.runtime.TimeAndIds;
import dev.soliton.engine.worker.Sweeper;
import dev.soliton.store.ForwardingInstanceStore;
import dev.soliton.store.InMemoryStuckScan;
import dev.soliton.store.InMemoryWorkQueue;
import dev.soliton.store.InstanceStore;
import dev.soliton.store.RowChange;
import dev.soliton.store.RuntimeStatus;
import dev.soliton.store.StorageException;
import dev.soliton.store.WriteOutcome;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Executions that have ended, and whose owner died before it told their parent, or gave their ID away. */
final class EndedHolderTest {
    private final EngineFixture hub = new EngineFixture();
    private final CountDownLatch stubbornRuns = new CountDownLatch(1);
    private final CountDownLatch stubbornReturns = new CountDownLatch(1);
    private final AtomicBoolean parentAnswers = new AtomicBoolean();

    @AfterEach
    void close() {
        stubbornReturns.countDown();
        hub.close();
    }

    private Instance instance(String id) {
        return hub.client.status(id, false).orElseThrow();
    }

    /** An activity that does not heed its interruption. */
    private void registerStubborn() {
        // The grace period of a turn does not really pass.
        hub.onTake(
                limit -> limit.equals(Duration.ofSeconds(5)) && stubbornRuns.getCount() == 0 ? Duration.ZERO : limit);
        hub.registry
                .activity("Stubborn", () -> context -> {
                    stubbornRuns.countDown();
                    while (stubbornReturns.getCount() > 0) {
                        try {
                            stubbornReturns.await();
                        } catch (InterruptedException ignored) {
                            // That is what makes it stubborn.
                        }
                    }
                    return null;
                })
                .activity("AwaitStubborn", () -> context -> {
                    assertThat(stubbornRuns.await(60, TimeUnit.SECONDS)).isTrue();
                    return null;
                });
    }

    /** Sweeps every 20 s, and has the worker do what messages there are, for that long. */
    private void live(Engine worker, Duration time) {
        Sweeper sweeper = new Sweeper(
                hub.storage,
                hub.workers,
                new InMemoryStuckScan(hub.instances),
                new TimeAndIds(hub.clock, () -> "id", hub.waits()),
                Duration.ofMinutes(2));
        Instant until = hub.clock.instant().plus(time);
        while (hub.clock.instant().isBefore(until)) {
            sweeper.sweep(Logger.getAnonymousLogger());
            hub.drainNow(worker);
            hub.clock.advance(Duration.ofSeconds(20));
        }
    }

    /** The lease runs out, and the process works on under another name; its activity returns long after the last search. */
    private void loseTheLease(Engine worker) {
        hub.clock.advance(EngineFixture.LIMITS.lease().plusSeconds(1));
        live(worker, Duration.ofMinutes(20));
        stubbornReturns.countDown();
        hub.awaitIdle();
        live(worker, Duration.ofMinutes(1));
    }

    @Test
    void queuedRunBeginsAlthoughAnActivityOutlivedTheLeaseOfItsProcess() {
        registerStubborn();
        hub.registry
                .orchestrator("Leaves", () -> context -> {
                    context.callActivity("Stubborn");
                    context.callActivity("AwaitStubborn").await();
                    return "done";
                })
                .orchestrator("Next", () -> context -> "next");
        hub.client.start(new StartRequest("Leaves", "job", null));
        StartOptions after = StartOptions.DEFAULT.withConflict(ConflictPolicy.RUN_AFTER);
        assertThat(hub.client.start(new StartRequest("Next", "job", null, after)))
                .isInstanceOf(StartOutcome.Queued.class);
        Engine worker = hub.worker();
        hub.drainNow(worker);
        assertThat(instance("job").name()).isEqualTo("Leaves");
        assertThat(instance("job").status()).isEqualTo(RuntimeStatus.COMPLETED);
        loseTheLease(worker);
        assertThat(instance("job").name()).isEqualTo("Next");
        assertThat(instance("job").status()).isEqualTo(RuntimeStatus.COMPLETED);
    }

    @Test
    void parentIsNotifiedOfAChildWhoseActivityOutlivedTheLease() {
        registerStubborn();
        hub.registry.orchestrator("Child", () -> context -> {
            context.callActivity("Stubborn");
            context.callActivity("AwaitStubborn").await();
            return "done";
        });
        Engine worker = endWithoutTelling();
        parentAnswers.set(true);
        loseTheLease(worker);
        assertThat(instance("parent").status()).isEqualTo(RuntimeStatus.COMPLETED);
    }

    /** A child that is run by a worker of its own, which cannot tell the parent of its end. */
    private Engine endWithoutTelling() {
        hub.registry.orchestrator(
                "Parent",
                () -> context -> context.callSubOrchestrator("Child", null, "child", String.class)
                        .await());
        hub.client.start(new StartRequest("Parent", "parent", null));
        InMemoryWorkQueue.Delivery start = hub.queue.receive().orElseThrow();
        hub.workerWithoutRoomForChildren(hub.storage).process(start.message(), hub.log);
        hub.queue.delete(start);
        Engine worker = hub.worker(Deaf::new);
        InMemoryWorkQueue.Delivery child = hub.queue.receive().orElseThrow();
        worker.process(child.message(), hub.log);
        hub.queue.delete(child);
        assertThat(instance("child").status().isTerminal()).isTrue();
        assertThat(instance("child").owner()).isNotNull();
        return worker;
    }

    private void loseAllMessagesAndWorkers() {
        hub.registry.orchestrator("Child", () -> context -> {
            throw new IllegalStateException("It failed.");
        });
        endWithoutTelling();
        for (Optional<InMemoryWorkQueue.Delivery> lost = hub.queue.receive();
                lost.isPresent() || hub.queue.nextVisibleAt().isPresent();
                lost = hub.queue.receive()) {
            lost.ifPresent(hub.queue::delete);
            hub.clock.advance(Duration.ofSeconds(1));
        }
        hub.workers.expireAll();
        parentAnswers.set(true);
    }

    private void assertIsSeenTo() {
        hub.drainNow(hub.worker());
        assertThat(instance("child").owner()).isNull();
        assertThat(instance("parent").status()).isEqualTo(RuntimeStatus.FAILED);
    }

    @Test
    void startOverAnEndedHolderOfADeadOwnerWakesTheHolder() {
        loseAllMessagesAndWorkers();
        assertThat(hub.client.start(new StartRequest("Child", "child", null)))
                .isInstanceOf(StartOutcome.Rejected.class);
        assertIsSeenTo();
    }

    @Test
    void raiseOrStartOverAnEndedHolderOfADeadOwnerWakesTheHolder() {
        loseAllMessagesAndWorkers();
        assertThat(hub.client.raiseOrStart(new StartRequest("Child", "child", null), "event", null, null))
                .isInstanceOf(StartOutcome.Rejected.class);
        assertIsSeenTo();
    }

    @Test
    void purgeOfAnEndedInstanceOfADeadOwnerWakesTheInstance() {
        loseAllMessagesAndWorkers();
        assertThat(hub.client.purge("child")).isInstanceOf(PurgeOutcome.NotFinished.class);
        assertIsSeenTo();
    }

    @Test
    void rewindOfAFailedInstanceOfADeadOwnerWakesTheInstance() {
        loseAllMessagesAndWorkers();
        assertThat(hub.client.rewind("child", null)).isInstanceOf(RewindOutcome.NotFailed.class);
        assertIsSeenTo();
    }

    @Test
    void callOfAChildOverAnEndedHolderOfADeadOwnerWakesTheHolder() {
        loseAllMessagesAndWorkers();
        hub.registry.orchestrator(
                "Other",
                () -> context -> context.callSubOrchestrator("Child", null, "child", String.class)
                        .await());
        hub.client.start(new StartRequest("Other", "other", null));
        hub.drainNow(hub.worker());
        assertIsSeenTo();
    }

    /** A store that does not answer where the parent is to be told of something. */
    private final class Deaf extends ForwardingInstanceStore {
        Deaf(InstanceStore store) {
            super(store);
        }

        @Override
        public WriteOutcome write(String instanceId, List<RowChange> changes) {
            if (instanceId.equals("parent") && !parentAnswers.get()) {
                throw new StorageException("planned: the parent's partition does not answer", null);
            }
            return super.write(instanceId, changes);
        }
    }
}
