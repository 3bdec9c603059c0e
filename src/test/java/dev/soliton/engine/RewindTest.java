package dev.soliton.engine;

import static dev.soliton.store.FaultyInstanceStore.Fault.CRASH;
import static dev.soliton.store.FaultyInstanceStore.Fault.LATE;
import static dev.soliton.store.FaultyInstanceStore.Fault.LOST_ANSWER;
import static dev.soliton.store.FaultyInstanceStore.Fault.LOST_REQUEST;
import static dev.soliton.store.FaultyInstanceStore.Fault.NONE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.soliton.client.Instance;
import dev.soliton.client.OrchestrationClient;
import dev.soliton.client.OutcomeUnknownException;
import dev.soliton.client.RewindOutcome.NotFailed;
import dev.soliton.client.RewindOutcome.NotFound;
import dev.soliton.client.RewindOutcome.Rewound;
import dev.soliton.client.SignalOutcome;
import dev.soliton.client.StartRequest;
import dev.soliton.orchestration.NonRetriableException;
import dev.soliton.orchestration.OrchestrationContext;
import dev.soliton.orchestration.Orchestrator;
import dev.soliton.orchestration.RetryPolicy;
import dev.soliton.orchestration.Task;
import dev.soliton.orchestration.TaskFailedException;
import dev.soliton.orchestration.TaskOptions;
import dev.soliton.store.FaultyInstanceStore;
import dev.soliton.store.Gate;
import dev.soliton.store.InMemoryWorkQueue;
import dev.soliton.store.RowChange;
import dev.soliton.store.RuntimeStatus;
import dev.soliton.store.WriteOutcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Instances that have failed, and go on: what runs again, what does not, and what a crash changes, which is nothing. */
@Tag("slow")
final class RewindTest {
    private static final String ID = "job";

    private final EngineFixture hub = new EngineFixture();
    private final List<String> ran = new CopyOnWriteArrayList<>();
    private final Set<String> taskIds = ConcurrentHashMap.newKeySet();
    private final Set<String> broken = ConcurrentHashMap.newKeySet();

    @BeforeEach
    void register() {
        hub.registry.activity("Do", () -> activity -> {
            String what = Objects.requireNonNull(activity.getInput(String.class));
            ran.add(what);
            assertThat(taskIds.add(what + activity.getTaskId() + activity.getFencingToken()))
                    .isTrue();
            if (broken.contains(what)) {
                throw new IllegalStateException(what + " is broken");
            }
            return what + "!";
        });
    }

    @AfterEach
    void close() {
        hub.close();
    }

    private void start(Orchestrator orchestrator, String... breaks) {
        broken.addAll(List.of(breaks));
        hub.registry.orchestrator("Job", () -> orchestrator);
        hub.client.start(new StartRequest("Job", ID, "\"in\""));
        hub.drain(hub.worker());
    }

    private static Task<String> call(OrchestrationContext context, String what) {
        return context.callActivity("Do", what, String.class);
    }

    private Instance status() {
        return hub.client.status(ID, true).orElseThrow();
    }

    private void assertFailed(String summary) {
        assertThat(status().status()).isEqualTo(RuntimeStatus.FAILED);
        assertThat(status().output()).contains(summary);
    }

    private void assertCompletedWith(String output) {
        assertThat(status().status()).as("status of %s", status()).isEqualTo(RuntimeStatus.COMPLETED);
        assertThat(status().output()).isEqualTo(output);
        assertThat(status().owner()).isNull();
        assertThat(hub.instances.load(ID).gates()).isEmpty();
        assertThat(hub.instances.load(ID).inbox()).isEmpty();
        assertThat(hub.queue.messages()).isEmpty();
    }

    private void rewind() {
        String executionId = status().executionId();
        assertThat(hub.client.rewind(ID, "mended")).isEqualTo(new Rewound(executionId));
        hub.drain(hub.worker());
    }

    private void rewindMended(String... mended) {
        List.of(mended).forEach(broken::remove);
        ran.clear();
        rewind();
    }

    private List<String> history() {
        return new Histories(hub.storage)
                .find(ID, false, false).orElseThrow().entries().stream()
                        .map(HistoryEntry::eventType)
                        .toList();
    }

    // What can be rewound

    @Test
    void onlyAFailedInstanceCanBeRewound() {
        assertThat(hub.client.rewind(ID, null)).isEqualTo(new NotFound());
        start(context -> context.waitForExternalEvent("go", String.class).await());
        assertThat(hub.client.rewind(ID, null)).isInstanceOfSatisfying(NotFailed.class, held -> assertThat(
                        held.instance().status())
                .isEqualTo(RuntimeStatus.RUNNING));
        hub.client.raiseEvent(ID, "go", "\"gone\"", null);
        hub.drain(hub.worker());
        assertThat(hub.client.rewind(ID, null)).isInstanceOf(NotFailed.class);
        assertCompletedWith("\"gone\"");
    }

    /** Which is the cure of a deployment that changed the code under instances. */
    @Test
    void divergedInstanceGoesOnWithItsFormerCodeAndTheEventThatArrived() {
        AtomicBoolean otherCode = new AtomicBoolean();
        start(context -> {
            String first = context.callActivity(otherCode.get() ? "Added" : "Do", "first", String.class)
                    .await();
            return first + context.waitForExternalEvent("go", String.class).await();
        });
        otherCode.set(true);
        hub.client.raiseEvent(ID, "go", "\"gone\"", null);
        hub.drain(hub.worker());
        assertFailed("NonDeterministicOrchestratorException");

        otherCode.set(false);
        rewind();

        assertCompletedWith("\"first!gone\"");
        assertThat(ran).containsExactly("first");
    }

    // What runs again

    private static Object steps(OrchestrationContext context) {
        List<Object> results = new ArrayList<>();
        for (String step : List.of("a", "b", "c", "d")) {
            results.add(Objects.requireNonNull(call(context, step).await()));
        }
        return results;
    }

    @Test
    void stepThatFailedRunsAgainAndThoseBeforeItDoNot() {
        start(RewindTest::steps, "c");
        assertFailed("c is broken");
        assertThat(ran).containsExactly("a", "b", "c");
        rewindMended("c");
        assertThat(ran).containsExactly("c", "d");
        assertCompletedWith("[\"a!\",\"b!\",\"c!\",\"d!\"]");
        assertThat(history())
                .containsExactly(
                        "ExecutionStarted",
                        "TaskCompleted",
                        "TaskCompleted",
                        "TaskFailed",
                        "ExecutionCompleted",
                        "ExecutionRewound",
                        "TaskCompleted",
                        "TaskCompleted",
                        "ExecutionCompleted");
    }

    @Test
    void instanceThatFailsAgainCanBeRewoundAgain() {
        start(RewindTest::steps, "c", "d");
        for (int again = 0; again < 3; again++) {
            rewindMended();
            assertFailed("c is broken");
            assertThat(ran).containsExactly("c");
        }
        rewindMended("c");
        assertFailed("d is broken");
        assertThat(ran).containsExactly("c", "d");
        rewindMended("d");
        assertThat(ran).containsExactly("d");
        assertCompletedWith("[\"a!\",\"b!\",\"c!\",\"d!\"]");
    }

    @Test
    void outcomeOfTheFailureIsGoneWhileItGoesOn() {
        start(
                context -> {
                    call(context, "a").await();
                    return context.waitForExternalEvent("go", String.class).await();
                },
                "a");
        rewindMended("a");
        assertThat(status().status()).isEqualTo(RuntimeStatus.RUNNING);
        assertThat(status().output()).isNull();
        assertThat(status().input()).isEqualTo("\"in\"");
        hub.client.raiseEvent(ID, "go", "1", null);
        hub.drain(hub.worker());
        assertCompletedWith("\"1\"");
    }

    /** Of a fan-out, those that completed after others had failed do not run again. */
    @Test
    void ofManyActivitiesOnlyTheFailedOnesRunAgain() {
        start(
                context -> context.allOf(IntStream.range(0, 10)
                                .mapToObj(i -> call(context, "part " + i))
                                .toList())
                        .await(),
                "part 3",
                "part 7");
        assertFailed("CompositeTaskFailedException");
        assertThat(ran).hasSize(10);
        rewindMended("part 3");
        assertThat(ran).containsExactlyInAnyOrder("part 3", "part 7");
        rewindMended("part 7");
        assertThat(ran).containsExactly("part 7");
        assertCompletedWith(
                "[\"part 0!\",\"part 1!\",\"part 2!\",\"part 3!\",\"part 4!\",\"part 5!\",\"part 6!\",\"part 7!\","
                        + "\"part 8!\",\"part 9!\"]");
    }

    /** Awaited one by one: the failure of the first ends it, and the others were not looked at. */
    @Test
    void failuresThatTheCodeDidNotReachAreDiscardedToo() {
        start(
                context -> {
                    List<Task<String>> parts = IntStream.range(0, 4)
                            .mapToObj(i -> call(context, "part " + i))
                            .toList();
                    // All have ended before the first is awaited.
                    context.createTimer(Duration.ofHours(1)).await();
                    List<Object> results = new ArrayList<>();
                    parts.forEach(part -> results.add(Objects.requireNonNull(part.await())));
                    return results;
                },
                "part 1",
                "part 3");
        assertFailed("part 1 is broken");
        rewindMended("part 1", "part 3");
        assertThat(ran).containsExactlyInAnyOrder("part 1", "part 3");
        assertCompletedWith("[\"part 0!\",\"part 1!\",\"part 2!\",\"part 3!\"]");
    }

    private static Object saga(OrchestrationContext context) {
        call(context, "book").await();
        try {
            call(context, "pay").await();
        } catch (TaskFailedException failed) {
            call(context, "undo book").await();
            context.sendEvent("nobody", "undone", null);
            throw failed;
        }
        return Objects.requireNonNull(call(context, "ship").await());
    }

    /** What was done after the failure, and because of it, belongs to another course. */
    @Test
    void sagaThatHadCompensatedTakesTheOtherWay() {
        start(RewindTest::saga, "pay");
        assertThat(ran).containsExactly("book", "pay", "undo book");
        rewindMended("pay");
        assertThat(ran).containsExactly("pay", "ship");
        assertCompletedWith("\"ship!\"");
    }

    @Test
    void sagaThatFailsAgainCompensatesAgain() {
        start(RewindTest::saga, "pay");
        rewindMended();
        assertThat(ran).containsExactly("pay", "undo book");
        assertFailed("pay is broken");
        rewindMended("pay");
        assertThat(ran).containsExactly("pay", "ship");
        assertCompletedWith("\"ship!\"");
    }

    /** Its code had dealt with the first failure, and what came of that was done. */
    @Test
    void failureThatTheCodeHandledStays() {
        start(
                context -> {
                    List<Object> results = new ArrayList<>();
                    try {
                        results.add(
                                Objects.requireNonNull(call(context, "first").await()));
                    } catch (TaskFailedException failed) {
                        results.add(
                                Objects.requireNonNull(call(context, "instead").await()));
                    }
                    results.add(Objects.requireNonNull(call(context, "last").await()));
                    return results;
                },
                "first",
                "last");
        assertFailed("last is broken");
        rewindMended("first", "last");
        assertThat(ran).containsExactly("last");
        assertCompletedWith("[\"instead!\",\"last!\"]");
    }

    /** What it throws does not say where it came from. */
    @Test
    void failureWithoutACauseDiscardsAllFailedCalls() {
        start(
                context -> {
                    try {
                        return Objects.requireNonNull(call(context, "a").await());
                    } catch (TaskFailedException failed) {
                        throw new IllegalStateException("No luck.");
                    }
                },
                "a");
        assertFailed("No luck.");
        rewindMended("a");
        assertThat(ran).containsExactly("a");
        assertCompletedWith("\"a!\"");
    }

    /** A mistake of the code, which is mended by now. */
    @Test
    void codeThatFailedByItselfGoesOnWhereItWas() {
        start(
                context -> {
                    call(context, "a").await();
                    if (broken.contains("code")) {
                        throw new IllegalStateException("a mistake");
                    }
                    return Objects.requireNonNull(call(context, "b").await());
                },
                "code");
        assertFailed("a mistake");
        rewindMended("code");
        assertThat(ran).containsExactly("b");
        assertCompletedWith("\"b!\"");
    }

    // Retries and timers

    private static final TaskOptions THRICE =
            TaskOptions.withRetryPolicy(new RetryPolicy(3, Duration.ofMinutes(1)).setRetryTimeout(Duration.ofHours(1)));

    @Test
    void attemptsAndTheirPausesStartAgain() {
        start(
                context -> {
                    Task<String> retried = context.callActivity("Do", "a", THRICE, String.class);
                    Task<String> other = call(context, "b");
                    String later = call(context, other.await() + "c").await();
                    return retried.await() + later;
                },
                "a");
        assertThat(ran).containsExactlyInAnyOrder("a", "b", "b!c", "a", "a");
        assertFailed("a is broken");
        hub.clock.advance(Duration.ofDays(1));
        rewindMended();
        assertThat(ran).containsExactly("a", "a", "a");
        assertFailed("a is broken");
        rewindMended("a");
        assertThat(ran).containsExactly("a");
        assertCompletedWith("\"a!b!c!\"");
    }

    @Test
    void callThatCompletedInALaterAttemptHasCompleted() {
        hub.registry.activity("Flaky", () -> activity -> {
            ran.add("flaky " + activity.getAttempt());
            if (activity.getAttempt() < 3) {
                throw new IllegalStateException("not yet");
            }
            return null;
        });
        start(
                context -> {
                    context.callActivity("Flaky", null, THRICE, Void.class).await();
                    return Objects.requireNonNull(call(context, "a").await());
                },
                "a");
        rewindMended("a");
        assertThat(ran).containsExactly("a");
        assertCompletedWith("\"a!\"");
    }

    @Test
    void retriesByCodeStartAgain() {
        TaskOptions twice = TaskOptions.withRetryHandler(failed -> {
            failed.getOrchestrationContext().createTimer(Duration.ofMinutes(5)).await();
            return failed.getLastAttemptNumber() < 2;
        });
        start(
                context -> {
                    Task<String> retried = context.callActivity("Do", "a", twice, String.class);
                    Task<String> other = call(context, "b");
                    return retried.await() + other.await();
                },
                "a");
        assertThat(ran).containsExactlyInAnyOrder("a", "b", "a");
        rewindMended("a");
        assertThat(ran).containsExactly("a");
        assertCompletedWith("\"a!b!\"");
    }

    @Test
    void waitThatTimedOutStartsAgain() {
        start(context -> context.waitForExternalEvent("approval", Duration.ofHours(2), String.class)
                .await());
        assertFailed("TaskCanceledException");
        assertThat(hub.client.rewind(ID, null)).isInstanceOf(Rewound.class);
        hub.drainNow(hub.worker());
        assertThat(status().status()).isEqualTo(RuntimeStatus.RUNNING);
        hub.client.raiseEvent(ID, "approval", "\"yes\"", null);
        hub.drainNow(hub.worker());
        assertThat(status().output()).isEqualTo("\"yes\"");
    }

    @Test
    void eventThatArrivedBeforeTheFailureIsNotLost() {
        start(
                context -> {
                    Task<String> a = call(context, "a");
                    try {
                        a.await();
                    } catch (TaskFailedException failed) {
                        context.waitForExternalEvent("news").await();
                        throw failed;
                    }
                    return context.waitForExternalEvent("news", String.class).await();
                },
                "a");
        hub.client.raiseEvent(ID, "news", "\"early\"", null);
        hub.drain(hub.worker());
        assertFailed("a is broken");
        rewindMended("a");
        assertCompletedWith("\"early\"");
    }

    @Test
    void eventThatWasUnprocessedAtTheFailureIsNotLost() {
        hub.registry.activity("Raise", () -> activity -> {
            if (broken.remove("raise")) {
                hub.client.raiseEvent(ID, "news", "\"late\"", null);
                hub.client.suspend(ID, "never mind");
                throw new IllegalStateException("broken");
            }
            return null;
        });
        start(
                context -> {
                    context.callActivity("Raise").await();
                    return context.waitForExternalEvent("news", String.class).await();
                },
                "raise");
        assertFailed("broken");
        rewind();
        assertCompletedWith("\"late\"");
    }

    // What was sent to the life before

    private static Object afterBegin(OrchestrationContext context) {
        context.waitForExternalEvent("begin").await();
        call(context, "a").await();
        return Objects.requireNonNull(
                context.waitForExternalEvent("go", String.class).await());
    }

    /** Has one client know that the instance is live, then lets that fail. */
    private void failKnownTo(OrchestrationClient... clients) {
        start(RewindTest::afterBegin, "a");
        for (OrchestrationClient client : clients) {
            assertThat(client.status(ID, false)).isPresent();
        }
        hub.client.raiseEvent(ID, "begin", null, null);
        hub.drain(hub.worker());
        assertFailed("a is broken");
    }

    @Test
    void eventThatTheFailedInstanceRefusedDoesNotReachTheRewoundOne() {
        FaultyInstanceStore store = new FaultyInstanceStore(hub.instances);
        OrchestrationClient raiser = hub.client(hub.storage(store));
        OrchestrationClient terminator = hub.client(hub.storage(store));
        failKnownTo(raiser, terminator);
        store.plan(LATE);
        assertThat(raiser.raiseEvent(ID, "go", "\"refused\"", "1")).isInstanceOf(SignalOutcome.Ended.class);
        store.plan(LATE);
        assertThat(terminator.terminate(ID, "refused")).isInstanceOf(SignalOutcome.Ended.class);
        rewindMended("a");
        assertThat(store.land()).hasSize(2).allMatch(WriteOutcome.Conflict.class::isInstance);
        hub.drain(hub.worker());
        assertThat(status().status()).isEqualTo(RuntimeStatus.RUNNING);
        hub.client.raiseEvent(ID, "go", "\"accepted\"", "1");
        hub.drain(hub.worker());
        assertCompletedWith("\"accepted\"");
    }

    @Test
    void callerThatKnewTheFormerIncarnationReachesTheNewOne() {
        OrchestrationClient client = hub.client(hub.storage);
        failKnownTo(client);
        rewindMended("a");
        assertThat(client.raiseEvent(ID, "go", "\"gone\"", null)).isInstanceOf(SignalOutcome.Accepted.class);
        hub.drain(hub.worker());
        assertCompletedWith("\"gone\"");
    }

    @Test
    void eventThatWasProcessedBeforeTheFailureIsNotProcessedAgain() {
        start(
                context -> {
                    String heard =
                            context.waitForExternalEvent("news", String.class).await();
                    call(context, "a").await();
                    return heard + context.waitForExternalEvent("news").isDone();
                },
                "a");
        hub.client.raiseEvent(ID, "news", "\"once\"", "1");
        hub.drain(hub.worker());
        assertFailed("a is broken");
        broken.clear();
        hub.client.rewind(ID, null);
        assertThat(hub.client.raiseEvent(ID, "news", "\"twice\"", "1")).isInstanceOf(SignalOutcome.Accepted.class);
        hub.drain(hub.worker());
        assertCompletedWith("\"oncefalse\"");
    }

    /** Somebody made sure of a start that had been long ago: that is no reason not to go on, nor to drop a message. */
    @Test
    void tombstoneOfAStartThatArrivedHasNoEffect() {
        start(RewindTest::steps, "c");
        broken.clear();
        hub.instances.write(ID, List.of(new RowChange.InsertGate(new Gate(status().executionId(), true))));
        FaultyInstanceStore store = new FaultyInstanceStore(hub.instances);
        store.beforeNext("write", () -> hub.drainNow(hub.worker()));
        assertThat(hub.client(hub.storage(store)).rewind(ID, null)).isInstanceOf(Rewound.class);
        hub.drain(hub.worker());
        assertThat(status().output()).isEqualTo("[\"a!\",\"b!\",\"c!\",\"d!\"]");
    }

    // Sub-orchestrations

    private void registerChild() {
        hub.registry.orchestrator("Child", () -> context -> {
            String what = Objects.requireNonNull(context.getInput(String.class));
            ran.add("child " + what);
            if (broken.contains(what)) {
                throw new NonRetriableException(what + " is broken");
            }
            if (what.startsWith("slow")) {
                context.waitForExternalEvent("go").await();
            }
            return what + "!";
        });
    }

    private static Task<String> child(OrchestrationContext context, String what) {
        return context.callSubOrchestrator("Child", what, "child-" + what, String.class);
    }

    @Test
    void childThatFailedGoesOnAndOneThatCompletedDoesNot() {
        registerChild();
        start(
                context -> child(context, "x").await()
                        + Objects.requireNonNull(child(context, "y").await()),
                "y");
        String failed = hub.client.status("child-y", false).orElseThrow().executionId();
        rewindMended("y");
        assertThat(ran).containsExactly("child y");
        assertCompletedWith("\"x!y!\"");
        assertThat(hub.client.status("child-y", false).orElseThrow().executionId())
                .isEqualTo(failed);
    }

    /** The child went on while its parent had failed, and came to its end when there was nobody to tell. */
    @Test
    void endOfAChildThatReachedNoParentIsReadAfterTheRewind() {
        registerChild();
        start(
                context -> {
                    Task<String> slow = child(context, "slow");
                    return call(context, "a").await() + slow.await();
                },
                "a");
        assertFailed("a is broken");
        hub.client.raiseEvent("child-slow", "go", null, null);
        hub.drain(hub.worker());
        assertThat(hub.client.status("child-slow", false).orElseThrow().status())
                .isEqualTo(RuntimeStatus.COMPLETED);
        rewindMended("a");
        assertThat(ran).containsExactly("a");
        assertCompletedWith("\"a!slow!\"");
    }

    @Test
    void childThatStillRunsIsWaitedFor() {
        registerChild();
        start(
                context -> {
                    Task<String> slow = child(context, "slow");
                    return call(context, "a").await() + slow.await();
                },
                "a");
        rewindMended("a");
        assertThat(status().status()).isEqualTo(RuntimeStatus.RUNNING);
        hub.client.raiseEvent("child-slow", "go", null, null);
        hub.drain(hub.worker());
        assertCompletedWith("\"a!slow!\"");
    }

    @Test
    void childThatWasPurgedMeanwhileHasFailed() {
        registerChild();
        start(
                context -> {
                    Task<String> slow = child(context, "slow");
                    call(context, "a").await();
                    try {
                        return Objects.requireNonNull(slow.await());
                    } catch (TaskFailedException failed) {
                        return failed.getFailureDetails().errorType();
                    }
                },
                "a");
        hub.client.raiseEvent("child-slow", "go", null, null);
        hub.drain(hub.worker());
        hub.client.purge("child-slow");
        rewindMended("a");
        assertCompletedWith("\"Purged\"");
    }

    /** The parent was told of the failure, and went on; what becomes of the child now is none of its business. */
    @Test
    void parentIsNotNotifiedAgainOfAChildThatWasRewound() {
        registerChild();
        start(
                context -> {
                    String came;
                    try {
                        came = Objects.requireNonNull(child(context, "x").await());
                    } catch (TaskFailedException failed) {
                        came = "failed";
                    }
                    return came
                            + context.waitForExternalEvent("go", String.class).await();
                },
                "x");
        broken.clear();
        assertThat(hub.client.rewind("child-x", null)).isInstanceOf(Rewound.class);
        hub.drain(hub.worker());
        assertThat(hub.client.status("child-x", false).orElseThrow().output()).isEqualTo("\"x!\"");
        assertThat(status().status()).isEqualTo(RuntimeStatus.RUNNING);
        hub.client.raiseEvent(ID, "go", "\" and on\"", null);
        hub.drain(hub.worker());
        assertCompletedWith("\"failed and on\"");
    }

    /** An event that was sent is not sent again; another one that comes in its place has another name. */
    @Test
    void eventsThatWereSentAreNotSentAgain() {
        hub.registry.orchestrator("Listener", () -> context -> {
            List<String> heard = new ArrayList<>();
            while (!heard.contains("end")) {
                heard.add(Objects.requireNonNull(
                        context.waitForExternalEvent("say", String.class).await()));
            }
            return heard;
        });
        hub.client.start(new StartRequest("Listener", "listener", null));
        start(
                context -> {
                    context.sendEvent("listener", "say", "begin");
                    try {
                        call(context, "a").await();
                    } catch (TaskFailedException failed) {
                        context.sendEvent("listener", "say", "failed");
                        throw failed;
                    }
                    context.sendEvent("listener", "say", "end");
                    return "said";
                },
                "a");
        rewindMended("a");
        assertCompletedWith("\"said\"");
        assertThat(hub.client.status("listener", false).orElseThrow().output())
                .isEqualTo("[\"begin\",\"failed\",\"end\"]");
    }

    @Test
    void generationThatFailedGoesOnAndTheNextOneBegins() {
        start(
                context -> {
                    call(context, "generation " + context.getGeneration()).await();
                    if (context.getGeneration() < 2) {
                        context.continueAsNew(null);
                    }
                    return context.getGeneration();
                },
                "generation 1");
        rewindMended("generation 1");
        assertThat(ran).containsExactly("generation 1", "generation 2");
        assertCompletedWith("2");
    }

    @Test
    void instanceThatIsTerminatedBeforeItGoesOnEnds() {
        start(RewindTest::steps, "c");
        hub.client.rewind(ID, null);
        hub.client.terminate(ID, "enough");
        ran.clear();
        hub.drain(hub.worker());
        assertThat(status().status()).isEqualTo(RuntimeStatus.TERMINATED);
        assertThat(ran).isEmpty();
        assertThat(hub.client.rewind(ID, null)).isInstanceOf(NotFailed.class);
    }

    // Crashes

    /** A bit of all: a fan-out with retries, a compensation, a child, an event. */
    private static Object bitOfAll(OrchestrationContext context) {
        Task<String> a = context.callActivity("Do", "a", THRICE, String.class);
        Task<String> b = call(context, "b");
        Task<String> child = child(context, "x");
        String first = b.await() + child.await();
        try {
            first += a.await();
        } catch (TaskFailedException failed) {
            call(context, "undo " + first).await();
            throw failed;
        }
        context.sendEvent("nobody", "first", first);
        return first + call(context, "c").await();
    }

    static List<Object[]> faults() {
        List<Object[]> faults = new ArrayList<>();
        for (int calls = 0; calls < 12; calls++) {
            for (FaultyInstanceStore.Fault fault : List.of(CRASH, LOST_REQUEST)) {
                faults.add(new Object[] {calls, fault});
            }
        }
        return faults;
    }

    @ParameterizedTest
    @MethodSource("faults")
    void workerThatDiesAtACallIsFollowedByOneThatGoesOn(int calls, FaultyInstanceStore.Fault fault) {
        registerChild();
        start(RewindTest::bitOfAll, "a", "c");
        assertFailed("a is broken");
        broken.remove("a");
        ran.clear();
        hub.client.rewind(ID, null);
        FaultyInstanceStore failing = new FaultyInstanceStore(hub.instances);
        for (int call = 0; call < calls; call++) {
            failing.plan(NONE);
        }
        for (int call = 0; call < 200; call++) {
            failing.plan(fault);
        }
        InMemoryWorkQueue.Delivery delivery = hub.queue.receive().orElseThrow();
        try {
            hub.worker(store -> failing).process(delivery.message(), hub.log);
            hub.queue.delete(delivery);
        } catch (RuntimeException | Error died) {
            hub.queue.redeliver(delivery, Duration.ZERO);
        }
        hub.drain(hub.worker());
        assertFailed("c is broken");
        assertThat(new HashSet<>(ran)).isEqualTo(Set.of("a", "c"));
        rewindMended("c");
        assertThat(ran).containsExactly("c");
        assertCompletedWith("\"b!x!a!c!\"");
    }

    /** Each delivery is to another worker, which knows nothing but what is recorded. */
    @Test
    void replaysOfARewoundJournalGiveTheSameResult() {
        registerChild();
        start(
                context -> {
                    Object first = bitOfAll(context);
                    List<String> events = new ArrayList<>();
                    for (int i = 0; i < 3; i++) {
                        events.add(Objects.requireNonNull(
                                context.waitForExternalEvent("go", String.class).await()));
                        events.add(Objects.requireNonNull(
                                call(context, "step " + i).await()));
                    }
                    return first + String.join("", events);
                },
                "a",
                "step 1");
        rewindMended("a");
        for (String event : List.of("p", "q", "r")) {
            hub.client.raiseEvent(ID, "go", "\"" + event + "\"", null);
            hub.drain(hub.worker());
        }
        assertFailed("step 1 is broken");
        rewindMended("step 1");
        assertThat(ran).containsExactly("step 1");
        hub.client.raiseEvent(ID, "go", "\"s\"", null);
        hub.drain(hub.worker());
        assertThat(ran).containsExactly("step 1", "step 2");
        assertCompletedWith("\"b!x!a!c!pstep 0!qstep 1!sstep 2!\"");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void rewindWhoseRequestMeetsAFaultSucceedsOrSaysSo(int calls) {
        start(RewindTest::steps, "c");
        broken.clear();
        for (FaultyInstanceStore.Fault fault : List.of(LOST_REQUEST, LOST_ANSWER)) {
            FaultyInstanceStore store = new FaultyInstanceStore(hub.instances);
            for (int call = 0; call < calls; call++) {
                store.plan(NONE);
            }
            store.plan(fault);
            if (status().status() == RuntimeStatus.FAILED) {
                assertThat(hub.client(hub.storage(store)).rewind(ID, null)).isInstanceOf(Rewound.class);
            }
        }
        hub.drain(hub.worker());
        assertCompletedWith("[\"a!\",\"b!\",\"c!\",\"d!\"]");
    }

    @Test
    void ofTwoRewindsAtOnceOneIsAccepted() {
        start(RewindTest::steps, "c");
        broken.clear();
        FaultyInstanceStore store = new FaultyInstanceStore(hub.instances);
        store.beforeNext("write", () -> assertThat(hub.client.rewind(ID, null)).isInstanceOf(Rewound.class));
        assertThat(hub.client(hub.storage(store)).rewind(ID, null)).isInstanceOf(NotFailed.class);
        hub.drain(hub.worker());
        assertCompletedWith("[\"a!\",\"b!\",\"c!\",\"d!\"]");
    }

    /** Nobody was told; the message waits for a while, and then sees to it that the write cannot come any more. */
    @Test
    void rewindWhoseWriteNeverArrivedCannotArriveLater() {
        start(RewindTest::steps, "c");
        FaultyInstanceStore store = new FaultyInstanceStore(hub.instances);
        for (int attempt = 0; attempt < 5; attempt++) {
            store.plan(NONE, LATE);
        }
        assertThatExceptionOfType(OutcomeUnknownException.class)
                .isThrownBy(() -> hub.client(hub.storage(store)).rewind(ID, null));
        hub.drain(hub.worker());
        assertFailed("c is broken");
        assertThat(hub.queue.messages()).isEmpty();
        assertThat(store.land()).noneMatch(WriteOutcome.Written.class::isInstance);
        assertFailed("c is broken");
        rewindMended("c");
        assertCompletedWith("[\"a!\",\"b!\",\"c!\",\"d!\"]");
    }

    @Test
    void rewindWhoseWriteArrivesLateIsFoundByItsMessage() {
        start(RewindTest::steps, "c");
        broken.clear();
        FaultyInstanceStore store = new FaultyInstanceStore(hub.instances);
        for (int attempt = 0; attempt < 5; attempt++) {
            store.plan(NONE, LATE);
        }
        assertThatExceptionOfType(OutcomeUnknownException.class)
                .isThrownBy(() -> hub.client(hub.storage(store)).rewind(ID, null));
        store.land();
        hub.drain(hub.worker());
        assertCompletedWith("[\"a!\",\"b!\",\"c!\",\"d!\"]");
    }

    @Test
    void historySaysHowItHadEnded() {
        start(RewindTest::steps, "c");
        rewindMended("c");
        List<HistoryEntry> entries =
                new Histories(hub.storage).find(ID, false, false).orElseThrow().entries();
        HistoryEntry end = entries.get(4);
        assertThat(end.fields().toString()).contains("Failed", "c is broken");
        assertThat(entries.get(5).fields()).containsExactly(new HistoryEntry.Field.Text("Reason", "mended"));
        assertThat(entries.get(8).fields().toString()).contains("Completed").doesNotContain("broken");
    }
}
