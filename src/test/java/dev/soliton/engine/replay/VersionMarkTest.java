package dev.soliton.engine.replay;

import static dev.soliton.engine.replay.Scenario.crash;
import static dev.soliton.engine.replay.Scenario.raises;
import static dev.soliton.engine.replay.Scenario.resumes;
import static dev.soliton.engine.replay.Scenario.returns;
import static dev.soliton.engine.replay.Scenario.suspends;
import static dev.soliton.orchestration.OrchestrationContext.DEFAULT_VERSION;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.soliton.engine.journal.EngineJson;
import dev.soliton.engine.journal.JournalEvent;
import dev.soliton.engine.journal.JournalEvent.ExecutionCompleted;
import dev.soliton.engine.journal.JournalEvent.ExecutionRewound;
import dev.soliton.engine.journal.JournalEvent.TaskScheduled;
import dev.soliton.engine.journal.JournalEvent.VersionMarked;
import dev.soliton.engine.replay.Scenario.Ran;
import dev.soliton.engine.runtime.TurnResult;
import dev.soliton.engine.runtime.TurnStopped;
import dev.soliton.orchestration.OrchestrationContext;
import dev.soliton.orchestration.Orchestrator;
import dev.soliton.store.RuntimeStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Changes of code under executions that are under way: the version that each follows, in every replay. */
final class VersionMarkTest {

    private static String call(OrchestrationContext context, String name) {
        return String.valueOf(context.callActivity(name, null, String.class).await());
    }

    /** Before the change: two steps. */
    private static final Orchestrator BEFORE = context -> call(context, "a") + call(context, "b");

    /** After it: a step between them. */
    private static final Orchestrator GUARDED = context -> {
        String first = call(context, "a");
        String between = context.getVersion("step", DEFAULT_VERSION, 1) == DEFAULT_VERSION ? "" : call(context, "new");
        return first + between + call(context, "b");
    };

    /** What a run had recorded when its turn stopped after so many events from outside. */
    private static List<JournalEvent> journalAfter(Orchestrator orchestrator, Scenario.Happening... happenings) {
        Scenario.Happening[] plan = new Scenario.Happening[happenings.length + 1];
        System.arraycopy(happenings, 0, plan, 0, happenings.length);
        plan[happenings.length] = crash();
        return Scenario.of(orchestrator).plan(plan).runUntilStopped();
    }

    private static List<String> called(Ran ran) {
        return ran.events(TaskScheduled.class).stream().map(TaskScheduled::name).toList();
    }

    private static TurnResult blocked(Orchestrator orchestrator, List<JournalEvent> journal) {
        try {
            throw new AssertionError("It went on: " + Scenario.of(orchestrator).tryReplay(journal));
        } catch (TurnStopped stopped) {
            return stopped.result();
        }
    }

    @Test
    void newExecutionFollowsTheNewestVersionAndRecordsIt() {
        Ran ran = Scenario.run(GUARDED);
        assertThat(called(ran)).containsExactly("a", "new", "b");
        assertThat(ran.events(VersionMarked.class))
                .extracting(VersionMarked::change, VersionMarked::version)
                .containsExactly(org.assertj.core.groups.Tuple.tuple("step", 1));
    }

    @Test
    void markTakesNoNumber() {
        Ran ran = Scenario.run(GUARDED);
        assertThat(ran.events(TaskScheduled.class))
                .extracting(TaskScheduled::id)
                .containsExactly(0, 1, 2);
    }

    @Test
    void executionThatPassedBeforeTheCodeAskedFollowsTheDefaultVersion() {
        List<JournalEvent> journal = journalAfter(BEFORE, returns("a"));
        Ran ran = Scenario.of(GUARDED).replay(journal);
        assertThat(called(ran)).containsExactly("a", "b");
        assertThat(ran.events(VersionMarked.class)).isEmpty();
    }

    @Test
    void executionThatHasNotComeSoFarFollowsTheNewestVersion() {
        List<JournalEvent> journal = journalAfter(BEFORE);
        assertThat(called(Scenario.of(GUARDED).replay(journal))).containsExactly("a", "new", "b");
    }

    @Test
    void answerStaysTheSameInLoopsAndAcrossAwaits() {
        Orchestrator asksAgain = context -> {
            List<Integer> answers = new ArrayList<>();
            for (int round = 0; round < 3; round++) {
                answers.add(context.getVersion("change", DEFAULT_VERSION, 2));
                call(context, "a");
                answers.add(context.getVersion("change", DEFAULT_VERSION, 2));
            }
            return answers;
        };
        Ran ran = Scenario.run(asksAgain);
        assertThat(ran.output()).isEqualTo("[2,2,2,2,2,2]");
        assertThat(ran.events(VersionMarked.class)).hasSize(1);
    }

    /** The first answer counts: the execution has passed by then under code that did not ask. */
    @Test
    void defaultVersionStaysTheAnswerWhereNothingIsRecordedAnyMore() {
        Orchestrator asksTwice = context -> {
            int first = context.getVersion("change", DEFAULT_VERSION, 1);
            call(context, "a");
            int second = context.getVersion("change", DEFAULT_VERSION, 1);
            return List.of(first, second);
        };
        Ran ran = Scenario.of(asksTwice).replay(journalAfter(context -> call(context, "a")));
        assertThat(ran.output()).isEqualTo("[-1,-1]");
    }

    @Test
    void recordedVersionCountsAndNotTheNewestOfTheCode() {
        List<JournalEvent> journal = journalAfter(GUARDED, returns("a"));
        Ran ran = Scenario.of(context -> {
                    call(context, "a");
                    return context.getVersion("step", DEFAULT_VERSION, 7);
                })
                .replay(journal.stream()
                        .filter(event -> !(event instanceof TaskScheduled task
                                && task.name().equals("new")))
                        .toList());
        assertThat(ran.output()).isEqualTo("1");
    }

    @Test
    void markThatNobodyAsksForIsPassedOver() {
        List<JournalEvent> journal = journalAfter(GUARDED, returns("a"), returns("new"));
        Orchestrator unguarded = context -> call(context, "a") + call(context, "new") + call(context, "b");
        assertThat(Scenario.of(unguarded).replay(journal).output()).isEqualTo("\"a#0new#1b#2\"");
        // The wrong path is found by the requests.
        assertThat(Scenario.of(BEFORE).replay(journal).failure()).contains("activity 'new'", "activity 'b'");
    }

    @Test
    void marksOfOneStepAreFoundInAnyOrder() {
        Orchestrator asksAB = context -> {
            context.getVersion("a", DEFAULT_VERSION, 1);
            context.getVersion("b", DEFAULT_VERSION, 2);
            return call(context, "x");
        };
        List<JournalEvent> journal = journalAfter(asksAB);
        Orchestrator asksBA = context -> {
            int b = context.getVersion("b", DEFAULT_VERSION, 9);
            int a = context.getVersion("a", DEFAULT_VERSION, 9);
            int c = context.getVersion("c", DEFAULT_VERSION, 9);
            call(context, "x");
            return List.of(a, b, c);
        };
        assertThat(Scenario.of(asksBA).replay(journal).output()).isEqualTo("[1,2,-1]");
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "2, 3"})
    void recordedVersionOutsideOfWhatTheCodeSupportsBlocksTheInstance(int min, int max) {
        List<JournalEvent> journal = journalAfter(GUARDED, returns("a"));
        TurnResult result = blocked(
                context -> {
                    call(context, "a");
                    try {
                        context.getVersion("step", min, max);
                    } catch (Throwable swallowed) {
                        return "swallowed";
                    }
                    return "supported";
                },
                journal);
        assertThat(result)
                .isEqualTo(new TurnResult.Blocked("It waits for code that supports version 1 of the change 'step': this"
                        + " version of the app supports " + min + " to " + max + "."));
    }

    @Test
    void codeThatNoLongerSupportsTheDefaultVersionBlocksOlderInstances() {
        List<JournalEvent> journal = journalAfter(BEFORE, returns("a"));
        assertThat(blocked(
                        context -> {
                            call(context, "a");
                            context.getVersion("step", 1, 2);
                            return null;
                        },
                        journal))
                .isInstanceOf(TurnResult.Blocked.class);
    }

    @Test
    void marksAmongEventsTimersAndSuspensionsReplayTheSame() {
        Orchestrator mixed = context -> {
            int before = context.getVersion("before", DEFAULT_VERSION, 1);
            context.createTimer(Duration.ofMinutes(1)).await();
            int after = context.getVersion("after", DEFAULT_VERSION, 2);
            String event = context.waitForExternalEvent("go", String.class).await();
            int last = context.getVersion("last", DEFAULT_VERSION, 3);
            return before + " " + after + " " + event + " " + last;
        };
        Ran ran = Scenario.of(mixed)
                .plan(suspends(), raises("go", "x"), resumes())
                .run();
        assertThat(ran.output()).isEqualTo("\"1 2 x 3\"");
    }

    @Test
    void markBeforeTheEndIsNoDivergence() {
        Ran ran = Scenario.run(context -> {
            call(context, "a");
            context.getVersion("late", DEFAULT_VERSION, 1);
            return "done";
        });
        assertThat(ran.output()).isEqualTo("\"done\"");
    }

    /** The journal of a run whose call failed the first time, and that was rewound. */
    private static List<JournalEvent> rewound(Orchestrator failing) {
        Ran failed = Scenario.of(failing).replay(List.of());
        ReplayContext.End.Failed end = (ReplayContext.End.Failed) failed.end();
        List<JournalEvent> journal = new ArrayList<>(failed.journal());
        Instant at = journal.get(journal.size() - 1).at();
        journal.add(new ExecutionCompleted(RuntimeStatus.FAILED, end.calls(), at));
        journal.add(new ExecutionRewound("mended", null, 0, at));
        return new EngineJson().readEvents(new EngineJson().writeEvents(journal));
    }

    private static Ran afterRewind(List<JournalEvent> journal, Orchestrator mended) {
        Ran first = Scenario.of(mended).replay(journal);
        Ran again = Scenario.of(mended).replay(first.journal());
        assertThat(again.end()).isEqualTo(first.end());
        assertThat(again.journal()).isEqualTo(first.journal());
        return first;
    }

    @Test
    void markBeforeAFailureCountsAfterARewind() {
        List<JournalEvent> journal = rewound(context -> {
            context.getVersion("before", DEFAULT_VERSION, 1);
            return call(context, "flaky1");
        });
        Ran ran = afterRewind(journal, context -> {
            int version = context.getVersion("before", DEFAULT_VERSION, 5);
            call(context, "flaky1");
            return version;
        });
        assertThat(ran.output()).isEqualTo("1");
    }

    @Test
    void markBehindAFailureIsVoidAfterARewind() {
        List<JournalEvent> journal = rewound(context -> {
            try {
                return call(context, "flaky1");
            } catch (RuntimeException failed) {
                context.getVersion("behind", DEFAULT_VERSION, 1);
                throw failed;
            }
        });
        Ran ran = afterRewind(journal, context -> {
            call(context, "flaky1");
            return context.getVersion("behind", DEFAULT_VERSION, 5);
        });
        assertThat(ran.output()).isEqualTo("5");
    }

    @Test
    void changeAskedForBehindARewindIsNew() {
        List<JournalEvent> journal = rewound(context -> call(context, "flaky1"));
        Ran ran = afterRewind(journal, context -> {
            String result = call(context, "flaky1");
            return context.getVersion("mended", DEFAULT_VERSION, 1) + result + call(context, "b");
        });
        assertThat(ran.output()).startsWith("\"1flaky1#");
    }

    @Test
    void whatCannotBeAChangeIsRefused() {
        Ran ran = Scenario.run(context -> {
            assertThatThrownBy(() -> context.getVersion(" ", 0, 1)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> context.getVersion("x".repeat(257), 0, 1))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> context.getVersion("x", 2, 1)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> context.getVersion("x", -2, 1)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> context.getVersion("x", -1, -1)).isInstanceOf(IllegalArgumentException.class);
            return "refused";
        });
        assertThat(ran.output()).isEqualTo("\"refused\"");
        assertThat(ran.events(VersionMarked.class)).isEmpty();
    }
}
