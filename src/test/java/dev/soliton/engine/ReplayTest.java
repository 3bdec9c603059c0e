package dev.soliton.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.soliton.engine.JournalEvent.ExecutionStarted;
import dev.soliton.engine.JournalEvent.TaskCompleted;
import dev.soliton.engine.JournalEvent.TaskFailed;
import dev.soliton.engine.JournalEvent.TaskScheduled;
import dev.soliton.instance.ExecutionKey;
import dev.soliton.instance.InMemoryPayloadStore;
import dev.soliton.instance.Payload;
import dev.soliton.instance.Payloads;
import dev.soliton.instance.StorageException;
import dev.soliton.orchestration.DataConverterException;
import dev.soliton.orchestration.FailureDetails;
import dev.soliton.orchestration.NonDeterministicOrchestratorException;
import dev.soliton.orchestration.OrchestrationContext;
import dev.soliton.orchestration.Orchestrator;
import dev.soliton.orchestration.Task;
import dev.soliton.orchestration.TaskFailedException;
import dev.soliton.orchestration.TypeReference;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Journal in, outcome out: each scenario is run from the start, and again from every prefix of the journal it makes. */
final class ReplayTest {
    private static final Instant START = Instant.parse("2030-01-01T00:00:00Z");

    private static final FailureDetails FAILURE = FailureDetails.of(new IllegalStateException("no luck"));

    private final EngineJson json = new EngineJson();
    private final ExecutionPayloads payloads = new ExecutionPayloads(
            new ExecutionKey("instance", "execution", 0),
            new Payloads(new InMemoryPayloadStore(), () -> "name", 1L << 20));

    /** Answers each request with its name and number, or fails it, in the order asked for. */
    private final class Script implements Live {
        private final List<JournalEvent> committed;
        private final List<TaskScheduled> waiting = new ArrayList<>();

        Script(List<JournalEvent> journal) {
            committed = new ArrayList<>(journal);
            for (JournalEvent event : journal) {
                if (event instanceof TaskScheduled scheduled) {
                    waiting.add(scheduled);
                } else if (event instanceof TaskCompleted || event instanceof TaskFailed) {
                    waiting.remove(0);
                }
            }
        }

        @Override
        public Instant now() {
            return START.plusSeconds(committed.size());
        }

        @Override
        public JournalEvent next(List<JournalEvent> fresh, @Nullable String customStatus) throws TurnStopped {
            for (JournalEvent event : fresh) {
                if (event instanceof TaskScheduled scheduled) {
                    waiting.add(scheduled);
                }
            }
            committed.addAll(fresh);
            fresh.clear();
            TaskScheduled task = waiting.remove(0);
            if (task.name().equals("crash")) {
                throw TurnStopped.by(new StorageException("crashed", null));
            }
            if (task.name().startsWith("fail")) {
                return new TaskFailed(task.id(), new Payload.Inline(json.writeFailure(FAILURE)), now());
            }
            return new TaskCompleted(task.id(), payloads.save(json.write(task.name() + "#" + task.id())), now());
        }
    }

    /** A value that JSON cannot show. */
    private static final class Unwritable {}

    private record Ran(Replay.End end, List<JournalEvent> journal, @Nullable String customStatus) {}

    private Ran run(Orchestrator orchestrator, List<JournalEvent> journal) {
        Script script = new Script(journal);
        Replay replay = new Replay(
                new Replay.Subject("Test", new Payload.Inline("[1,2]"), null), journal, json, payloads, script);
        try {
            Replay.End end = replay.run(orchestrator);
            List<JournalEvent> whole = new ArrayList<>(script.committed);
            whole.addAll(replay.fresh());
            return new Ran(end, whole, replay.customStatus());
        } catch (TurnStopped stopped) {
            throw new AssertionError(stopped);
        }
    }

    /** Runs from the start and from every prefix of the journal, which must make no difference. */
    private Ran runFromEveryPrefix(Orchestrator orchestrator) {
        Ran whole = run(orchestrator, List.of());
        for (int length = 1; length <= whole.journal().size(); length++) {
            Ran again = run(orchestrator, whole.journal().subList(0, length));
            assertThat(withoutTraces(again.end())).isEqualTo(withoutTraces(whole.end()));
            assertThat(again.journal()).isEqualTo(whole.journal());
            assertThat(again.customStatus()).isEqualTo(whole.customStatus());
        }
        return whole;
    }

    /** A failure without its traces, which tell replay and first run apart by the line that called. */
    private static Object withoutTraces(Replay.End end) {
        return end instanceof Replay.End.Failed failed ? failed.failure().summary() : end;
    }

    private static String failure(Ran ran) {
        return ((Replay.End.Failed) ran.end()).failure().summary();
    }

    @Test
    void activitiesOneAfterAnotherGiveTheirResults() {
        Ran ran = runFromEveryPrefix(context -> {
            List<String> results = new ArrayList<>();
            for (String name : List.of("a", "b", "c")) {
                results.add(context.callActivity(name, null, String.class).await());
            }
            return results;
        });
        assertThat(ran.end()).isEqualTo(new Replay.End.Completed("[\"a#0\",\"b#1\",\"c#2\"]"));
        assertThat(ran.journal())
                .extracting(event -> event.getClass().getSimpleName())
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
        Ran ran = runFromEveryPrefix(context -> {
            Task<String> first = context.callActivity("a", null, String.class);
            Task<String> second = context.callActivity("b", null, String.class);
            assertThat(first.isDone()).isFalse();
            String last = second.await();
            assertThat(first.isDone()).isTrue();
            return last + first.await() + second.await();
        });
        assertThat(ran.end()).isEqualTo(new Replay.End.Completed("\"b#1a#0b#1\""));
    }

    @Test
    void noActivityAtAllIsFine() {
        assertThat(runFromEveryPrefix(context -> null).end()).isEqualTo(new Replay.End.Completed(null));
    }

    @Test
    void inputIsReadAsTheTypeAskedFor() {
        Ran ran = runFromEveryPrefix(context -> {
            assertThat(context.getInput(int[].class)).containsExactly(1, 2);
            assertThatThrownBy(() -> context.getInput(Integer.class)).isInstanceOf(DataConverterException.class);
            return context.getInput(new TypeReference<List<Integer>>() {});
        });
        assertThat(ran.end()).isEqualTo(new Replay.End.Completed("[1,2]"));
    }

    @Test
    void failedActivityThrowsWhereItIsAwaitedWithAllItsDetails() {
        Ran ran = runFromEveryPrefix(context -> {
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
                assertThat(failed.getFailureDetails().stackTrace()).contains("ReplayTest");
                return context.callActivity("cleanup", null, String.class).await();
            }
        });
        assertThat(ran.end()).isEqualTo(new Replay.End.Completed("\"cleanup#1\""));
    }

    @Test
    void exceptionThatLeavesTheOrchestratorFailsItWithTheWholeChain() {
        Ran ran = runFromEveryPrefix(context -> {
            context.callActivity("a").await();
            throw new IllegalStateException("outer", new IllegalArgumentException("inner"));
        });
        FailureDetails failure = ((Replay.End.Failed) ran.end()).failure();
        assertThat(failure.summary()).isEqualTo("java.lang.IllegalStateException: outer");
        assertThat(failure.innerFailure())
                .extracting(FailureDetails::summary)
                .isEqualTo("java.lang.IllegalArgumentException: inner");
    }

    @Test
    void errorThatLeavesTheOrchestratorFailsIt() {
        Ran ran = runFromEveryPrefix(context -> {
            throw new StackOverflowError();
        });
        assertThat(failure(ran)).startsWith("java.lang.StackOverflowError");
    }

    @Test
    void timeIsThatOfTheStepInEveryReplay() {
        Ran ran = runFromEveryPrefix(context -> {
            List<Instant> times = new ArrayList<>();
            times.add(context.getCurrentInstant());
            context.callActivity("a").await();
            times.add(context.getCurrentInstant());
            times.add(context.getCurrentInstant());
            return times;
        });
        assertThat(ran.end())
                .isEqualTo(new Replay.End.Completed(
                        "[\"2030-01-01T00:00:00Z\",\"2030-01-01T00:00:02Z\",\"2030-01-01T00:00:02Z\"]"));
    }

    @Test
    void isReplayingWhileTheJournalLasts() {
        List<Boolean> seen = new ArrayList<>();
        Orchestrator orchestrator = context -> {
            seen.clear();
            seen.add(context.getIsReplaying());
            context.callActivity("a").await();
            seen.add(context.getIsReplaying());
            context.callActivity("b").await();
            seen.add(context.getIsReplaying());
            return null;
        };
        Ran whole = run(orchestrator, List.of());
        assertThat(seen).containsExactly(false, false, false);
        run(orchestrator, whole.journal().subList(0, 4));
        assertThat(seen).containsExactly(true, true, false);
    }

    @Test
    void customStatusIsWhatWasSetLast() {
        Ran ran = runFromEveryPrefix(context -> {
            context.setCustomStatus(List.of("first"));
            context.callActivity("a").await();
            context.setCustomStatus("second");
            return null;
        });
        assertThat(ran.customStatus()).isEqualTo("\"second\"");
        assertThat(runFromEveryPrefix(context -> {
                            context.setCustomStatus("gone");
                            context.clearCustomStatus();
                            return null;
                        })
                        .customStatus())
                .isNull();
    }

    @Test
    void customStatusHasALimitThatTheErrorNames() {
        Ran ran = runFromEveryPrefix(context -> {
            context.setCustomStatus("x".repeat(16 * 1024 - 2));
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> context.setCustomStatus("x".repeat(16 * 1024 - 1)))
                    .withMessageContaining("16384");
            return null;
        });
        assertThat(ran.customStatus()).hasSize(16 * 1024);
    }

    @Test
    void refusedRequestsTakeNoNumber() {
        Ran ran = runFromEveryPrefix(context -> {
            assertThatIllegalArgumentException().isThrownBy(() -> context.callActivity(" "));
            assertThatThrownBy(() -> context.callActivity("a", new Unwritable(), String.class))
                    .isInstanceOf(DataConverterException.class);
            assertThatThrownBy(() -> context.callActivity("a", "x".repeat(2 << 20), String.class))
                    .hasMessageContaining("1048576");
            return context.callActivity("a", null, String.class).await();
        });
        assertThat(ran.end()).isEqualTo(new Replay.End.Completed("\"a#0\""));
    }

    @Test
    void changedActivityIsFoundWithNumberRecordedAndAsked() {
        Ran recorded =
                run(context -> context.callActivity("a", null, String.class).await(), List.of());
        Ran changed =
                run(context -> context.callActivity("b", null, String.class).await(), recorded.journal());
        assertThat(failure(changed))
                .contains(NonDeterministicOrchestratorException.class.getName())
                .contains("sequence number 0", "activity 'a' (#0)", "activity 'b'", "Likely cause");
    }

    @Test
    void activityAddedInFrontOfARecordedResultIsFound() {
        Ran recorded =
                run(context -> context.callActivity("a", null, String.class).await(), List.of());
        Ran changed = run(
                context -> {
                    Task<String> task = context.callActivity("a", null, String.class);
                    context.callActivity("new");
                    return task.await();
                },
                recorded.journal());
        assertThat(failure(changed)).contains("the result of task #0", "activity 'new'");
    }

    @Test
    void activityTakenAwayIsFoundInsideAnAwaitAndAtTheEnd() {
        Ran recorded = run(
                context -> {
                    Task<String> first = context.callActivity("a", null, String.class);
                    context.callActivity("b");
                    return first.await();
                },
                List.of());
        Ran waits = run(context -> context.callActivity("a", null, String.class).await(), recorded.journal());
        assertThat(failure(waits)).contains("activity 'b' (#1)", "nothing but to wait");
        Ran ends = run(context -> "at once", recorded.journal());
        assertThat(failure(ends)).contains("activity 'a' (#0)", "its end");
    }

    @Test
    void codeThatCatchesEverythingCannotHideADivergenceOrGoOn() {
        Ran recorded =
                run(context -> context.callActivity("a", null, String.class).await(), List.of());
        Ran changed = run(
                context -> {
                    try {
                        context.callActivity("b").await();
                    } catch (Throwable everything) {
                        assertThatThrownBy(() -> context.callActivity("c")).isInstanceOf(Error.class);
                    }
                    return "swallowed";
                },
                recorded.journal());
        assertThat(failure(changed)).contains("activity 'a' (#0)", "activity 'b'");
    }

    @Test
    void catchOfExceptionDoesNotSwallowTheEnginesControlFlow() {
        List<String> seen = new ArrayList<>();
        Orchestrator orchestrator = context -> {
            try {
                context.callActivity("crash").await();
            } catch (Exception swallowed) {
                seen.add("caught");
            }
            return "completed";
        };
        Script script = new Script(List.of());
        Replay replay = new Replay(new Replay.Subject("Test", null, null), List.of(), json, payloads, script);
        assertThatThrownBy(() -> replay.run(orchestrator))
                .isInstanceOf(TurnStopped.class)
                .hasMessage("crashed");
        assertThat(seen).isEmpty();
        assertThat(script.committed).hasExactlyElementsOfTypes(ExecutionStarted.class, TaskScheduled.class);
    }

    @Test
    void codeThatCatchesEverythingDoesNotCompleteAnInstanceThatIsLeft() {
        Script script = new Script(List.of());
        Replay replay = new Replay(new Replay.Subject("Test", null, null), List.of(), json, payloads, script);
        assertThatThrownBy(() -> replay.run(context -> {
                    try {
                        context.callActivity("crash").await();
                    } catch (Throwable everything) {
                        return "completed";
                    }
                    return null;
                }))
                .isInstanceOf(TurnStopped.class);
    }

    @Test
    void contextBelongsToItsThread() throws Exception {
        AtomicReference<@Nullable OrchestrationContext> leaked = new AtomicReference<>();
        Ran ran = run(
                context -> {
                    leaked.set(context);
                    Thread other = new Thread(() -> assertThatIllegalStateException()
                            .isThrownBy(() -> context.callActivity("a"))
                            .withMessageContaining("thread"));
                    AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
                    other.setUncaughtExceptionHandler((thread, thrown) -> failure.set(thrown));
                    other.start();
                    other.join();
                    assertThat(failure.get()).isNull();
                    return null;
                },
                List.of());
        assertThat(ran.end()).isEqualTo(new Replay.End.Completed(null));
    }
}
