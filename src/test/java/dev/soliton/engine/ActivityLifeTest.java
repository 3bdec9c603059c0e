package dev.soliton.engine;

import static dev.soliton.store.FaultyInstanceStore.Fault.LOST_REQUEST;
import static dev.soliton.store.FaultyInstanceStore.Fault.NONE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.soliton.client.Instance;
import dev.soliton.client.StartRequest;
import dev.soliton.engine.turn.TurnOutcome;
import dev.soliton.orchestration.Activity;
import dev.soliton.orchestration.OrchestrationContext;
import dev.soliton.orchestration.Task;
import dev.soliton.orchestration.TaskFailedException;
import dev.soliton.store.FaultyInstanceStore;
import dev.soliton.store.InMemoryWorkQueue;
import dev.soliton.store.RuntimeStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingDeque;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How activities begin and end beside the turn that asked for them. */
final class ActivityLifeTest {
    private final EngineFixture hub = new EngineFixture();
    private final ExecutorService others = Executors.newCachedThreadPool();

    @AfterEach
    void close() {
        others.shutdownNow();
        hub.close();
    }

    private InMemoryWorkQueue.Delivery start(String name) {
        hub.client.start(new StartRequest(name, "job", null));
        return hub.queue.receive().orElseThrow();
    }

    private Instance status() {
        return hub.client.status("job", false).orElseThrow();
    }

    /** Waits for the latch whatever interrupts come. */
    private static void awaitStubbornly(CountDownLatch latch) {
        while (latch.getCount() > 0) {
            try {
                latch.await();
            } catch (InterruptedException ignored) {
                // That is what makes it stubborn.
            }
        }
    }

    @Test
    void activityThatOutlivesItsTurnKeepsItsStepFromRunningBesideIt() throws Exception {
        AtomicInteger now = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        AtomicInteger runs = new AtomicInteger();
        CountDownLatch running = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        hub.registry
                .orchestrator("Job", () -> context -> {
                    Task<Void> stubborn = context.callActivity("Stubborn");
                    context.callActivity("Quick").await();
                    stubborn.await();
                    return "done";
                })
                .activity("Quick", () -> context -> {
                    running.await();
                    return null;
                })
                .activity("Stubborn", () -> context -> {
                    most.accumulateAndGet(now.incrementAndGet(), Math::max);
                    running.countDown();
                    if (runs.incrementAndGet() == 1) {
                        awaitStubbornly(goOn);
                    }
                    now.decrementAndGet();
                    return null;
                });
        InMemoryWorkQueue.Delivery delivery = start("Job");
        // Look, claim, request; the commit of what is quick fails for good.
        FaultyInstanceStore failing = new FaultyInstanceStore(hub.instances).plan(NONE, NONE, NONE);
        for (int call = 0; call < 10; call++) {
            failing.plan(LOST_REQUEST);
        }
        Engine worker = hub.worker(store -> failing);
        assertThat(worker.process(delivery.message(), hub.log)).isEqualTo(TurnOutcome.REQUEUED);
        hub.queue.delete(delivery);

        for (int copies = 0; copies < 5; copies++) {
            hub.clock.advance(Duration.ofMinutes(1));
            InMemoryWorkQueue.Delivery copy = hub.queue.receive().orElseThrow();
            assertThat(worker.process(copy.message(), hub.log)).isEqualTo(TurnOutcome.REQUEUED);
            hub.queue.delete(copy);
        }
        assertThat(runs).hasValue(1);
        goOn.countDown();
        hub.awaitIdle();
        hub.drain(worker);
        assertThat(status().status()).isEqualTo(RuntimeStatus.COMPLETED);
        assertThat(runs).hasValue(2);
        assertThat(most).hasValue(1);
    }

    @Test
    void endIsShownAfterTheActivitiesThatWereInterruptedHaveReturned() throws Exception {
        hub.onTake(limit -> Duration.ofMinutes(1));
        CountDownLatch running = new CountDownLatch(1);
        Set<RuntimeStatus> seen = Collections.synchronizedSet(new HashSet<>());
        hub.registry
                .orchestrator("Leaves", () -> context -> {
                    context.callActivity("Tidy");
                    context.callActivity("Quick").await();
                    return "done";
                })
                .activity("Quick", () -> context -> {
                    running.await();
                    return null;
                })
                .activity("Tidy", () -> context -> {
                    running.countDown();
                    try {
                        new CountDownLatch(1).await();
                    } catch (InterruptedException stop) {
                        for (int chore = 0; chore < 1_000; chore++) {
                            seen.add(status().status());
                            Thread.onSpinWait();
                        }
                    }
                    return null;
                });
        start("Leaves");
        hub.clock.advance(InMemoryWorkQueue.LEASE);
        hub.drain(hub.worker());
        assertThat(status().status()).isEqualTo(RuntimeStatus.COMPLETED);
        assertThat(seen).containsExactly(RuntimeStatus.RUNNING);
    }

    @Test
    void activityThatIgnoresItsInterruptDoesNotKeepTheInstanceFromItsEnd() throws Exception {
        hub.onTake(limit -> limit.compareTo(Duration.ofSeconds(5)) > 0 ? limit : Duration.ZERO);
        CountDownLatch running = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        hub.registry
                .orchestrator("Leaves", () -> context -> {
                    context.callActivity("Stubborn");
                    context.callActivity("Quick").await();
                    return "done";
                })
                .activity("Quick", () -> context -> {
                    running.await();
                    return null;
                })
                .activity("Stubborn", () -> context -> {
                    running.countDown();
                    awaitStubbornly(goOn);
                    return null;
                });
        InMemoryWorkQueue.Delivery delivery = start("Leaves");
        assertThat(hub.worker().process(delivery.message(), hub.log)).isEqualTo(TurnOutcome.ENDED);
        assertThat(status().status()).isEqualTo(RuntimeStatus.COMPLETED);
        goOn.countDown();
        hub.awaitIdle();
    }

    /** Its parent ends, and it gives way; handed on, it could end elsewhere, and another begin, while its activity works. */
    @Test
    void subOrchestrationThatHandsOffKeepsItsOwnerWhileItsActivityRuns() throws Exception {
        Duration forChildren = Duration.ofSeconds(30);
        Duration forActivities = Duration.ofSeconds(5);
        hub.onTake(limit -> limit.equals(forChildren)
                ? limit
                : limit.equals(forActivities) ? Duration.ZERO : Duration.ofMillis(10));
        CountDownLatch running = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        hub.registry
                .orchestrator(
                        "Parent",
                        () -> context -> context.callSubOrchestrator("Child", null, "child", String.class)
                                .await())
                .orchestrator("Child", () -> context -> {
                    context.callActivity("Stubborn").await();
                    return "done";
                })
                .activity("Stubborn", () -> context -> {
                    running.countDown();
                    awaitStubbornly(goOn);
                    return null;
                });
        InMemoryWorkQueue.Delivery delivery = start("Parent");
        Future<TurnOutcome> turn = others.submit(() -> hub.worker().process(delivery.message(), hub.log));
        assertThat(running.await(60, TimeUnit.SECONDS)).isTrue();
        hub.client.terminate("job", "enough", true);
        assertThat(turn.get(60, TimeUnit.SECONDS)).isEqualTo(TurnOutcome.ENDED);
        assertThat(status().status()).isEqualTo(RuntimeStatus.TERMINATED);
        assertThat(hub.client.status("child", false).orElseThrow().owner()).isNotNull();
        goOn.countDown();
        hub.awaitIdle();
        hub.drain(hub.worker());
        assertThat(hub.client.status("child", false).orElseThrow().status()).isEqualTo(RuntimeStatus.TERMINATED);
    }

    /** A thread that takes what came last, which is what a cancellation in order comes to last. */
    private static ExecutorService newestFirst() {
        return new ThreadPoolExecutor(1, 1, 0, TimeUnit.SECONDS, new LinkedBlockingDeque<>() {
            @Override
            public boolean offer(Runnable activity) {
                return offerFirst(activity);
            }
        });
    }

    @Test
    void ownerThatNoticesItsReplacementStartsNothingMore() throws Exception {
        // An owner that waits looks at the row now and then.
        hub.onTake(limit -> Duration.ofMillis(10));
        CountDownLatch inStep = new CountDownLatch(1);
        AtomicReference<@Nullable Long> firstFence = new AtomicReference<>();
        AtomicInteger startedByFirst = new AtomicInteger();
        AtomicReference<@Nullable Boolean> cancelled = new AtomicReference<>();
        hub.registry
                .orchestrator("Wide", () -> context -> {
                    List<Task<Void>> tasks = new ArrayList<>();
                    for (int i = 0; i < 2_000; i++) {
                        tasks.add(context.callActivity("Step"));
                    }
                    tasks.forEach(Task::await);
                    return "done";
                })
                .activity("Step", () -> context -> {
                    firstFence.compareAndSet(null, context.getFencingToken());
                    if (Long.valueOf(context.getFencingToken()).equals(firstFence.get())) {
                        startedByFirst.incrementAndGet();
                        inStep.countDown();
                        try {
                            new CountDownLatch(1).await();
                        } catch (InterruptedException stop) {
                            cancelled.set(context.isCancelled());
                        }
                    }
                    return null;
                });
        InMemoryWorkQueue.Delivery delivery = start("Wide");
        ExecutorService one = newestFirst();
        ExecutorService few = Executors.newFixedThreadPool(4);
        try {
            Engine owner = hub.worker(hub.storage, hub.registry, one);
            Future<TurnOutcome> replaced = others.submit(() -> owner.process(delivery.message(), hub.log));
            assertThat(inStep.await(60, TimeUnit.SECONDS)).isTrue();
            hub.workers.expireAll();
            Engine successor = hub.worker(hub.storage, hub.registry, few);
            assertThat(successor.process(delivery.message(), hub.log)).isEqualTo(TurnOutcome.ENDED);
            assertThat(replaced.get(60, TimeUnit.SECONDS)).isEqualTo(TurnOutcome.OWNERSHIP_LOST);
            one.shutdown();
            assertThat(one.awaitTermination(60, TimeUnit.SECONDS)).isTrue();
        } finally {
            one.shutdownNow();
            few.shutdownNow();
        }
        assertThat(cancelled).hasValue(true);
        assertThat(startedByFirst).hasValue(1);
    }

    @Test
    void longTurnHandsOffAndTheNextGoesOnWhereItStopped() {
        List<Integer> effects = Collections.synchronizedList(new ArrayList<>());
        hub.registry
                .orchestrator("Long", () -> context -> {
                    for (int step = 1; step <= 7; step++) {
                        context.callActivity("Step", step, Integer.class).await();
                    }
                    return "done";
                })
                .activity("Step", () -> context -> {
                    effects.add(context.getInput(Integer.class));
                    hub.clock.advance(EngineFixture.LIMITS.turn().dividedBy(2).plusSeconds(1));
                    return null;
                });
        InMemoryWorkQueue.Delivery delivery = start("Long");
        assertThat(hub.worker().process(delivery.message(), hub.log)).isEqualTo(TurnOutcome.HANDED_OFF);
        hub.queue.delete(delivery);
        assertThat(effects).containsExactly(1, 2);
        // The rest is for whoever comes first, at once.
        InMemoryWorkQueue.Delivery copy = hub.queue.receive().orElseThrow();
        assertThat(hub.worker().process(copy.message(), hub.log)).isEqualTo(TurnOutcome.HANDED_OFF);
        hub.queue.delete(copy);
        assertThat(effects).containsExactly(1, 2, 3, 4);
        hub.drain(hub.worker());
        assertThat(status().status()).isEqualTo(RuntimeStatus.COMPLETED);
        assertThat(effects).containsExactly(1, 2, 3, 4, 5, 6, 7);
    }

    @Test
    void turnWhoseReplayAloneTakesLongMakesProgressAllTheSame() {
        hub.registry
                .orchestrator("Slow", () -> context -> {
                    for (int step = 1; step <= 3; step++) {
                        // Each run of the code takes longer than a turn may.
                        hub.clock.advance(EngineFixture.LIMITS.turn().plusSeconds(1));
                        context.callActivity("Step").await();
                    }
                    return "done";
                })
                .activity("Step", () -> context -> null);
        hub.queue.redeliver(start("Slow"), Duration.ZERO);
        hub.drain(hub.worker());
        assertThat(status().status()).isEqualTo(RuntimeStatus.COMPLETED);
    }

    /** An activity that works until it is told to stop. */
    private Activity hanging(List<Long> fences) {
        return context -> {
            fences.add(context.getFencingToken());
            hub.clock.advance(EngineFixture.LIMITS.deadline());
            new CountDownLatch(1).await();
            return null;
        };
    }

    private static String caught(OrchestrationContext context, String activity) {
        try {
            context.callActivity(activity).await();
            return "nothing";
        } catch (TaskFailedException failed) {
            return failed.getErrorDetails().getErrorMessage();
        }
    }

    @Test
    void activityThatWouldOutlastTheFunctionTimeoutFailsBeforeIt() {
        hub.onTake(limit -> Duration.ofMillis(10));
        List<Long> fences = Collections.synchronizedList(new ArrayList<>());
        AtomicInteger after = new AtomicInteger();
        hub.registry
                .orchestrator("Job", () -> context -> {
                    String failure = caught(context, "Hangs");
                    context.callActivity("After").await();
                    return failure;
                })
                .activity("Hangs", () -> hanging(fences))
                .activity("After", () -> context -> after.incrementAndGet());
        InMemoryWorkQueue.Delivery delivery = start("Job");
        Engine worker = hub.worker();
        assertThat(worker.process(delivery.message(), hub.log)).isEqualTo(TurnOutcome.HANDED_OFF);
        assertThat(Duration.between(EngineFixture.START, hub.clock.instant()))
                .isLessThan(EngineFixture.LIMITS.functionTimeout());
        hub.queue.delete(delivery);
        assertThat(after).as("what the turn began that had to end").hasValue(0);
        hub.drain(worker);
        assertThat(status().output()).contains("'Hangs'", "after 570 s", "functionTimeout");
        assertThat(fences).hasSize(1);
        assertThat(after).hasValue(1);
    }

    @Test
    void activityThatBeganLateStartsAgainWithAllTheTimeThereIs() {
        hub.onTake(limit -> Duration.ofMillis(10));
        List<Long> fences = Collections.synchronizedList(new ArrayList<>());
        AtomicInteger runs = new AtomicInteger();
        hub.registry
                .orchestrator("Job", () -> context -> {
                    context.callActivity("Before").await();
                    return context.callActivity("Long", String.class).await();
                })
                .activity("Before", () -> context -> {
                    hub.clock.advance(Duration.ofMinutes(3));
                    return null;
                })
                .activity("Long", () -> context -> {
                    fences.add(context.getFencingToken());
                    if (runs.incrementAndGet() == 1) {
                        hub.clock.advance(Duration.ofMinutes(7));
                        new CountDownLatch(1).await();
                    }
                    hub.clock.advance(Duration.ofMinutes(9));
                    return "worked";
                });
        hub.queue.redeliver(start("Job"), Duration.ZERO);
        hub.drain(hub.worker());
        assertThat(status().output()).isEqualTo("\"worked\"");
        assertThat(runs).hasValue(2);
        assertThat(fences).doesNotHaveDuplicates();
    }

    @Test
    void activityOfALaterGenerationIsNoneOfTheFirstOfTheTurn() {
        hub.onTake(limit -> Duration.ofMillis(10));
        AtomicInteger runs = new AtomicInteger();
        hub.registry
                .orchestrator("Job", () -> context -> {
                    if (context.getInput(String.class) == null) {
                        context.callActivity("Before").await();
                        context.continueAsNew("later");
                        return null;
                    }
                    // Has the number that the first of the turn had in the generation before.
                    return context.callActivity("Long", String.class).await();
                })
                .activity("Before", () -> context -> {
                    hub.clock.advance(Duration.ofMinutes(3));
                    return null;
                })
                .activity("Long", () -> context -> {
                    if (runs.incrementAndGet() == 1) {
                        // More than half of the time that there is, and less than four fifths of it.
                        hub.clock.advance(EngineFixture.LIMITS.deadline().minusMinutes(3));
                        new CountDownLatch(1).await();
                    }
                    return "worked";
                });
        hub.queue.redeliver(start("Job"), Duration.ZERO);
        hub.drain(hub.worker());
        assertThat(status().output()).isEqualTo("\"worked\"");
        assertThat(runs).hasValue(2);
    }

    @Test
    void resultThatArrivesWithinTheGracePeriodCounts() {
        hub.onTake(limit -> Duration.ofMillis(10));
        hub.registry
                .orchestrator(
                        "Job",
                        () -> context ->
                                context.callActivity("Hurries", String.class).await())
                .activity("Hurries", () -> context -> {
                    hub.clock.advance(EngineFixture.LIMITS.deadline());
                    try {
                        new CountDownLatch(1).await();
                        return "never";
                    } catch (InterruptedException lastCall) {
                        return "half of it";
                    }
                });
        hub.queue.redeliver(start("Job"), Duration.ZERO);
        hub.drain(hub.worker());
        assertThat(status().output()).isEqualTo("\"half of it\"");
    }

    @Test
    void activityThatOutlastsTheGracePeriodHasFailedAllTheSame() {
        CountDownLatch goOn = new CountDownLatch(1);
        AtomicInteger runs = new AtomicInteger();
        // To wait in vain takes time.
        hub.onTake(limit -> {
            if (runs.get() > 0 && limit.compareTo(Duration.ofMinutes(1)) < 0) {
                hub.clock.advance(limit);
            }
            return Duration.ofMillis(10);
        });
        hub.registry
                .orchestrator("Job", () -> context -> caught(context, "Stubborn"))
                .activity("Stubborn", () -> context -> {
                    runs.incrementAndGet();
                    awaitStubbornly(goOn);
                    return null;
                });
        InMemoryWorkQueue.Delivery delivery = start("Job");
        Engine worker = hub.worker();
        worker.process(delivery.message(), hub.log);
        assertThat(Duration.between(EngineFixture.START, hub.clock.instant()))
                .isBetween(EngineFixture.LIMITS.deadline(), EngineFixture.LIMITS.functionTimeout());
        // Its process goes on living; another one goes on with the instance once that is dead.
        hub.drain(hub.worker());
        assertThat(status().output()).contains("'Stubborn'", "functionTimeout");
        assertThat(runs).hasValue(1);
        goOn.countDown();
        hub.awaitIdle();
    }
}
