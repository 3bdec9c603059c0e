package dev.soliton.orchestration;

import static dev.soliton.orchestration.OneInstance.thrownBy;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.soliton.store.RuntimeStatus;
import dev.soliton.testkit.TestHub;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@link OrchestrationContext} promises, method by method; each test begins with the name of the method. */
final class OrchestrationContextContractTest {
    private final OneInstance it = new OneInstance();
    private final TestHub hub = it.hub;

    @AfterEach
    void close() {
        it.close();
    }

    // Identity.

    @Test
    void getNameInstanceIdExecutionIdAndGenerationNameTheRun() {
        List<String> seen = new ArrayList<>();
        it.run(context -> {
            seen.add(context.getName() + " " + context.getInstanceId() + " " + context.getGeneration());
            seen.add(context.getExecutionId());
            if (context.getGeneration() < 2) {
                context.continueAsNew(null);
            }
            return context.getExecutionId();
        });
        String execution = hub.output("i", String.class);
        assertThat(seen).containsExactly("It i 0", execution, "It i 1", execution, "It i 2", execution);
        assertThat(hub.start("It", "other")).isNotEqualTo(execution);
    }

    @Test
    void getParentIsTheCallerOfASubOrchestrationAndNullAtTheTopLevel() {
        hub.orchestrator("Child", () -> context -> context.getParent());
        String output = it.outputOf(context -> Arrays.asList(
                context.getParent(),
                context.callSubOrchestrator("Child", ParentInstance.class).await()));
        assertThat(output)
                .isEqualTo("[null,{\"instanceId\":\"i\",\"executionId\":\""
                        + hub.status("i").executionId() + "\"}]");
    }

    @Test
    void getInputIsNullIfThereIsNoneAndRefusesWhatDoesNotFitTheType() {
        hub.orchestrator(
                "None",
                () -> context -> context.getInput(String.class) == null
                        && context.getInput(new TypeReference<List<String>>() {}) == null);
        hub.start("None", "none");
        it.run(
                context -> {
                    assertThatThrownBy(() -> context.getInput(Integer.class))
                            .isInstanceOf(DataConverterException.class);
                    assertThatThrownBy(() -> context.getInput(new TypeReference<Map<String, Integer>>() {}))
                            .isInstanceOf(DataConverterException.class);
                    return context.getInput(new TypeReference<List<Duration>>() {});
                },
                List.of("PT1H", "PT2S"));
        assertThat(hub.output("none", Boolean.class)).isTrue();
        assertThat(it.output()).isEqualTo("[\"PT1H\",\"PT2S\"]");
    }

    // The clock, replays and UUIDs.

    @Test
    void getCurrentInstantIsTheSameWithinAStepAndInEveryReplayAndNeverGoesBack() {
        hub.activity("Slow", context -> {
            hub.elapse(Duration.ofMinutes(5));
            return null;
        });
        it.run(context -> {
            List<Object> times = new ArrayList<>(List.of(context.getCurrentInstant()));
            context.callActivity("Slow").await();
            times.add(context.getCurrentInstant());
            context.callActivity("Slow");
            times.add(context.getCurrentInstant());
            // Long enough for the instance to sleep, and to be replayed.
            context.createTimer(Duration.ofHours(1)).await();
            times.add(context.getCurrentInstant());
            return times;
        });
        hub.advance(Duration.ofHours(1));
        assertThat(it.output())
                .isEqualTo("[\"2030-01-01T00:00:00Z\",\"2030-01-01T00:05:00Z\",\"2030-01-01T00:05:00Z\","
                        + "\"2030-01-01T01:05:00Z\"]");
    }

    @Test
    void getIsReplayingIsTrueForHistoryAndCreateReplaySafeLoggerIsSilentThen() {
        List<String> log = new ArrayList<>();
        Logger logger = Logger.getAnonymousLogger();
        logger.setUseParentHandlers(false);
        logger.addHandler(new Handler() {
            @Override
            public void publish(LogRecord line) {
                log.add(line.getMessage());
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        });
        List<Boolean> replaying = new ArrayList<>();
        it.run(context -> {
            Logger safe = context.createReplaySafeLogger(logger);
            replaying.add(context.getIsReplaying());
            safe.info("before");
            context.waitForExternalEvent("go").await();
            replaying.add(context.getIsReplaying());
            safe.info("after");
            return null;
        });
        it.raise("go", null);
        assertThat(replaying).containsExactly(false, true, false);
        assertThat(log).containsExactly("before", "after");
    }

    @Test
    void newUuidIsDeterministicAndOfVersion5AndDistinctPerCallAndGeneration() {
        List<UUID> seen = new ArrayList<>();
        it.run(context -> {
            seen.add(context.newUuid());
            seen.add(context.newUUID());
            context.waitForExternalEvent("go").await();
            seen.add(context.newUuid());
            if (context.getGeneration() == 0) {
                context.continueAsNew(null);
            }
            return null;
        });
        it.raise("go", null);
        it.raise("go", null);
        assertThat(it.output()).isNull();
        // Each generation was replayed once.
        assertThat(seen).hasSize(10).allMatch(uuid -> uuid.version() == 5);
        assertThat(seen.subList(0, 2)).isEqualTo(seen.subList(2, 4));
        assertThat(seen.subList(5, 7)).isEqualTo(seen.subList(7, 9));
        assertThat(seen.stream().distinct()).hasSize(6);
    }

    // Activities and sub-orchestrations.

    @Test
    void callActivityIsScheduledAtTheCallAndItsInputIsSerialisedThere() {
        String output = it.outputOf(context -> {
            List<String> input = new ArrayList<>(List.of("as it was"));
            Task<List<String>> echoed = context.callActivity("Echo", input, new TypeReference<List<String>>() {});
            input.set(0, "changed since");
            // Not awaited, and scheduled all the same.
            context.callActivity("Echo", "not awaited");
            return echoed.await();
        });
        assertThat(output).isEqualTo("[\"as it was\"]");
        assertThat(hub.inputs("Echo", Object.class)).containsExactly(List.of("as it was"), "not awaited");
    }

    @Test
    void callActivityRefusesAnInputThatCannotBeSerialisedAtTheCall() {
        record Itself(List<Object> elements) {}
        Itself circle = new Itself(new ArrayList<>());
        circle.elements().add(circle);
        String output = it.outputOf(context -> {
            assertThatThrownBy(() -> context.callActivity("Echo", circle)).isInstanceOf(DataConverterException.class);
            assertThatThrownBy(() -> context.callActivity("Echo", "x".repeat(17 << 20)))
                    .isInstanceOf(SolitonException.class)
                    .hasMessageContaining("SOLITON_MAX_PAYLOAD");
            return "refused";
        });
        assertThat(output).isEqualTo("\"refused\"");
        assertThat(hub.called()).isEmpty();
    }

    @Test
    void callSubOrchestratorWithoutAnIdMakesOneThatIsFreshAtEachCallAndAttempt() {
        List<String> ids = new ArrayList<>();
        hub.orchestrator("Child", () -> context -> {
            ids.add(context.getInstanceId());
            if (ids.size() < 3) {
                throw new IllegalStateException("again");
            }
            return "done";
        });
        it.run(context -> {
            RetryPolicy policy = new RetryPolicy(3, Duration.ofMinutes(1));
            Task<String> retried =
                    context.callSubOrchestrator("Child", null, TaskOptions.withRetryPolicy(policy), String.class);
            retried.await();
            return context.callSubOrchestrator("Child", String.class).await();
        });
        hub.advance(Duration.ofMinutes(2));
        assertThat(it.output()).isEqualTo("\"done\"");
        assertThat(ids).hasSize(4).doesNotHaveDuplicates();
    }

    @Test
    void callSubOrchestratorUnderTheIdOfALiveInstanceFailsTheTask() {
        hub.orchestrator(
                "Child", () -> context -> context.waitForExternalEvent("go").await());
        hub.start("Child", "taken");
        hub.settle();
        String output = it.outputOf(context -> {
            List<String> messages = new ArrayList<>();
            for (String id : List.of("taken", context.getInstanceId())) {
                Exception thrown = thrownBy(context.callSubOrchestrator("Child", null, id));
                assertThat(thrown).isInstanceOf(TaskFailedException.class);
                messages.add(((TaskFailedException) thrown).getFailureDetails().message());
            }
            return messages;
        });
        assertThat(output)
                .isEqualTo("[\"An instance with ID 'taken' already exists, and is Running.\","
                        + "\"An instance with ID 'i' already exists, and is Running.\"]");
        assertThat(hub.status("taken").status()).isEqualTo(RuntimeStatus.RUNNING);
    }

    @Test
    void callSubOrchestratorUnderTheIdOfAFinishedInstanceTakesItsPlace() {
        hub.orchestrator("Child", () -> context -> context.getInput(Integer.class));
        hub.start("Child", "again", 1);
        hub.settle();
        String output = it.outputOf(context ->
                context.callSubOrchestrator("Child", 2, "again", Integer.class).await());
        assertThat(output).isEqualTo("2");
    }

    @Test
    void callSubOrchestratorThatIsNotAwaitedStartsAndOutlivesItsParent() {
        hub.orchestrator(
                "Child", () -> context -> context.waitForExternalEvent("go").await());
        it.run(context -> {
            context.callSubOrchestrator("Child", null, "first");
            if (context.getGeneration() == 0) {
                context.continueAsNew(null);
            }
            return null;
        });
        assertThat(it.output()).isNull();
        assertThat(hub.status("first").status()).isEqualTo(RuntimeStatus.RUNNING);
        hub.raise("first", "go");
        hub.settle();
        assertThat(hub.status("first").status()).isEqualTo(RuntimeStatus.COMPLETED);
    }

    @Test
    void callSubOrchestratorWhoseChildIsTerminatedFailsTheTask() {
        hub.orchestrator(
                "Child", () -> context -> context.waitForExternalEvent("go").await());
        it.run(context -> {
            Exception thrown = thrownBy(context.callSubOrchestrator("Child", null, "child"));
            return ((TaskFailedException) thrown).getFailureDetails().summary();
        });
        hub.terminate("child", "enough");
        hub.settle();
        assertThat(it.output()).isEqualTo("\"Terminated: enough\"");
    }

    @Test
    void callSubOrchestratorOfAnUnknownNameFailsTheTask() {
        String output = it.outputOf(context -> {
            Exception thrown = thrownBy(context.callSubOrchestrator("Nobody"));
            return ((TaskFailedException) thrown).getFailureDetails().summary();
        });
        assertThat(output).contains("UnknownOrchestratorException", "Nobody");
    }

    // Timers.

    @Test
    void createTimerIsDoneOnlyWhenItsTimeHasComeHoweverFar() {
        it.run(context -> {
            context.createTimer(Duration.ofDays(400)).await();
            context.createTimer(ZonedDateTime.parse("2032-01-01T01:00:00+01:00"))
                    .await();
            return context.getCurrentInstant();
        });
        hub.advance(Duration.ofDays(730).minusNanos(1000));
        assertThat(it.status()).isEqualTo(RuntimeStatus.RUNNING);
        hub.advance(Duration.ofNanos(1000));
        assertThat(it.output()).isEqualTo("\"2032-01-01T00:00:00Z\"");
    }

    @Test
    void createTimerForNowOrThePastFiresAtOnce() {
        String output = it.outputOf(context -> {
            context.createTimer(Duration.ZERO).await();
            context.createTimer(Duration.ofDays(-1)).await();
            context.createTimer(ZonedDateTime.parse("1970-01-01T00:00:00Z")).await();
            return context.getCurrentInstant();
        });
        assertThat(output).isEqualTo("\"" + TestHub.START + "\"");
    }

    // Events.

    @Test
    void waitForExternalEventTakesBufferedEventsOldestFirst() {
        it.run(context -> {
            context.waitForExternalEvent("begin").await();
            List<@Nullable Integer> values = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                values.add(context.waitForExternalEvent("e", Integer.class).await());
            }
            return values;
        });
        it.raise("e", 1);
        it.raise("e", 2);
        it.raise("begin", null);
        it.raise("e", 3);
        assertThat(it.output()).isEqualTo("[1,2,3]");
    }

    @Test
    void waitForExternalEventServesWaitersOfOneNameFirstComeFirst() {
        it.run(context -> {
            List<Task<Integer>> waits = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                waits.add(context.waitForExternalEvent("e", Integer.class));
            }
            // Awaited in another order than begun.
            return List.of(
                    Objects.requireNonNull(waits.get(2).await()),
                    Objects.requireNonNull(waits.get(0).await()),
                    Objects.requireNonNull(waits.get(1).await()));
        });
        it.raise("e", 1);
        it.raise("E", 2);
        it.raise("e", 3);
        assertThat(it.output()).isEqualTo("[3,1,2]");
    }

    @Test
    void waitForExternalEventComparesNamesWithoutRegardToCaseEverywhere() {
        hub.orchestrator("Sender", () -> context -> {
            context.sendEvent("i", "aPPROVED", "sent");
            return null;
        });
        it.run(context -> {
            List<@Nullable Object> values = new ArrayList<>();
            values.add(context.waitForExternalEvent("approved", String.class).await());
            values.add(context.waitForExternalEvent("APPROVED", Duration.ofDays(1), String.class)
                    .await());
            if (context.getGeneration() == 0) {
                context.continueAsNew(null);
            }
            return values;
        });
        it.raise("APPROVED", "raised");
        hub.start("Sender", "sender");
        hub.settle();
        hub.suspend("i", null);
        it.raise("Approved", "while suspended");
        it.raise("ApProved", "more");
        hub.resume("i", null);
        hub.settle();
        assertThat(it.output()).isEqualTo("[\"while suspended\",\"more\"]");
    }

    @Test
    void waitForExternalEventThatTimesOutIsCanceledAndTakesNoLaterEvent() {
        it.run(context -> {
            Duration hour = Duration.ofHours(1);
            Task<Integer> alone = context.waitForExternalEvent("e", hour, Integer.class);
            Task<Integer> inAnyOf = context.waitForExternalEvent("e", hour, Integer.class);
            Task<Integer> inAllOf = context.waitForExternalEvent("e", hour, Integer.class);
            Task<Integer> applied =
                    context.waitForExternalEvent("e", hour, Integer.class).thenApply(value -> value);
            Task<Integer> patient = context.waitForExternalEvent("e", Integer.class);
            Task<Task<?>> any = context.anyOf(inAnyOf, patient);
            Task<List<Integer>> all = context.allOf(List.of(inAllOf, patient));
            assertThat(any.await()).isSameAs(inAnyOf);
            for (Task<Integer> timedOut : List.of(alone, inAnyOf, inAllOf, applied)) {
                assertThat(thrownBy(timedOut)).isInstanceOf(TaskCanceledException.class);
                assertThat(timedOut.isCancelled()).isTrue();
            }
            // The only one that still waits; the others were in front of it.
            Exception composite = thrownBy(all);
            assertThat(((CompositeTaskFailedException) composite).getExceptions())
                    .singleElement()
                    .isInstanceOf(TaskCanceledException.class);
            return List.of(
                    Objects.requireNonNull(patient.await()),
                    Objects.requireNonNull(
                            context.waitForExternalEvent("e", Integer.class).await()));
        });
        hub.advance(Duration.ofHours(1));
        it.raise("e", 1);
        it.raise("e", 2);
        assertThat(it.output()).isEqualTo("[1,2]");
    }

    @Test
    void sendEventIsSentOnceHoweverOftenItIsReplayed() {
        hub.orchestrator("Receiver", () -> context -> {
            List<@Nullable Object> values = new ArrayList<>();
            context.waitForExternalEvent("end").await();
            Task<Integer> more = context.waitForExternalEvent("e", Duration.ZERO, Integer.class);
            while (!more.isCancelled()) {
                values.add(more.await());
                more = context.waitForExternalEvent("e", Duration.ZERO, Integer.class);
            }
            return values;
        });
        hub.start("Receiver", "receiver");
        it.run(context -> {
            context.sendEvent("receiver", "e", 10 * context.getGeneration());
            context.waitForExternalEvent("go").await();
            context.sendEvent("receiver", "e", 10 * context.getGeneration() + 1);
            context.waitForExternalEvent("go").await();
            // Nothing is awaited behind this one.
            context.sendEvent("receiver", "e", 10 * context.getGeneration() + 2);
            if (context.getGeneration() == 0) {
                context.continueAsNew(null);
            }
            return null;
        });
        for (int i = 0; i < 4; i++) {
            it.raise("go", null);
        }
        assertThat(it.output()).isNull();
        hub.raise("receiver", "end");
        hub.settle();
        assertThat(hub.status("receiver").output()).isEqualTo("[0,1,2,10,11,12]");
    }

    @Test
    void sendEventToAnUnknownOrEndedTargetIsDroppedAndToItselfArrives() {
        hub.orchestrator("Ends", () -> context -> null);
        hub.start("Ends", "ended");
        hub.settle();
        String output = it.outputOf(context -> {
            context.sendEvent("nobody", "e", 1);
            context.sendEvent("ended", "e", 2);
            context.sendEvent(context.getInstanceId(), "e", 3);
            return context.waitForExternalEvent("e", Integer.class).await();
        });
        assertThat(output).isEqualTo("3");
        assertThatThrownBy(() -> hub.status("nobody")).isInstanceOf(AssertionError.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a/b", "a\\b", "a#b", "a?b", "@a", ".", "..", "a\nb"})
    void sendEventAndCallSubOrchestratorRefuseAnIdThatCannotBeOneAtTheCall(String id) {
        hub.orchestrator("Child", () -> context -> "ran");
        String output = it.outputOf(context -> {
            assertThatIllegalArgumentException().isThrownBy(() -> context.sendEvent(id, "e"));
            assertThatIllegalArgumentException().isThrownBy(() -> context.sendEvent(id, "e", 1));
            assertThatIllegalArgumentException().isThrownBy(() -> context.callSubOrchestrator("Child", null, id));
            return "refused";
        });
        assertThat(output).isEqualTo("\"refused\"");
    }

    // Several tasks.

    @Test
    void allOfWaitsForAllAndGivesTheirValuesInTheOrderOfTheInput() {
        it.run(context -> {
            List<Task<Integer>> tasks = List.of(
                    context.waitForExternalEvent("a", Integer.class), context.waitForExternalEvent("b", Integer.class));
            List<Integer> none = context.allOf(List.<Task<Integer>>of()).await();
            return List.of(
                    Objects.requireNonNull(none),
                    Objects.requireNonNull(context.allOf(tasks).await()));
        });
        it.raise("b", 2);
        assertThat(it.status()).isEqualTo(RuntimeStatus.RUNNING);
        it.raise("a", 1);
        assertThat(it.output()).isEqualTo("[[],[1,2]]");
    }

    @Test
    void allOfFailsWithEachFailureInTheOrderOfTheInputOnceAllAreDone() {
        it.run(context -> {
            Task<Integer> slow = context.waitForExternalEvent("slow", Integer.class);
            Task<Integer> timedOut = context.waitForExternalEvent("never", Duration.ofHours(2), Integer.class);
            Task<Integer> failed = context.callActivity("Fail", Integer.class);
            Exception thrown = thrownBy(context.allOf(List.of(timedOut, slow, failed)));
            assertThat(thrown).isInstanceOf(CompositeTaskFailedException.class);
            assertThat(slow.isDone()).isTrue();
            List<String> names = new ArrayList<>();
            for (Exception one : ((CompositeTaskFailedException) thrown).getExceptions()) {
                names.add(((TaskFailedException) one).getTaskName());
            }
            return names;
        });
        hub.advance(Duration.ofHours(2));
        assertThat(it.status()).isEqualTo(RuntimeStatus.RUNNING);
        it.raise("slow", 1);
        assertThat(it.output()).isEqualTo("[\"never\",\"Fail\"]");
    }

    @Test
    void anyOfIsDoneWithTheTaskThatFinishedFirstInTheOrderOfTheJournal() {
        it.run(context -> {
            Task<Integer> a = context.waitForExternalEvent("a", Integer.class);
            Task<Integer> b = context.waitForExternalEvent("b", Integer.class);
            Task<Integer> c = context.waitForExternalEvent("c", Integer.class);
            context.waitForExternalEvent("go").await();
            List<String> order = new ArrayList<>();
            List<Task<Integer>> left = new ArrayList<>(List.of(a, b, c));
            while (!left.isEmpty()) {
                Task<?> first = context.anyOf(left).await();
                order.add(first == a ? "a" : first == b ? "b" : "c");
                left.remove(first);
            }
            return order;
        });
        for (String name : List.of("c", "a", "go", "b")) {
            it.raise(name, 0);
        }
        assertThat(it.output()).isEqualTo("[\"c\",\"a\",\"b\"]");
    }

    @Test
    void anyOfReturnsAWinnerThatFailedWhichThrowsAtItsOwnAwait() {
        String output = it.outputOf(context -> {
            Task<Void> failed = context.callActivity("Fail");
            Task<Void> never = context.waitForExternalEvent("never");
            assertThat(context.anyOf(never, failed).await()).isSameAs(failed);
            return thrownBy(failed).getMessage();
        });
        assertThat(output).contains("Fail", "no luck");
    }

    @Test
    void anyOfNothingIsRefused() {
        String output = it.outputOf(context -> {
            assertThatIllegalArgumentException().isThrownBy(context::anyOf);
            assertThatIllegalArgumentException().isThrownBy(() -> context.anyOf(List.of()));
            return "refused";
        });
        assertThat(output).isEqualTo("\"refused\"");
    }

    // The end.

    @Test
    void continueAsNewEndsThisExecutionAtOnceAndBeginsTheNextWithItsInput() {
        List<String> reached = new ArrayList<>();
        it.run(
                context -> {
                    int number = Objects.requireNonNull(context.getInput(Integer.class));
                    if (number == 3) {
                        return number;
                    }
                    context.callActivity("Echo", "dropped with its result");
                    try {
                        context.continueAsNew(number + 1);
                    } catch (Exception swallowed) {
                        reached.add("caught");
                    }
                    reached.add("went on");
                    return "never";
                },
                0);
        assertThat(it.output()).isEqualTo("3");
        assertThat(reached).isEmpty();
        assertThat(hub.called()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void continueAsNewKeepsUnprocessedEventsInOrderEachOnceAlsoWhileSuspended(boolean suspended) {
        it.run(context -> {
            List<String> log = new ArrayList<>(
                    Objects.requireNonNullElse(context.getInput(new TypeReference<List<String>>() {}), List.of()));
            Task<Integer> a = context.waitForExternalEvent("a", Integer.class);
            Task<Integer> b = context.waitForExternalEvent("b", Integer.class);
            // One event a generation; what the other wait was given goes on to the next.
            Task<?> first = Objects.requireNonNull(context.anyOf(b, a).await());
            log.add((first == a ? "a" : "b") + first.await());
            if (log.size() == 12) {
                return String.join(" ", log);
            }
            context.continueAsNew(log);
            return null;
        });
        if (suspended) {
            hub.suspend("i", null);
            hub.settle();
        }
        String[] names = {"a", "a", "B", "a", "b", "b", "b", "A", "b", "a", "a", "b"};
        for (int i = 0; i < names.length; i++) {
            hub.raise("i", names[i], i);
        }
        hub.settle();
        if (suspended) {
            assertThat(it.status()).isEqualTo(RuntimeStatus.SUSPENDED);
            hub.resume("i", null);
            hub.settle();
        }
        assertThat(it.output()).isEqualTo("\"a0 a1 b2 a3 b4 b5 b6 a7 b8 a9 a10 b11\"");
    }

    @Test
    void continueAsNewWithoutPreserveUnprocessedEventsDropsWhatItHas() {
        it.run(context -> {
            context.waitForExternalEvent("go").await();
            if (context.getGeneration() == 0) {
                context.continueAsNew(null, false);
            }
            return context.waitForExternalEvent("e", Duration.ZERO, Integer.class)
                    .isCancelled();
        });
        it.raise("e", 1);
        it.raise("go", null);
        it.raise("go", null);
        assertThat(it.output()).isEqualTo("true");
    }

    @Test
    void completeCountsTheFirstTimeAndALaterReturnIsIgnored() {
        String output = it.outputOf(context -> {
            context.complete("first");
            context.complete("second");
            return "third";
        });
        assertThat(output).isEqualTo("\"first\"");
    }

    @Test
    void completeEndsTheInstanceAtTheNextAwaitWhateverIsCaught() {
        List<String> reached = new ArrayList<>();
        String output = it.outputOf(context -> {
            context.complete(1);
            try {
                context.waitForExternalEvent("never").await();
            } catch (Exception swallowed) {
                reached.add("caught");
            }
            reached.add("went on");
            throw new IllegalStateException("ignored");
        });
        assertThat(output).isEqualTo("1");
        assertThat(reached).isEmpty();
    }

    // The status.

    @Test
    void setCustomStatusIsVisibleWithTheNextCommitAndClearCustomStatusRemovesIt() {
        it.run(context -> {
            if (context.getGeneration() == 1) {
                context.waitForExternalEvent("go").await();
                context.clearCustomStatus();
                context.waitForExternalEvent("go").await();
                return null;
            }
            context.setCustomStatus("first");
            context.callActivity("Echo").await();
            context.setCustomStatus(Map.of("at", Duration.ofMinutes(2)));
            context.callActivity("Echo").await();
            context.continueAsNew(null);
            return null;
        });
        assertThat(hub.calls())
                .extracting(call -> call.customStatus())
                .containsExactly("\"first\"", "{\"at\":\"PT2M\"}");
        // It outlives the generation that set it.
        assertThat(hub.status("i").customStatus()).isEqualTo("{\"at\":\"PT2M\"}");
        it.raise("go", null);
        assertThat(hub.status("i").customStatus()).isNull();
    }

    @Test
    void setCustomStatusTakes16KiBOfJsonAndNamesTheLimitOfMore() {
        int most = 16 * 1024 - 2;
        String output = it.outputOf(context -> {
            context.setCustomStatus("x".repeat(most));
            for (String more : List.of("x".repeat(most + 1), "ä".repeat(most / 2 + 1), "\n".repeat(most / 2 + 1))) {
                assertThatIllegalArgumentException()
                        .isThrownBy(() -> context.setCustomStatus(more))
                        .withMessageContaining("16384");
            }
            return null;
        });
        assertThat(output).isNull();
        assertThat(hub.status("i").customStatus()).hasSize(16 * 1024);
    }

    // Arguments.

    @Test
    void everyMethodThatSchedulesRefusesANullNameAndANullTypeAtOnce() {
        List<Method> byName = Arrays.stream(OrchestrationContext.class.getMethods())
                .filter(method -> List.of("callActivity", "callSubOrchestrator", "waitForExternalEvent", "sendEvent")
                        .contains(method.getName()))
                .toList();
        assertThat(byName).hasSize(12 + 18 + 6 + 2);
        String output = it.outputOf(context -> {
            for (Method method : byName) {
                int name = method.getName().equals("sendEvent") ? 1 : 0;
                refuses(method, context, arguments(method, name));
                int parameters = method.getParameterCount();
                Class<?> last = method.getParameterTypes()[parameters - 1];
                if (last == Class.class || last == TypeReference.class) {
                    refuses(method, context, arguments(method, parameters - 1));
                }
            }
            refuses(OrchestrationContext.class.getMethod("sendEvent", String.class, String.class), context, null, "e");
            for (Method method : OrchestrationContext.class.getMethods()) {
                if (List.of("createTimer", "allOf", "anyOf", "getInput", "createReplaySafeLogger")
                        .contains(method.getName())) {
                    refuses(method, context, new @Nullable Object[1]);
                }
            }
            return "refused";
        });
        assertThat(output).isEqualTo("\"refused\"");
        assertThat(hub.called()).isEmpty();
    }

    /** What a call would be given that is all right, but for one argument that is null. */
    private static @Nullable Object[] arguments(Method method, int missing) {
        Class<?>[] types = method.getParameterTypes();
        @Nullable Object[] arguments = new @Nullable Object[types.length];
        for (int i = 0; i < types.length; i++) {
            if (types[i] == String.class) {
                arguments[i] = "Echo";
            } else if (types[i] == Class.class) {
                arguments[i] = String.class;
            } else if (types[i] == TypeReference.class) {
                arguments[i] = new TypeReference<String>() {};
            }
        }
        arguments[missing] = null;
        return arguments;
    }

    private static void refuses(Method method, OrchestrationContext context, @Nullable Object... arguments) {
        assertThatThrownBy(() -> {
                    try {
                        method.invoke(context, arguments);
                    } catch (InvocationTargetException thrown) {
                        throw thrown.getCause();
                    }
                })
                .as("%s with %s", method, Arrays.toString(arguments))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
