package dev.soliton.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.soliton.client.Instance;
import dev.soliton.client.StartRequest;
import dev.soliton.engine.runtime.TimeAndIds;
import dev.soliton.engine.turn.EngineExecutors;
import dev.soliton.engine.turn.TurnOutcome;
import dev.soliton.orchestration.OrchestrationContext;
import dev.soliton.store.ForwardingInstanceStore;
import dev.soliton.store.InMemoryWorkQueue;
import dev.soliton.store.InstanceStore;
import dev.soliton.store.RowChange;
import dev.soliton.store.RuntimeStatus;
import dev.soliton.store.WriteOutcome;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Orchestrators whose code does not come back to the engine, on threads of their own. */
final class StuckOrchestratorTest {
    private final EngineFixture hub = new EngineFixture();
    private final ExecutorService orchestrators = Executors.newCachedThreadPool();
    private final ExecutorService others = Executors.newCachedThreadPool();
    private final CountDownLatch begun = new CountDownLatch(1);
    private final CountDownLatch freed = new CountDownLatch(1);
    private final CountDownLatch after = new CountDownLatch(1);
    private final ConcurrentLinkedQueue<String> refused = new ConcurrentLinkedQueue<>();
    private final AtomicInteger writes = new AtomicInteger();

    @AfterEach
    void close() {
        freed.countDown();
        orchestrators.shutdownNow();
        others.shutdownNow();
        hub.close();
    }

    /** A worker whose attendants see time pass as fast as they look. */
    private Engine worker() {
        EngineExecutors executors = new EngineExecutors(hub.registry, others, others, neverRuns -> {}, orchestrators);
        hub.onTake(limit -> {
            if (begun.getCount() == 0) {
                hub.clock.advance(limit);
            }
            return Duration.ofMillis(5);
        });
        AtomicInteger ids = new AtomicInteger();
        InstanceStore counting = new ForwardingInstanceStore(hub.instances) {
            @Override
            public WriteOutcome write(String instanceId, List<RowChange> changes) {
                writes.incrementAndGet();
                return super.write(instanceId, changes);
            }
        };
        return new Engine(
                hub.storage(counting),
                hub.workers,
                executors,
                new TimeAndIds(hub.clock, () -> "own-" + ids.incrementAndGet(), hub.waits()),
                EngineFixture.LIMITS);
    }

    private Instance status() {
        return hub.client.status("job", false).orElseThrow();
    }

    private TurnOutcome turn(Engine worker) {
        hub.client.start(new StartRequest("Job", "job", null));
        InMemoryWorkQueue.Delivery delivery = hub.queue.receive().orElseThrow();
        try {
            return worker.process(delivery.message(), hub.log);
        } finally {
            hub.queue.delete(delivery);
        }
    }

    /** Code that heeds nothing until the test frees it, and then goes on as if nothing had been. */
    private Object hang(OrchestrationContext context) {
        begun.countDown();
        while (freed.getCount() > 0) {
            Thread.onSpinWait();
        }
        try {
            context.callActivity("Never").await();
            refused.add("nothing was thrown");
        } catch (Throwable thrown) {
            refused.add(thrown.getClass().getSimpleName());
        }
        after.countDown();
        return "hung";
    }

    private void assertThatItDoesNothingMore() throws InterruptedException {
        int before = writes.get();
        freed.countDown();
        assertThat(after.await(60, TimeUnit.SECONDS)).isTrue();
        assertThat(refused).containsExactly("Unwind");
        assertThat(writes).hasValue(before);
    }

    @Test
    void orchestratorThatNeverAwaitsFailsBeforeTheHostEndsTheProcess() throws Exception {
        hub.registry.orchestrator("Job", () -> this::hang);
        Duration begins = Duration.between(EngineFixture.START, hub.clock.instant());
        assertThat(turn(worker())).isEqualTo(TurnOutcome.ENDED);
        assertThat(Duration.between(EngineFixture.START, hub.clock.instant()).minus(begins))
                .isBetween(
                        EngineFixture.LIMITS.deadline(),
                        EngineFixture.LIMITS.deadline().plus(EngineFixture.LIMITS.gracePeriod()));
        assertThat(status().status()).isEqualTo(RuntimeStatus.FAILED);
        assertThat(status().output()).contains("StuckOrchestrator", "has not got on for");
        assertThatItDoesNothingMore();
        assertThat(status().output()).contains("StuckOrchestrator");
    }

    @Test
    void orchestratorThatNeverAwaitsIsTerminatedBeforeThat() throws Exception {
        hub.registry.orchestrator("Job", () -> context -> {
            hub.client.terminate("job", "enough", false);
            return hang(context);
        });
        assertThat(turn(worker())).isEqualTo(TurnOutcome.ENDED);
        assertThat(hub.clock.instant()).isBefore(EngineFixture.START.plus(Duration.ofMinutes(2)));
        assertThat(status().status()).isEqualTo(RuntimeStatus.TERMINATED);
        assertThatItDoesNothingMore();
    }

    @Test
    void orchestratorThatNeverAwaitsIsLeftToAnotherWorkerWhenItsProcessEnds() throws Exception {
        hub.registry.orchestrator("Job", () -> this::hang);
        Engine worker = worker();
        Future<TurnOutcome> turn = others.submit(() -> turn(worker));
        assertThat(begun.await(60, TimeUnit.SECONDS)).isTrue();
        hub.onTake(limit -> Duration.ofMillis(5));
        CountDownLatch over = new CountDownLatch(1);
        hub.onPause(() -> {
            try {
                over.await();
            } catch (InterruptedException stop) {
                throw new AssertionError(stop);
            }
        });
        Future<?> stop = others.submit(() -> worker.stop(Duration.ofSeconds(4)));
        assertThat(turn.get(60, TimeUnit.SECONDS)).isEqualTo(TurnOutcome.HANDED_OFF);
        hub.onPause(() -> {});
        over.countDown();
        stop.get(60, TimeUnit.SECONDS);
        assertThat(status().owner()).isNull();
        assertThat(status().status()).isEqualTo(RuntimeStatus.RUNNING);
        assertThatItDoesNothingMore();
    }

    @Test
    void orchestratorThatSwallowsEverythingFails() {
        hub.registry.orchestrator("Job", () -> context -> {
            while (true) {
                try {
                    context.waitForExternalEvent("e").await();
                } catch (Throwable swallowed) {
                    // It goes on for ever.
                }
            }
        });
        assertThat(turn(worker())).isEqualTo(TurnOutcome.ENDED);
        assertThat(status().status()).isEqualTo(RuntimeStatus.FAILED);
        assertThat(status().output()).contains("StuckOrchestrator", "does not let itself be left");
        assertThat(status().owner()).isNull();
    }

    @Test
    void orchestratorThatSwallowsEverythingIsTerminatedAllTheSame() {
        hub.registry.orchestrator("Job", () -> context -> {
            hub.client.terminate("job", "enough", false);
            while (true) {
                try {
                    context.waitForExternalEvent("e").await();
                } catch (Throwable swallowed) {
                    // It goes on for ever.
                }
            }
        });
        turn(worker());
        assertThat(status().status()).isEqualTo(RuntimeStatus.TERMINATED);
    }

    @Test
    void orchestratorThatDoesNotReturnFromWhereItWaitsFails() throws Exception {
        hub.registry.orchestrator("Job", () -> context -> {
            try {
                return context.waitForExternalEvent("e").await();
            } catch (Throwable swallowed) {
                return hang(context);
            }
        });
        assertThat(turn(worker())).isEqualTo(TurnOutcome.ENDED);
        assertThat(status().status()).isEqualTo(RuntimeStatus.FAILED);
        assertThat(status().output()).contains("did not return");
        assertThatItDoesNothingMore();
    }

    @Test
    void orchestratorOnAThreadOfItsOwnRunsAsOnAnother() {
        hub.registry
                .orchestrator(
                        "Job",
                        () -> context ->
                                context.callActivity("Step", null, String.class).await())
                .activity("Step", () -> context -> "done");
        assertThat(turn(worker())).isEqualTo(TurnOutcome.ENDED);
        assertThat(status().output()).isEqualTo("\"done\"");
    }
}
