package dev.soliton.engine.replay;

import static dev.soliton.engine.replay.Scenario.crash;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.soliton.engine.journal.EngineJson;
import dev.soliton.engine.journal.JournalEvent;
import dev.soliton.engine.journal.JournalEvent.ExecutionStarted;
import dev.soliton.engine.journal.JournalEvent.SubOrchestrationScheduled;
import dev.soliton.engine.journal.JournalEvent.TaskCompleted;
import dev.soliton.engine.journal.JournalEvent.TaskScheduled;
import dev.soliton.engine.replay.Scenario.Ran;
import dev.soliton.orchestration.DataConverterException;
import dev.soliton.orchestration.FailureDetails;
import dev.soliton.orchestration.OrchestrationContext;
import dev.soliton.orchestration.Orchestrator;
import dev.soliton.orchestration.ParentInstance;
import dev.soliton.orchestration.Task;
import dev.soliton.orchestration.TaskFailedException;
import dev.soliton.orchestration.TaskOptions;
import dev.soliton.orchestration.TypeReference;
import dev.soliton.store.ExecutionKey;
import dev.soliton.store.ParentTask;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What an orchestrator sees of the world, and its calls. */
final class ReplayTest {

    /** A value that JSON cannot show. */
    private static final class Unwritable {}

    @Test
    void activitiesOneAfterAnotherGiveTheirResults() {
        Ran ran = Scenario.run(context -> {
            List<String> results = new ArrayList<>();
            for (String name : List.of("a", "b", "c")) {
                results.add(context.callActivity(name, null, String.class).await());
            }
            return results;
        });
        assertThat(ran.output()).isEqualTo("[\"a#0\",\"b#1\",\"c#2\"]");
        assertThat(ran.types())
                .containsExactly(
                        "ExecutionStarted",
                        "TaskScheduled",
                        "TaskCompleted",
                        "TaskScheduled",
                        "TaskCompleted",
                        "TaskScheduled",
                        "TaskCompleted");
    }

    @Test
    void activitiesThatWereAskedForTogetherCanBeAwaitedInAnyOrder() {
        Ran ran = Scenario.run(context -> {
            Task<String> first = context.callActivity("a", null, String.class);
            Task<String> second = context.callActivity("b", null, String.class);
            assertThat(first.isDone()).isFalse();
            String last = second.await();
            assertThat(first.isDone()).isTrue();
            return last + first.await() + second.await();
        });
        assertThat(ran.output()).isEqualTo("\"b#1a#0b#1\"");
    }

    @Test
    void orchestratorWithoutActivitiesCompletes() {
        assertThat(Scenario.run(context -> null).output()).isNull();
    }

    @Test
    void everyOverloadOfCallActivityMakesARequest() {
        TaskOptions options = TaskOptions.withRetryHandler(failure -> true);
        TypeReference<String> type = new TypeReference<>() {};
        Ran ran = Scenario.run(context -> {
            List<Task<?>> tasks = List.of(
                    context.callActivity("a"),
                    context.callActivity("a", 1),
                    context.callActivity("a", String.class),
                    context.callActivity("a", type),
                    context.callActivity("flaky1", options),
                    context.callActivity("flaky1", options, String.class),
                    context.callActivity("flaky1", options, type),
                    context.callActivity("a", 2, String.class),
                    context.callActivity("a", 3, type),
                    context.callActivity("flaky1", 4, options),
                    context.callActivity("flaky1", 5, options, String.class),
                    context.callActivity("flaky1", 6, options, type));
            return values(tasks);
        });
        assertThat(ran.output())
                .isEqualTo(
                        "[null,null,\"a#2\",\"a#3\",null,\"flaky1#5\",\"flaky1#6\",\"a#7\",\"a#8\",null,\"flaky1#10\","
                                + "\"flaky1#11\"]");
        assertThat(ran.events(TaskScheduled.class))
                .filteredOn(scheduled -> scheduled.input() != null)
                .extracting(TaskScheduled::input)
                .startsWith(Scenario.inline(1), Scenario.inline(2), Scenario.inline(3), Scenario.inline(4));
    }

    @Test
    void everyOverloadOfCallSubOrchestratorMakesARequest() {
        TaskOptions options = TaskOptions.withRetryHandler(failure -> true);
        TypeReference<String> type = new TypeReference<>() {};
        Ran ran = Scenario.run(context -> {
            List<Task<?>> tasks = List.of(
                    context.callSubOrchestrator("a"),
                    context.callSubOrchestrator("a", 1),
                    context.callSubOrchestrator("a", String.class),
                    context.callSubOrchestrator("a", type),
                    context.callSubOrchestrator("a", options),
                    context.callSubOrchestrator("a", options, String.class),
                    context.callSubOrchestrator("a", options, type),
                    context.callSubOrchestrator("a", 2, String.class),
                    context.callSubOrchestrator("a", 3, type),
                    context.callSubOrchestrator("a", 4, options),
                    context.callSubOrchestrator("a", 5, options, String.class),
                    context.callSubOrchestrator("a", 6, options, type),
                    context.callSubOrchestrator("a", 7, "id7"),
                    context.callSubOrchestrator("a", 8, "id8", String.class),
                    context.callSubOrchestrator("a", 9, "id9", type),
                    context.callSubOrchestrator("a", 10, "id10", options),
                    context.callSubOrchestrator("a", 11, "id11", options, String.class),
                    context.callSubOrchestrator("a", 12, "id12", options, type));
            return values(tasks);
        });
        assertThat(ran.output())
                .isEqualTo(
                        "[null,null,\"a#2\",\"a#3\",null,\"a#5\",\"a#6\",\"a#7\",\"a#8\",null,\"a#10\",\"a#11\",null,"
                                + "\"a#13\",\"a#14\",null,\"a#16\",\"a#17\"]");
        List<SubOrchestrationScheduled> scheduled = ran.events(SubOrchestrationScheduled.class);
        assertThat(scheduled.subList(12, 18))
                .extracting(SubOrchestrationScheduled::instanceId)
                .containsExactly("id7", "id8", "id9", "id10", "id11", "id12");
        assertThat(scheduled)
                .filteredOn(one -> one.input() != null)
                .extracting(SubOrchestrationScheduled::input)
                .containsExactlyElementsOf(Arrays.stream(new Integer[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
                        .map(Scenario::inline)
                        .toList());
    }

    private static List<@Nullable Object> values(List<Task<?>> tasks) {
        List<@Nullable Object> values = new ArrayList<>();
        tasks.forEach(task -> values.add(task.await()));
        return values;
    }

    @Test
    void subOrchestrationWithoutAnIdGetsOneThatIsItsOwn() {
        Ran ran = Scenario.run(context -> {
            Task<Void> one = context.callSubOrchestrator("child");
            Task<Void> two = context.callSubOrchestrator("child");
            one.await();
            two.await();
            return context.newUuid();
        });
        List<String> ids = ran.events(SubOrchestrationScheduled.class).stream()
                .map(SubOrchestrationScheduled::instanceId)
                .toList();
        assertThat(ids)
                .doesNotHaveDuplicates()
                .allMatch(id -> UUID.fromString(id).version() == 5);
        assertThat(ran.output()).isNotIn(ids);
    }

    @Test
    void subOrchestrationThatFailsThrowsWhereItIsAwaited() {
        Ran ran = Scenario.run(context -> {
            try {
                return context.callSubOrchestrator("fail", null, "child", String.class)
                        .await();
            } catch (TaskFailedException failed) {
                return failed.getMessage();
            }
        });
        assertThat(ran.output()).contains("'fail' (#0)", "no luck");
    }

    @Test
    void inputIsReadAsTheTypeAskedFor() {
        Ran ran = Scenario.run(context -> {
            assertThat(context.getInput(int[].class)).containsExactly(1, 2);
            assertThatThrownBy(() -> context.getInput(Integer.class)).isInstanceOf(DataConverterException.class);
            return context.getInput(new TypeReference<List<Integer>>() {});
        });
        assertThat(ran.output()).isEqualTo("[1,2]");
    }

    @Test
    void identityIsThatOfTheExecution() {
        Orchestrator orchestrator = context -> Arrays.asList(
                context.getName(),
                context.getInstanceId(),
                context.getExecutionId(),
                context.getGeneration(),
                context.getParent());
        assertThat(Scenario.run(orchestrator).output()).isEqualTo("[\"Test\",\"instance\",\"execution\",3,null]");
        Ran child = Scenario.of(OrchestrationContext::getParent)
                .parent(new ParentTask(new ExecutionKey("boss", "run", 7), 5))
                .run();
        assertThat(new EngineJson().read(child.output(), ParentInstance.class))
                .isEqualTo(new ParentInstance("boss", "run"));
    }

    @Test
    void failedActivityThrowsWhereItIsAwaitedWithAllItsDetails() {
        Ran ran = Scenario.run(context -> {
            Task<Void> task = context.callActivity("fail");
            try {
                task.await();
                return "not reached";
            } catch (TaskFailedException failed) {
                assertThat(failed.getTaskName()).isEqualTo("fail");
                assertThat(failed.getTaskId()).isZero();
                assertThat(failed).hasMessageContaining("'fail' (#0)").hasMessageContaining("no luck");
                assertThat(failed.getFailureDetails().isCausedBy(RuntimeException.class))
                        .isTrue();
                assertThat(failed.getFailureDetails().stackTrace()).contains("app.Activity");
                return context.callActivity("cleanup", null, String.class).await();
            }
        });
        assertThat(ran.output()).isEqualTo("\"cleanup#1\"");
    }

    @Test
    void exceptionThatLeavesTheOrchestratorFailsItWithTheWholeChain() {
        Ran ran = Scenario.run(context -> {
            context.callActivity("a").await();
            throw new IllegalStateException("outer", new IllegalArgumentException("inner"));
        });
        assertThat(ran.failure()).isEqualTo("java.lang.IllegalStateException: outer");
        assertThat(ran.details().innerFailure())
                .extracting(FailureDetails::summary)
                .isEqualTo("java.lang.IllegalArgumentException: inner");
    }

    @Test
    void errorThatLeavesTheOrchestratorFailsIt() {
        Ran ran = Scenario.run(context -> {
            throw new StackOverflowError();
        });
        assertThat(ran.failure()).startsWith("java.lang.StackOverflowError");
    }

    @Test
    void orchestratorThatReturnsWhileTasksAreOpenCompletesAtOnce() {
        Ran ran = Scenario.run(context -> {
            context.callActivity("a");
            context.createTimer(Duration.ofDays(1));
            return "done";
        });
        assertThat(ran.output()).isEqualTo("\"done\"");
        assertThat(ran.types()).containsExactly("ExecutionStarted", "TaskScheduled", "TimerCreated");
    }

    @Test
    void timeIsThatOfTheStepInEveryReplay() {
        Ran ran = Scenario.run(context -> {
            List<Instant> times = new ArrayList<>();
            times.add(context.getCurrentInstant());
            context.callActivity("a").await();
            times.add(context.getCurrentInstant());
            times.add(context.getCurrentInstant());
            return times;
        });
        assertThat(ran.output())
                .isEqualTo("[\"2030-01-01T00:00:00Z\",\"2030-01-01T00:00:01Z\",\"2030-01-01T00:00:01Z\"]");
    }

    @Test
    void timeNeverGoesBackWhateverTheJournalSays() {
        Scenario scenario = Scenario.of(context -> {
            context.callActivity("a").await();
            return context.getCurrentInstant();
        });
        List<JournalEvent> journal = new ArrayList<>(scenario.run().journal().subList(0, 2));
        journal.add(new TaskCompleted(0, null, Scenario.START.minusSeconds(1)));
        assertThat(scenario.replay(journal).output()).isEqualTo("\"2030-01-01T00:00:00Z\"");
    }

    @Test
    void contextIsReplayingWhileTheJournalLasts() {
        List<Boolean> seen = new ArrayList<>();
        Scenario scenario = Scenario.of(context -> {
            seen.clear();
            seen.add(context.getIsReplaying());
            context.callActivity("a").await();
            seen.add(context.getIsReplaying());
            context.callActivity("b").await();
            seen.add(context.getIsReplaying());
            return null;
        });
        Ran whole = scenario.replay(List.of());
        assertThat(seen).containsExactly(false, false, false);
        scenario.replay(whole.journal().subList(0, 4));
        assertThat(seen).containsExactly(true, true, false);
    }

    @Test
    void replaySafeLoggerIsSilentWhileReplaying() {
        Logger logger = Logger.getAnonymousLogger();
        logger.setUseParentHandlers(false);
        logger.setLevel(Level.INFO);
        List<LogRecord> records = new ArrayList<>();
        logger.addHandler(new Handler() {
            @Override
            public void publish(LogRecord record) {
                records.add(record);
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        });
        Scenario scenario = Scenario.of(context -> {
            Logger safe = context.createReplaySafeLogger(logger);
            safe.info("before");
            context.callActivity("a").await();
            safe.log(Level.WARNING, "after {0}", 1);
            safe.fine("too fine");
            return null;
        });
        Ran whole = scenario.replay(List.of());
        assertThat(records).extracting(LogRecord::getMessage).containsExactly("before", "after {0}");
        assertThat(records).extracting(LogRecord::getSourceClassName).containsOnly(ReplayTest.class.getName());
        records.clear();
        scenario.replay(whole.journal().subList(0, 2));
        assertThat(records).extracting(LogRecord::getMessage).containsExactly("after {0}");
    }

    @Test
    void uuidsAreOfVersion5AndDistinctAndTheSameInEveryReplay() {
        Ran ran = Scenario.run(context -> {
            List<UUID> uuids = new ArrayList<>(List.of(context.newUuid(), context.newUUID()));
            context.callActivity("a").await();
            uuids.add(context.newUuid());
            return uuids;
        });
        List<UUID> uuids = new EngineJson().read(ran.output(), new TypeReference<List<UUID>>() {});
        Set<@Nullable UUID> distinct = new HashSet<>(uuids == null ? List.of() : uuids);
        assertThat(distinct).hasSize(3).allMatch(uuid -> uuid.version() == 5 && uuid.variant() == 2);
        // The scheme is stored: a replay by another version has to come to the same.
        assertThat(NameBasedUuid.VALUE.of(Scenario.KEY, 0))
                .isEqualTo(UUID.fromString("40bb9186-d21c-5b30-9fef-9edbbb00c95d"))
                .isIn(distinct);
        assertThat(NameBasedUuid.INSTANCE.of(Scenario.KEY, 0))
                .isEqualTo(UUID.fromString("4b588759-0168-5344-8b1f-960103e9b251"));
    }

    @Test
    void customStatusIsWhatWasSetLast() {
        Ran ran = Scenario.run(context -> {
            context.setCustomStatus(List.of("first"));
            context.callActivity("a").await();
            context.setCustomStatus("second");
            return null;
        });
        assertThat(ran.customStatus()).isEqualTo("\"second\"");
        assertThat(Scenario.run(context -> {
                            context.setCustomStatus("gone");
                            context.clearCustomStatus();
                            return null;
                        })
                        .customStatus())
                .isNull();
    }

    @Test
    void customStatusHasALimitThatTheErrorNames() {
        Ran ran = Scenario.run(context -> {
            context.setCustomStatus("x".repeat(16 * 1024 - 2));
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> context.setCustomStatus("x".repeat(16 * 1024 - 1)))
                    .withMessageContaining("16384");
            return null;
        });
        assertThat(ran.customStatus()).hasSize(16 * 1024);
    }

    @Test
    void requestsCheckTheirArgumentsAtOnceAndRefusedOnesTakeNoNumber() {
        String longName = "n".repeat(257);
        @SuppressWarnings("NullAway") // What an author who does not care may give.
        Ran ran = Scenario.run(context -> {
            List<Runnable> refused = List.of(
                    () -> context.callActivity(null),
                    () -> context.callActivity(" "),
                    () -> context.callActivity(longName),
                    () -> context.callActivity("a", 1, (Class<String>) null),
                    () -> context.callSubOrchestrator(null),
                    () -> context.callSubOrchestrator("a\nb"),
                    () -> context.callSubOrchestrator("a", 1, ""),
                    () -> context.callSubOrchestrator("a", 1, "a/b"),
                    () -> context.callSubOrchestrator("a", 1, (TypeReference<String>) null),
                    () -> context.createTimer((Duration) null),
                    () -> context.createTimer((ZonedDateTime) null),
                    () -> context.waitForExternalEvent(null),
                    () -> context.waitForExternalEvent(""),
                    () -> context.waitForExternalEvent(longName),
                    () -> context.waitForExternalEvent("a\u0007b"),
                    () -> context.waitForExternalEvent("a", (Class<String>) null),
                    () -> context.sendEvent(null, "a"),
                    () -> context.sendEvent("a#b", "a"),
                    () -> context.sendEvent("a", null),
                    () -> context.sendEvent("a", longName),
                    () -> context.allOf((List<Task<Void>>) null),
                    () -> context.allOf(Arrays.asList((Task<Void>) null)),
                    () -> context.anyOf((List<Task<?>>) null),
                    () -> context.anyOf(Arrays.asList((Task<?>) null)),
                    () -> context.anyOf(),
                    () -> context.createReplaySafeLogger(null));
            for (Runnable request : refused) {
                assertThatIllegalArgumentException().isThrownBy(request::run);
            }
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> context.waitForExternalEvent(longName))
                    .withMessageContaining("256");
            assertThatThrownBy(() -> context.callActivity("a", new Unwritable(), String.class))
                    .isInstanceOf(DataConverterException.class);
            String large = "x".repeat(2 << 20);
            List<Runnable> tooLarge = List.of(
                    () -> context.callActivity("a", large),
                    () -> context.callSubOrchestrator("a", large),
                    () -> context.sendEvent("a", "b", large),
                    () -> context.continueAsNew(large),
                    () -> context.complete(large));
            for (Runnable request : tooLarge) {
                assertThatThrownBy(request::run).hasMessageContaining("1048576");
            }
            return context.callActivity("a", null, String.class).await();
        });
        assertThat(ran.output()).isEqualTo("\"a#0\"");
    }

    @Test
    void awaitTwiceGivesTheSameObject() {
        Ran ran = Scenario.run(context -> {
            Task<List<String>> task = context.allOf(List.of(context.callActivity("a", null, String.class)));
            List<String> value = task.await();
            assertThat(task.await()).isSameAs(value);
            Task<StringBuilder> decoded = context.callActivity("b", null, StringBuilder.class);
            assertThat(decoded.await()).isSameAs(decoded.await());
            Task<Void> failed = context.callActivity("fail");
            Exception first = thrownBy(failed);
            assertThat(thrownBy(failed)).isSameAs(first).isInstanceOf(TaskFailedException.class);
            return null;
        });
        assertThat(ran.output()).isNull();
    }

    /** What a task throws that fails. */
    static Exception thrownBy(Task<?> task) {
        try {
            task.await();
        } catch (Exception thrown) {
            return thrown;
        }
        throw new AssertionError("It gave a value.");
    }

    @Test
    void catchOfExceptionDoesNotSwallowTheEnginesControlFlow() {
        List<String> seen = new ArrayList<>();
        List<JournalEvent> committed = Scenario.of(context -> {
                    try {
                        context.callActivity("a").await();
                    } catch (Exception swallowed) {
                        seen.add("caught");
                    }
                    return "completed";
                })
                .plan(crash())
                .runUntilStopped();
        assertThat(seen).isEmpty();
        assertThat(committed).hasExactlyElementsOfTypes(ExecutionStarted.class, TaskScheduled.class);
    }

    @Test
    void codeThatCatchesEverythingDoesNotCompleteAnInstanceThatIsLeft() {
        List<JournalEvent> committed = Scenario.of(context -> {
                    try {
                        context.callActivity("a").await();
                    } catch (Throwable everything) {
                        return "completed";
                    }
                    return null;
                })
                .plan(crash())
                .runUntilStopped();
        assertThat(committed).hasSize(2);
    }

    @Test
    void contextBelongsToItsThread() {
        Ran ran = Scenario.run(context -> {
            AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
            Thread other = new Thread(() -> assertThatIllegalStateException()
                    .isThrownBy(() -> context.callActivity("a"))
                    .withMessageContaining("thread"));
            other.setUncaughtExceptionHandler((thread, thrown) -> failure.set(thrown));
            other.start();
            other.join();
            assertThat(failure.get()).isNull();
            return null;
        });
        assertThat(ran.output()).isNull();
    }

    @Test
    void contextIsOfNoUseAfterItsRun() {
        AtomicReference<@Nullable OrchestrationContext> leaked = new AtomicReference<>();
        Scenario.run(context -> {
            leaked.set(context);
            return null;
        });
        OrchestrationContext context = Objects.requireNonNull(leaked.get());
        assertThatIllegalStateException()
                .isThrownBy(() -> context.callActivity("a"))
                .withMessageContaining("over");
    }

    @Test
    void journalHasALimitThatTheFailureNames() {
        Orchestrator endless = context -> {
            while (true) {
                context.callActivity("a").await();
            }
        };
        Ran ran = Scenario.of(endless).maxEvents(20).run();
        assertThat(ran.failure()).contains("dev.soliton.engine.JournalTooLongException", "20 events", "continueAsNew");
        assertThat(ran.journal()).hasSize(20);
    }

    @Test
    void journalThatIsFullIsTerminatedAllTheSame() {
        Ran ran = Scenario.of(context -> context.callActivity("a").await())
                .maxEvents(2)
                .plan(Scenario.terminates())
                .run();
        assertThat(ran.end()).isEqualTo(new ReplayContext.End.Terminated("enough"));
    }
}
