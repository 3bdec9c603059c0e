package dev.soliton.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.soliton.client.StartRequest;
import dev.soliton.engine.turn.TurnOutcome;
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
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Turns of a process that is asked to end, at moments at which they do not listen. */
final class StoppedTurnTest {
    private final EngineFixture hub = new EngineFixture();
    private final ExecutorService others = Executors.newCachedThreadPool();
    private final CountDownLatch stopped = new CountDownLatch(1);
    private final CountDownLatch over = new CountDownLatch(1);
    private final ConcurrentLinkedQueue<Duration> waits = new ConcurrentLinkedQueue<>();
    private final AtomicInteger runs = new AtomicInteger();
    private volatile BooleanSupplier heard = () -> false;

    @AfterEach
    void close() {
        over.countDown();
        others.shutdownNow();
        hub.close();
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(60, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException stop) {
            throw new AssertionError(stop);
        }
    }

    /** A worker that is asked to end within the first write of that kind, which goes through all the same. */
    private Engine workerToldToEndIn(Predicate<List<RowChange>> write) {
        Engine[] worker = new Engine[1];
        AtomicBoolean first = new AtomicBoolean(true);
        worker[0] = hub.worker((InstanceStore store) -> new ForwardingInstanceStore(store) {
            @Override
            public WriteOutcome write(String instanceId, List<RowChange> changes) {
                if (write.test(changes) && first.getAndSet(false)) {
                    Future<?> stop = others.submit(() -> worker[0].stop(Duration.ofSeconds(4)));
                    await(stopped);
                    assertThat(stop.isDone()).isFalse();
                    hub.onTake(limit -> {
                        if (!heard.getAsBoolean()) {
                            waits.add(limit);
                        }
                        return Duration.ZERO;
                    });
                }
                return super.write(instanceId, changes);
            }
        });
        hub.onPause(() -> {
            // It is the hook that pauses, which has stopped all by then, and goes on when the turn is over.
            stopped.countDown();
            await(over);
        });
        return worker[0];
    }

    private TurnOutcome turn(Engine worker, String orchestrator) {
        hub.client.start(new StartRequest(orchestrator, "job", null));
        InMemoryWorkQueue.Delivery delivery = hub.queue.receive().orElseThrow();
        try {
            return worker.process(delivery.message(), hub.log);
        } finally {
            hub.queue.delete(delivery);
            hub.onPause(() -> {});
            over.countDown();
        }
    }

    private void assertThatItGoesOnElsewhere() {
        assertThat(hub.client.status("job", false).orElseThrow().owner()).isNull();
        hub.drain(hub.worker());
        assertThat(hub.client.status("job", false).orElseThrow().status()).isEqualTo(RuntimeStatus.COMPLETED);
    }

    private static boolean isJournal(List<RowChange> changes, int number) {
        return changes.stream()
                .anyMatch(change -> change instanceof RowChange.InsertJournal insert
                        && insert.row().number() == number);
    }

    private void registerSteps() {
        hub.registry
                .orchestrator("Job", () -> context -> {
                    for (int step = 0; step < 3; step++) {
                        context.callActivity("Step").await();
                    }
                    return null;
                })
                .activity("Step", () -> context -> {
                    runs.incrementAndGet();
                    return null;
                });
    }

    @Test
    void turnThatIsStoppedDuringAWriteWaitsForNothing() {
        registerSteps();
        Engine worker = workerToldToEndIn(changes -> isJournal(changes, 1));
        assertThat(turn(worker, "Job")).isEqualTo(TurnOutcome.HANDED_OFF);
        assertThat(waits).as("waits with nothing under way").isEmpty();
        assertThat(runs).as("steps that were begun").hasValue(1);
        assertThatItGoesOnElsewhere();
        assertThat(runs).as("steps in all").hasValue(3);
    }

    @Test
    void turnThatIsAboutToBeginWhenAllAreStoppedBeginsNothing() {
        registerSteps();
        Engine worker = workerToldToEndIn(changes -> changes.size() == 1);
        assertThat(turn(worker, "Job")).isEqualTo(TurnOutcome.HANDED_OFF);
        assertThat(runs).as("steps that were begun").hasValue(0);
        assertThatItGoesOnElsewhere();
    }

    @Test
    void turnThatIsStoppedInterruptsItsActivitiesBeforeItWaitsForThem() {
        CountDownLatch begun = new CountDownLatch(1);
        hub.registry
                .orchestrator("Fan", () -> context -> {
                    context.callActivity("Long");
                    context.callActivity("Quick").await();
                    context.callActivity("Quick").await();
                    return null;
                })
                .activity("Quick", () -> context -> {
                    await(begun);
                    return null;
                })
                .activity("Long", () -> context -> {
                    heard = Thread.currentThread()::isInterrupted;
                    begun.countDown();
                    while (over.getCount() > 0) {
                        Thread.onSpinWait();
                    }
                    return null;
                });
        Engine worker = workerToldToEndIn(changes -> isJournal(changes, 1));
        turn(worker, "Fan");
        assertThat(waits).as("waits before it was interrupted").isEmpty();
    }
}
