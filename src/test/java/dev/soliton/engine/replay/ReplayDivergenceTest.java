package dev.soliton.engine.replay;

import static dev.soliton.engine.replay.Scenario.fires;
import static dev.soliton.engine.replay.Scenario.raises;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.soliton.engine.journal.JournalEvent;
import dev.soliton.engine.journal.JournalEvent.SubOrchestrationCompleted;
import dev.soliton.engine.journal.JournalEvent.TaskCompleted;
import dev.soliton.engine.journal.JournalEvent.TimerFired;
import dev.soliton.engine.replay.Scenario.Ran;
import dev.soliton.orchestration.NonDeterministicOrchestratorException;
import dev.soliton.orchestration.Orchestrator;
import dev.soliton.orchestration.Task;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Code that asks for something else than its journal records fails, and says where. */
final class ReplayDivergenceTest {
    private static final Orchestrator ONE_ACTIVITY =
            context -> context.callActivity("a", null, String.class).await();

    /** What is said when the journal of one orchestrator is replayed by another. */
    private static String divergence(Orchestrator before, Orchestrator after) {
        return divergence(Scenario.run(before).journal(), after);
    }

    private static String divergence(List<JournalEvent> journal, Orchestrator after) {
        Ran changed = Scenario.of(after).replay(journal);
        assertThat(changed.details().errorType()).isEqualTo(NonDeterministicOrchestratorException.class.getName());
        assertThat(changed.details().isNonRetriable()).isTrue();
        assertThat(changed.journal()).isEqualTo(journal);
        return changed.failure();
    }

    @Test
    void changedActivityIsFoundWithNumberRecordedAndAsked() {
        assertThat(divergence(ONE_ACTIVITY, context -> context.callActivity("b").await()))
                .contains("sequence number 0", "activity 'a' (#0)", "activity 'b'", "Likely cause");
    }

    @Test
    void activityAddedInFrontOfARecordedResultIsFound() {
        assertThat(divergence(ONE_ACTIVITY, context -> {
                    Task<String> task = context.callActivity("a", null, String.class);
                    context.callActivity("new");
                    return task.await();
                }))
                .contains("the result of task #0", "activity 'new'");
    }

    @Test
    void activityTakenAwayIsFoundInsideAnAwaitAndAtTheEnd() {
        Orchestrator two = context -> {
            Task<String> first = context.callActivity("a", null, String.class);
            context.callActivity("b");
            return first.await();
        };
        assertThat(divergence(two, ONE_ACTIVITY)).contains("activity 'b' (#1)", "nothing but to wait");
        assertThat(divergence(two, context -> "at once")).contains("activity 'a' (#0)", "its end");
        assertThat(divergence(two, context -> {
                    throw new IllegalStateException("a bug");
                }))
                .contains("activity 'a' (#0)", "its end", "a bug");
        assertThat(divergence(two, context -> {
                    context.continueAsNew(null);
                    return null;
                }))
                .contains("activity 'a' (#0)", "its end");
        assertThat(divergence(two, context -> {
                    context.complete("early");
                    return null;
                }))
                .contains("activity 'a' (#0)", "its end");
    }

    @Test
    void requestOfAnotherKindIsFound() {
        assertThat(divergence(ONE_ACTIVITY, context -> context.callSubOrchestrator("a")
                        .await()))
                .contains("activity 'a' (#0)", "sub-orchestration 'a'");
        assertThat(divergence(ONE_ACTIVITY, context -> context.createTimer(Duration.ofSeconds(1))
                        .await()))
                .contains("activity 'a' (#0)", "a timer");
        assertThat(divergence(ONE_ACTIVITY, context -> {
                    context.sendEvent("other", "news");
                    return null;
                }))
                .contains("activity 'a' (#0)", "event 'news' sent to 'other'");
        assertThat(divergence(
                        context -> context.createTimer(Duration.ofSeconds(1)).await(), ONE_ACTIVITY))
                .contains("a timer (#0)", "activity 'a'");
    }

    @Test
    void subOrchestrationOfAnotherNameOrIdIsFound() {
        Orchestrator before =
                context -> context.callSubOrchestrator("child", 1, "one").await();
        assertThat(divergence(before, context -> context.callSubOrchestrator("other", 1, "one")
                        .await()))
                .contains("'child'", "'other'");
        assertThat(divergence(before, context -> context.callSubOrchestrator("child", 1, "two")
                        .await()))
                .contains("'one' (#0)", "'two'");
    }

    @Test
    void subOrchestrationKeepsTheIdThatIsRecorded() {
        List<JournalEvent> journal = Scenario.run(
                        context -> context.callSubOrchestrator("child", 1, "one", String.class)
                                .await())
                .journal();
        Ran again = Scenario.of(context ->
                        context.callSubOrchestrator("child", 1, String.class).await())
                .replay(journal);
        assertThat(again.output()).isEqualTo("\"child#0\"");
    }

    @Test
    void sentEventOfAnotherNameOrTargetIsFound() {
        Orchestrator before = context -> {
            context.sendEvent("other", "News", 1);
            return context.callActivity("a").await();
        };
        assertThat(divergence(before, context -> {
                    context.sendEvent("another", "News", 1);
                    return context.callActivity("a").await();
                }))
                .contains("event 'News' sent to 'other' (#0)", "event 'News' sent to 'another'");
        assertThat(divergence(before, context -> {
                    context.sendEvent("other", "Olds", 1);
                    return context.callActivity("a").await();
                }))
                .contains("'Olds'");
    }

    @Test
    void timerKeepsTheTimeThatIsRecorded() {
        Orchestrator before = context -> {
            context.createTimer(Duration.ofHours(1));
            return context.callActivity("a").await();
        };
        List<JournalEvent> journal = Scenario.run(before).journal().subList(0, 2);
        Ran ran = Scenario.of(context -> {
                    context.createTimer(Duration.ofHours(2)).await();
                    return context.getCurrentInstant();
                })
                .plan(fires())
                .replay(journal);
        assertThat(ran.output()).isEqualTo("\"2030-01-01T01:00:00Z\"");
    }

    @Test
    void completionWithoutARequestIsFound() {
        List<JournalEvent> started = Scenario.run(context -> null).journal();
        for (JournalEvent stray : List.of(
                new TaskCompleted(0, null, Scenario.START),
                new SubOrchestrationCompleted(0, null, Scenario.START),
                new TimerFired(0, Scenario.START))) {
            List<JournalEvent> journal = new ArrayList<>(started);
            journal.add(stray);
            assertThat(divergence(journal, context -> context.waitForExternalEvent("e")
                            .await()))
                    .contains(EventDescriptions.describe(stray), "no such");
        }
    }

    @Test
    void completionOfAnotherKindIsFound() {
        List<JournalEvent> journal =
                new ArrayList<>(Scenario.run(ONE_ACTIVITY).journal().subList(0, 2));
        journal.add(new TimerFired(0, Scenario.START));
        assertThat(divergence(journal, ONE_ACTIVITY)).contains("timer #0");
    }

    @Test
    void secondCompletionIsFound() {
        List<JournalEvent> journal = new ArrayList<>(Scenario.run(ONE_ACTIVITY).journal());
        journal.add(journal.get(2));
        assertThat(divergence(journal, context -> {
                    context.callActivity("a", null, String.class).await();
                    return context.waitForExternalEvent("e").await();
                }))
                .contains("the result of task #0");
    }

    @Test
    void timerThatFiresAfterItsEventArrivedIsFound() {
        Orchestrator orchestrator = context -> {
            context.waitForExternalEvent("e", Duration.ofSeconds(9)).await();
            return context.callActivity("a").await();
        };
        List<JournalEvent> journal = new ArrayList<>(
                Scenario.of(orchestrator).plan(raises("e", null)).run().journal());
        journal.add(4, new TimerFired(0, Scenario.START.plusSeconds(9)));
        assertThat(divergence(journal, orchestrator)).contains("the firing of timer #0");
    }

    @Test
    void codeThatCatchesEverythingCannotHideADivergenceOrGoOn() {
        assertThat(divergence(ONE_ACTIVITY, context -> {
                    try {
                        context.callActivity("b").await();
                    } catch (Throwable everything) {
                        assertThatThrownBy(() -> context.callActivity("c")).isInstanceOf(Error.class);
                        assertThatThrownBy(context::newUuid).isInstanceOf(Error.class);
                        assertThatThrownBy(() -> context.complete("all the same"))
                                .isInstanceOf(Error.class);
                    }
                    return "swallowed";
                }))
                .contains("activity 'a' (#0)", "activity 'b'");
    }

    @Test
    void divergenceInsideAFunctionOfATaskIsFound() {
        Orchestrator before = context -> context.callActivity("a", null, String.class)
                .thenApply(
                        value -> context.callActivity("b", null, String.class).await())
                .await();
        Orchestrator after = context -> {
            try {
                return context.callActivity("a", null, String.class)
                        .thenApply(value ->
                                context.callActivity("c", null, String.class).await())
                        .await();
            } catch (Exception swallowed) {
                return "swallowed";
            }
        };
        assertThat(divergence(before, after)).contains("activity 'b' (#1)", "activity 'c'");
    }
}
