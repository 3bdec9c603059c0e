package dev.soliton.engine;

import static dev.soliton.store.FaultyInstanceStore.Fault.CRASH;
import static dev.soliton.store.FaultyInstanceStore.Fault.LOST_ANSWER;
import static dev.soliton.store.FaultyInstanceStore.Fault.LOST_REQUEST;
import static dev.soliton.store.FaultyInstanceStore.Fault.NONE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.soliton.client.Instance;
import dev.soliton.client.StartRequest;
import dev.soliton.engine.runtime.EngineFailureException;
import dev.soliton.engine.turn.TurnOutcome;
import dev.soliton.orchestration.ActivityContext;
import dev.soliton.orchestration.OrchestrationContext;
import dev.soliton.orchestration.Registry;
import dev.soliton.orchestration.Task;
import dev.soliton.store.FaultyInstanceStore;
import dev.soliton.store.InMemoryWorkQueue;
import dev.soliton.store.InstanceRow;
import dev.soliton.store.Payload;
import dev.soliton.store.Payloads;
import dev.soliton.store.RowChange;
import dev.soliton.store.RuntimeStatus;
import dev.soliton.store.Versioned;
import dev.soliton.store.WorkMessage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Turns of instances, with each call to the storage failing in each way. */
final class TurnTest {
    /** What a job of three steps asks of the store: look, claim, first request, three results. */
    private static final int CALLS = 6;

    private final EngineFixture hub = new EngineFixture();
    private final List<String> effects = Collections.synchronizedList(new ArrayList<>());

    @BeforeEach
    void register() {
        hub.registry.orchestrator("Job", () -> TurnTest::threeSteps).activity("Step", () -> context -> {
            Integer number = context.getInput(Integer.class);
            effects.add("step " + number);
            return number;
        });
    }

    private static Object threeSteps(OrchestrationContext context) {
        List<@Nullable Integer> results = new ArrayList<>();
        for (int step = 1; step <= 3; step++) {
            context.setCustomStatus("at " + step);
            results.add(context.callActivity("Step", step, Integer.class).await());
        }
        return results;
    }

    @AfterEach
    void close() {
        hub.close();
    }

    private Instance start(String name, @Nullable String input) {
        hub.client.start(new StartRequest(name, "job", input));
        return status();
    }

    private Instance status() {
        return hub.client.status("job", true).orElseThrow();
    }

    private void assertCompletedWith(String output) {
        assertThat(status().status()).as("status of %s", status()).isEqualTo(RuntimeStatus.COMPLETED);
        assertThat(status().output()).isEqualTo(output);
        assertThat(status().owner()).isNull();
        assertThat(hub.instances.load("job").gates()).isEmpty();
        assertThat(hub.queue.messages()).isEmpty();
    }

    @Test
    void jobRunsToItsEndWithOneWriteAStep() {
        start("Job", null);
        FaultyInstanceStore counting = new FaultyInstanceStore(hub.instances);
        hub.drain(hub.worker(store -> counting));
        assertCompletedWith("[1,2,3]");
        assertThat(effects).containsExactly("step 1", "step 2", "step 3");
        assertThat(status().customStatus()).isEqualTo("\"at 3\"");
        assertThat(counting.calls())
                .containsExactly("load", "write", "write", "write", "write", "write")
                .hasSize(CALLS);
    }

    @Test
    void jobWithoutActivitiesCostsOneReadOneClaimAndOneCommit() {
        hub.registry.orchestrator("Nothing", () -> context -> context.getInput(String.class));
        start("Nothing", "\"same\"");
        FaultyInstanceStore counting = new FaultyInstanceStore(hub.instances);
        hub.drain(hub.worker(store -> counting));
        assertCompletedWith("\"same\"");
        assertThat(counting.calls()).containsExactly("load", "write", "write");
    }

    @Test
    void secondDeliveryOfAnEndedInstanceChangesNothing() {
        start("Job", null);
        InMemoryWorkQueue.Delivery delivery = hub.queue.receive().orElseThrow();
        Engine worker = hub.worker();
        assertThat(worker.process(delivery.message(), hub.log)).isEqualTo(TurnOutcome.ENDED);
        Instance ended = status();
        assertThat(worker.process(delivery.message(), hub.log)).isEqualTo(TurnOutcome.DROPPED);
        assertThat(status()).isEqualTo(ended);
        assertThat(effects).hasSize(3);
    }

    static Stream<Arguments> everyCallFailingInEachWay() {
        return IntStream.range(0, CALLS).boxed().flatMap(call -> Stream.of(LOST_REQUEST, LOST_ANSWER)
                .map(fault -> Arguments.of(call, fault)));
    }

    @ParameterizedTest
    @MethodSource("everyCallFailingInEachWay")
    void faultAtOneCallIsRetriedOrLeftToTheNextDelivery(int call, FaultyInstanceStore.Fault fault) {
        start("Job", null);
        FaultyInstanceStore faulty = new FaultyInstanceStore(hub.instances);
        for (int before = 0; before < call; before++) {
            faulty.plan(NONE);
        }
        faulty.plan(fault);
        Engine worker = hub.worker(store -> faulty);
        InMemoryWorkQueue.Delivery delivery = hub.queue.receive().orElseThrow();
        // A look that fails changes nothing: a copy of the message comes again.
        assertThat(worker.process(delivery.message(), hub.log))
                .isEqualTo(call == 0 ? TurnOutcome.REQUEUED : TurnOutcome.ENDED);
        hub.queue.delete(delivery);
        hub.drain(hub.worker());
        assertCompletedWith("[1,2,3]");
        assertThat(effects).containsExactly("step 1", "step 2", "step 3");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5})
    void workerThatDiesAtAWriteIsFollowedByOneThatGoesOn(int calls) {
        start("Job", null);
        InMemoryWorkQueue.Delivery delivery = hub.queue.receive().orElseThrow();
        FaultyInstanceStore dying = failingAfter(calls, CRASH);
        assertThatThrownBy(() -> hub.worker(store -> dying).process(delivery.message(), hub.log))
                .isInstanceOfAny(FaultyInstanceStore.Crash.class, EngineFailureException.class);
        hub.queue.redeliver(delivery, Duration.ZERO);
        hub.drain(hub.worker());
        assertThatOnlyTheLastStepRanAgain(calls);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5})
    void workerWhoseTablesFailLeavesTheWorkToACopyOfItsMessage(int calls) {
        start("Job", null);
        InMemoryWorkQueue.Delivery delivery = hub.queue.receive().orElseThrow();
        FaultyInstanceStore failing = failingAfter(calls, LOST_REQUEST);
        assertThat(hub.worker(store -> failing).process(delivery.message(), hub.log))
                .isEqualTo(TurnOutcome.REQUEUED);
        hub.queue.delete(delivery);
        hub.drain(hub.worker());
        assertThatOnlyTheLastStepRanAgain(calls);
    }

    private FaultyInstanceStore failingAfter(int calls, FaultyInstanceStore.Fault fault) {
        FaultyInstanceStore store = new FaultyInstanceStore(hub.instances);
        for (int call = 0; call < calls; call++) {
            store.plan(NONE);
        }
        for (int call = 0; call < 100; call++) {
            store.plan(fault);
        }
        return store;
    }

    /** Only the step whose result was not committed runs again. */
    private void assertThatOnlyTheLastStepRanAgain(int calls) {
        assertCompletedWith("[1,2,3]");
        List<String> expected = new ArrayList<>(List.of("step 1", "step 2", "step 3"));
        if (calls >= 3) {
            expected.add(calls - 2, "step " + (calls - 2));
        }
        assertThat(effects).containsExactlyElementsOf(expected);
    }

    @Test
    void replacedOwnerCommitsNothingMore() throws Exception {
        CountDownLatch inStep = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        List<Long> fences = Collections.synchronizedList(new ArrayList<>());
        hub.registry.orchestrator(
                "Slow",
                () -> context ->
                        context.callActivity("Hold", null, String.class).await());
        hub.registry.activity("Hold", () -> context -> {
            fences.add(context.getFencingToken());
            if (fences.size() == 1) {
                inStep.countDown();
                goOn.await();
                return "of the replaced";
            }
            return "of the new";
        });
        start("Slow", null);
        InMemoryWorkQueue.Delivery delivery = hub.queue.receive().orElseThrow();
        ExecutorService other = Executors.newSingleThreadExecutor();
        try {
            Future<TurnOutcome> replaced = other.submit(() -> hub.worker().process(delivery.message(), hub.log));
            inStep.await();
            hub.workers.expireAll();
            assertThat(hub.worker().process(delivery.message(), hub.log)).isEqualTo(TurnOutcome.ENDED);
            Instance ended = status();
            goOn.countDown();
            assertThat(replaced.get()).isEqualTo(TurnOutcome.OWNERSHIP_LOST);
            assertThat(status()).isEqualTo(ended);
        } finally {
            other.shutdownNow();
        }
        assertThat(status().output()).isEqualTo("\"of the new\"");
        assertThat(fences).hasSize(2);
        assertThat(fences.get(1)).isGreaterThan(fences.get(0));
    }

    @Test
    void liveOwnerIsLeftAloneByEveryMessage() throws Exception {
        CountDownLatch inStep = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        hub.registry.orchestrator(
                "Slow",
                () -> context ->
                        context.callActivity("Hold", null, String.class).await());
        hub.registry.activity("Hold", () -> context -> {
            effects.add("hold");
            inStep.countDown();
            goOn.await();
            return "held";
        });
        start("Slow", null);
        InMemoryWorkQueue.Delivery delivery = hub.queue.receive().orElseThrow();
        Engine owner = hub.worker();
        ExecutorService other = Executors.newSingleThreadExecutor();
        try {
            Future<TurnOutcome> turn = other.submit(() -> owner.process(delivery.message(), hub.log));
            inStep.await();
            // The message once more, here and elsewhere, however often it comes.
            assertThat(owner.process(delivery.message(), hub.log)).isEqualTo(TurnOutcome.DROPPED);
            assertThat(hub.worker().process(delivery.message(), hub.log)).isEqualTo(TurnOutcome.DROPPED);
            goOn.countDown();
            assertThat(turn.get()).isEqualTo(TurnOutcome.ENDED);
        } finally {
            other.shutdownNow();
        }
        hub.queue.delete(delivery);
        hub.drain(hub.worker());
        assertCompletedWith("\"held\"");
        assertThat(effects).containsExactly("hold");
    }

    @Test
    void failureIsShownWithTypeMessageAndChain() {
        hub.registry.orchestrator(
                "Fails", () -> context -> context.callActivity("Break").await());
        hub.registry.activity("Break", () -> context -> {
            throw new IllegalStateException("broken", new IllegalArgumentException("because"));
        });
        start("Fails", null);
        hub.drain(hub.worker());
        assertThat(status().status()).isEqualTo(RuntimeStatus.FAILED);
        assertThat(status().output())
                .startsWith("\"dev.soliton.orchestration.TaskFailedException: Task 'Break' (#0) failed: ")
                .contains("java.lang.IllegalStateException: broken");
        String details = hub.storage
                .payloads()
                .load(hub.instances.findRow("job").orElseThrow().row().values().failure());
        assertThat(details).contains("java.lang.IllegalArgumentException", "because", "stackTrace");
    }

    @Test
    void unknownActivityFailsItsTask() {
        hub.registry.orchestrator(
                "Calls", () -> context -> context.callActivity("Nowhere").await());
        start("Calls", null);
        hub.drain(hub.worker());
        assertThat(status().status()).isEqualTo(RuntimeStatus.FAILED);
        assertThat(status().output()).contains("No activity 'Nowhere' is registered");
    }

    @Test
    void orchestratorThatADeploymentTookAwayWaitsUntilItIsBack() {
        EngineFixture before = hub;
        start("Job", null);
        InMemoryWorkQueue.Delivery delivery = before.queue.receive().orElseThrow();
        Engine without = hub.worker(hub.storage, new Registry(), Executors.newSingleThreadExecutor());
        assertThat(without.process(delivery.message(), hub.log)).isEqualTo(TurnOutcome.REQUEUED);
        hub.queue.delete(delivery);
        assertThat(status().status()).isEqualTo(RuntimeStatus.PENDING);
        assertThat(status().reason()).contains("'Job'");
        hub.drain(hub.worker());
        assertCompletedWith("[1,2,3]");
        assertThat(status().reason()).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            ints = {Payloads.INLINE_LIMIT - 3, Payloads.INLINE_LIMIT - 2, Payloads.INLINE_LIMIT - 1, 40_000, 5 << 20})
    void valuesOfAnySizeComeThrough(int length) {
        // Characters of three bytes, and pairs of surrogates across every boundary.
        String text = "€".repeat(length % 7) + "🌊".repeat((length - length % 7) / 2);
        hub.registry
                .orchestrator(
                        "Echo",
                        () -> context -> context.callActivity("Same", context.getInput(String.class), String.class)
                                .await())
                .activity("Same", () -> context -> context.getInput(String.class));
        start("Echo", "\"" + text + "\"");
        hub.drain(hub.worker());
        assertCompletedWith("\"" + text + "\"");
        assertThat(status().input()).isEqualTo("\"" + text + "\"");
        boolean inline = text.length() + 2 <= Payloads.INLINE_LIMIT;
        assertThat(hub.instances.findRow("job").orElseThrow().row().values().output())
                .isInstanceOf(inline ? Payload.Inline.class : Payload.Stored.class);
    }

    @Test
    void outputThatIsTooLargeFailsTheInstanceAndNamesTheLimit() {
        hub.registry.orchestrator("Huge", () -> context -> "x".repeat(17 << 20));
        start("Huge", null);
        hub.drain(hub.worker());
        assertThat(status().status()).isEqualTo(RuntimeStatus.FAILED);
        assertThat(status().output()).contains("16777216");
    }

    @Test
    void activityKnowsWhoCallsItAndForWhichTask() {
        List<String> known = new ArrayList<>();
        hub.registry.orchestrator("Asks", () -> context -> {
            context.callActivity("Tell").await();
            return context.callActivity("Tell").await();
        });
        hub.registry.activity("Tell", () -> (ActivityContext context) -> {
            known.add(context.getName() + " " + context.getInstanceId() + " " + context.getTaskId() + " "
                    + context.getAttempt() + " " + context.isCancelled());
            return null;
        });
        Instance started = start("Asks", null);
        hub.drain(hub.worker());
        assertThat(known)
                .containsExactly(
                        "Tell job " + started.executionId() + ":0:0 1 false",
                        "Tell job " + started.executionId() + ":0:1 1 false");
    }

    @Test
    void orchestratorThatEndsWhileAnActivityRunsInterruptsIt() throws Exception {
        CountDownLatch running = new CountDownLatch(1);
        CountDownLatch interrupted = new CountDownLatch(1);
        hub.registry.orchestrator("Leaves", () -> context -> {
            context.callActivity("Sleep");
            Task<Void> quick = context.callActivity("Quick");
            quick.await();
            return "done";
        });
        hub.registry.activity("Quick", () -> context -> {
            running.await();
            return null;
        });
        hub.registry.activity("Sleep", () -> context -> {
            running.countDown();
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException stop) {
                assertThat(context.isCancelled()).isTrue();
                interrupted.countDown();
            }
            return null;
        });
        start("Leaves", null);
        hub.drain(hub.worker());
        assertCompletedWith("\"done\"");
        assertThat(interrupted.await(30, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void manyActivitiesAtOnceComeThroughInMoreThanOneTransaction() {
        hub.registry
                .orchestrator("Wide", () -> context -> {
                    List<Task<String>> tasks = new ArrayList<>();
                    for (int i = 0; i < 500; i++) {
                        tasks.add(context.callActivity("Same", "x".repeat(4_000) + i, String.class));
                    }
                    int length = 0;
                    for (Task<String> task : tasks) {
                        length += String.valueOf(task.await()).length();
                    }
                    return length;
                })
                .activity("Same", () -> context -> context.getInput(String.class));
        start("Wide", null);
        hub.drain(hub.worker());
        assertCompletedWith(String.valueOf(500 * 4_000 + 10 + 90 * 2 + 400 * 3));
    }

    @Test
    void rowEditedByHandUnderTheOwnerEndsItsTurn() {
        hub.registry.orchestrator(
                "Edited", () -> context -> context.callActivity("Edit").await());
        hub.registry.activity("Edit", () -> context -> {
            Versioned<InstanceRow> row = hub.instances.findRow("job").orElseThrow();
            InstanceRow edited = row.row()
                    .changed(
                            RuntimeStatus.RUNNING,
                            row.row().ownership().released(),
                            row.row().values(),
                            hub.clock.instant(),
                            "by hand");
            hub.instances.write("job", List.of(new RowChange.ReplaceInstance(edited, row.etag())));
            return null;
        });
        start("Edited", null);
        InMemoryWorkQueue.Delivery delivery = hub.queue.receive().orElseThrow();
        WorkMessage message = delivery.message();
        assertThat(hub.worker().process(message, hub.log)).isEqualTo(TurnOutcome.OWNERSHIP_LOST);
    }
}
