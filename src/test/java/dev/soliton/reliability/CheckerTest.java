package dev.soliton.reliability;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.soliton.e2e.app.ActivityLog.Event;
import dev.soliton.e2e.app.ActivityLog.Line;
import dev.soliton.e2e.app.Duties.Report;
import dev.soliton.e2e.app.Note;
import dev.soliton.e2e.app.RunName;
import dev.soliton.reliability.Deeds.Run;
import dev.soliton.reliability.Evidence.Answer;
import dev.soliton.reliability.Evidence.Outcome;
import dev.soliton.reliability.Evidence.Sent;
import dev.soliton.reliability.Evidence.Start;
import dev.soliton.reliability.Violation.Rule;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * Evidence in which something is wrong, and the checker sees it; and such in which something looks wrong and is not.
 */
final class CheckerTest {
    private static final String A = "x1:0:1";
    private static final String B = "x1:0:2";

    private final List<Line> lines = new ArrayList<>();
    private final List<Start> starts = new ArrayList<>();
    private final List<Sent> events = new ArrayList<>();
    private final Map<String, Outcome> outcomes = new HashMap<>();
    private Deeds deeds = Deeds.NONE;
    private long now = 1_000_000;

    // What is as it should be

    @Test
    void seesNothingWrongInARunThatIsRight() {
        started("job");
        run(A, 5, 1);
        run(B, 5, 1, A + "@5");
        completed("job", A + "@5", B + "@5");
        mark("job");
        assertFindsNothing();
        assertThat(findings().runs()).isEqualTo(2);
        assertThat(findings().committed()).isEqualTo(2);
    }

    @Test
    void seesNothingWrongInAStepThatIsRepeatedAfterItsProcessWasKilled() {
        begin(A, 5, 1);
        struck(Event.KILLED, 1);
        run(A, 6, 2);
        run(B, 6, 2, A + "@6");
        assertFindsNothing();
        assertThat(findings().repeatedAfterCrash()).isEqualTo(1);
        assertThat(findings().repeatedOtherwise()).isZero();
    }

    @Test
    void seesNothingWrongInAStepThatIsRepeatedAfterItWasInterrupted() {
        begin(A, 5, 1);
        add(Event.INTERRUPT, A, 5, 1, "");
        run(A, 6, 2);
        assertFindsNothing();
        assertThat(findings().repeatedOtherwise()).isEqualTo(1);
    }

    @Test
    void seesNothingWrongInWhatAStoppedOwnerHadBegunBefore() {
        begin(A, 5, 1);
        struck(Event.STOPPED, 1);
        now += 45_000;
        begin(A, 6, 2);
        struck(Event.RESUMED, 1);
        end(A, 5, 1);
        end(A, 6, 2);
        assertFindsNothing();
        assertThat(findings().outlived()).isEqualTo(1);
    }

    @Test
    void seesNothingWrongInWhatAStoppedOwnerWasJustAboutToBegin() {
        run(A, 5, 1);
        struck(Event.STOPPED, 1);
        run(B, 6, 2, A + "@5");
        struck(Event.RESUMED, 1);
        begin(B, 5, 1, A + "@5");
        assertFindsNothing();
        assertThat(findings().late()).isEqualTo(1);
    }

    @Test
    void seesNothingWrongInSeveralStepsOfOneOwnerAtOnce() {
        begin(A, 5, 1);
        begin(B, 5, 1);
        end(B, 5, 1);
        end(A, 5, 1);
        run("x1:0:3", 5, 1, A + "@5", B + "@5");
        assertFindsNothing();
    }

    @Test
    void seesNothingWrongInAWinnerWhoseAnswerWasLost() {
        starts.add(new Start("job", "second", Answer.REFUSED, "x1", false));
        starts.add(new Start("job", "first", Answer.REFUSED, "x1", true));
        completed("job");
        assertFindsNothing();
    }

    @Test
    void seesNothingWrongInAnUnansweredEventThatArrivedOrDidNot() {
        sent("a", 1, true);
        sent("a", 2, false);
        sent("a", 3, false);
        sent("a", 4, true);
        ledger("a#1", "a#4", "a#3");
        assertFindsNothing();
        assertThat(findings().received()).isEqualTo(3);
    }

    @Test
    void seesNothingWrongInACommittedStepThatAStoppedOwnerBeginsLate() {
        run(A, 5, 1);
        struck(Event.STOPPED, 1);
        run(B, 6, 2, A + "@5");
        run("x1:0:3", 6, 2, B + "@6");
        mark("job");
        struck(Event.RESUMED, 1);
        begin(B, 5, 1, A + "@5");
        assertFindsNothing();
    }

    // Owners

    @Test
    void seesTwoOwnersAtOnce() {
        begin(A, 5, 1);
        begin(B, 6, 2);
        assertFinds(Rule.TWO_OWNERS);
    }

    @Test
    void seesTwoOwnersInOneProcess() {
        begin(A, 5, 1);
        begin(B, 6, 1);
        assertFinds(Rule.TWO_OWNERS);
    }

    @Test
    void seesTwoOwnersUnderOneFence() {
        run(A, 5, 1);
        run(B, 5, 2, A + "@5");
        assertFinds(Rule.TWO_OWNERS);
    }

    @Test
    void seesAnOwnerThatWasStoppedBeforeAndRunsBesideAnother() {
        struck(Event.STOPPED, 1);
        struck(Event.RESUMED, 1);
        begin(A, 5, 1);
        begin(B, 6, 2);
        assertFinds(Rule.TWO_OWNERS);
    }

    @Test
    void seesAnOwnerThatWentOnLongAgoAndStillRunsBesideAnother() {
        begin(A, 5, 1);
        struck(Event.STOPPED, 1);
        struck(Event.RESUMED, 1);
        now += OwnerCheck.WAKING_UP + 1;
        begin(B, 6, 2);
        assertFinds(Rule.TWO_OWNERS);
    }

    @Test
    void seesAnOwnerThatBeginsSomethingAfterItWasReplaced() {
        run(A, 6, 2);
        run(B, 5, 1, A + "@6");
        assertFinds(Rule.FENCE_WENT_BACK);
    }

    @Test
    void seesAnOwnerThatBeginsSomethingLongAfterItWentOn() {
        run(A, 5, 1);
        struck(Event.STOPPED, 1);
        run(B, 6, 2, A + "@5");
        struck(Event.RESUMED, 1);
        now += OwnerCheck.WAKING_UP + 1;
        begin(B, 5, 1, A + "@5");
        assertFinds(Rule.FENCE_WENT_BACK);
    }

    @Test
    void seesAnOwnerThatHadBeenReplacedBeforeItWasStopped() {
        run(A, 6, 2);
        struck(Event.STOPPED, 1);
        struck(Event.RESUMED, 1);
        run(B, 5, 1, A + "@6");
        assertFinds(Rule.FENCE_WENT_BACK);
    }

    // Steps

    @Test
    void seesAStepThatRunsAgainAfterItsResultWasUsed() {
        run(A, 5, 1);
        run(B, 5, 1, A + "@5");
        struck(Event.KILLED, 1);
        run(A, 6, 2);
        assertFinds(Rule.RUN_AGAIN_AFTER_COMMIT);
    }

    @Test
    void seesAStepThatBeginsAfterItsInstanceHadEnded() {
        run(A, 5, 1);
        mark("job");
        run(A, 6, 1);
        assertFinds(Rule.RUN_AFTER_END);
    }

    @Test
    void seesOneResultUsedAndThenAnother() {
        run(A, 5, 1);
        struck(Event.KILLED, 1);
        run(A, 6, 2);
        run(B, 6, 2, A + "@5");
        run("x1:0:3", 6, 2, A + "@6", B + "@6");
        assertFinds(Rule.HISTORY_CHANGED);
    }

    @Test
    void seesAnOutputWithAnotherResultThanWasUsed() {
        run(A, 5, 1);
        run(A, 6, 2);
        run(B, 6, 2, A + "@6");
        completed("job", A + "@5");
        assertFinds(Rule.HISTORY_CHANGED);
    }

    @Test
    void seesAStepThatIsGivenAnotherInputTheSecondTime() {
        add(Event.START, A, 5, 1, new Note("part", 0, List.of()).toString());
        struck(Event.KILLED, 1);
        add(Event.START, A, 6, 2, new Note("part", 7, List.of()).toString());
        assertFinds(Rule.HISTORY_CHANGED);
    }

    @Test
    void seesAResultOfARunThatHadNotEnded() {
        begin(A, 5, 1);
        run(B, 5, 1, A + "@5");
        assertFinds(Rule.RESULT_OF_NO_RUN);
    }

    @Test
    void seesAStepThatIsTwoTasks() {
        add(Event.START, A, 5, 1, new Note("family/child 1/step 0", 0, List.of()).toString());
        end(A, 5, 1);
        add(Event.START, "x2:0:1", 5, 1, new Note("family/child 1/step 0", 0, List.of()).toString());
        assertFinds(Rule.DONE_TWICE);
    }

    @Test
    void seesAStepThatOneOwnerBeginsTwice() {
        run(A, 5, 1);
        run(A, 5, 1);
        assertFinds(Rule.DONE_TWICE);
    }

    @Test
    void seesATimerThatFiredTooEarly() {
        add(Event.START, A, 5, 1, new Note("part", now + 10_000, List.of()).toString());
        assertFinds(Rule.TOO_EARLY);
    }

    // Starts and ends

    @Test
    void seesTwoStartsOfAnIdThatWon() {
        started("job");
        starts.add(new Start("job", "second", Answer.STARTED, "x1", false));
        completed("job");
        assertFinds(Rule.TWO_STARTED);
    }

    @Test
    void seesAnAcceptedStartThatIsNotThere() {
        started("job");
        assertFinds(Rule.START_LOST);
    }

    @Test
    void seesAnIdOfWhichAllStartsWereRefused() {
        starts.add(new Start("job", "first", Answer.REFUSED, "x1", false));
        completed("job");
        assertFinds(Rule.START_LOST, Rule.LOSER_RAN);
    }

    @Test
    void seesAnotherExecutionThanTheOneThatWasStarted() {
        starts.add(new Start("job", "first", Answer.STARTED, "x0", false));
        completed("job");
        assertFinds(Rule.LOSER_RAN);
    }

    @Test
    void seesALoserThatRan() {
        starts.add(new Start("job", "second", Answer.STARTED, "x1", false));
        starts.add(new Start("job", "first", Answer.REFUSED, "x1", true));
        completed("job");
        assertFinds(Rule.LOSER_RAN);
    }

    @Test
    void seesAnInstanceThatHasNotEnded() {
        started("job");
        outcomes.put("job", new Outcome("Running", "x1", null, "{}"));
        assertFinds(Rule.NOT_FINISHED);
    }

    @Test
    void seesASubOrchestrationThatFailed() {
        outcomes.put("job.child-1", new Outcome("Failed", "x1", null, "{}"));
        assertFinds(Rule.FAILED);
    }

    @Test
    void seesNothingWrongInAStartThatFoundItsIdTaken() {
        started("job");
        starts.add(new Start("job", "third", Answer.ATTACHED, "x1", false));
        completed("job");
        assertFindsNothing();
    }

    @Test
    void seesAStartThatWasAttachedToAnotherThanTheWinners() {
        started("job");
        starts.add(new Start("job", "third", Answer.ATTACHED, "x2", false));
        completed("job");
        assertFinds(Rule.LOSER_RAN);
    }

    // What else is done to instances

    @Test
    void seesNothingWrongInAnInstanceThatMayHaveBeenTerminated() {
        started("job");
        started("other");
        outcomes.put("job", new Outcome("Terminated", "x1", null, "{}"));
        outcomes.put("other", new Outcome("Terminated", "x1", null, "{}"));
        deeds = new Deeds(Set.of("job"), Set.of("job", "other"), Map.of(), Set.of(), Set.of(), Map.of());
        assertFindsNothing();
    }

    @Test
    void seesATerminatedInstanceThatCompletedAllTheSame() {
        started("job");
        completed("job");
        deeds = new Deeds(Set.of("job"), Set.of("job"), Map.of(), Set.of(), Set.of(), Map.of());
        assertFinds(Rule.NOT_TERMINATED);
    }

    @Test
    void seesATerminationThatNobodyAskedFor() {
        started("job");
        outcomes.put("job", new Outcome("Terminated", "x1", null, "{}"));
        assertFinds(Rule.NOT_TERMINATED);
    }

    @Test
    void seesNothingWrongInAPurgedInstance() {
        started("job");
        purged("job");
        assertFindsNothing();
    }

    @Test
    void seesAnInstanceThatIsThereAfterItsPurge() {
        started("job");
        completed("job");
        purged("job");
        assertFinds(Rule.NOT_PURGED);
    }

    @Test
    void seesAnotherStartThanTheWinnersInAPurgedInstance() {
        starts.add(new Start("job", "second", Answer.STARTED, "x1", false));
        purged("job");
        assertFinds(Rule.LOSER_RAN);
    }

    @Test
    void seesNothingWrongInAStepThatIsCalledAgainAfterItHasFailed() {
        add(Event.START, A, 5, 1, new Note("step", 0, List.of()).toString());
        add(Event.FAIL, A, 5, 1, "");
        add(Event.START, B, 6, 1, new Note("step", 0, List.of()).toString());
        end(B, 6, 1);
        assertFindsNothing();
    }

    @Test
    void seesNothingWrongInRunsThatFollowOneAnother() {
        relayed("x1:0:1", "a/step 0");
        relayed("x2:0:1", "b/step 0");
        relay("x2", new Run("a", "x1", false), new Run("b", "x2", false), new Run("c", "x2", false));
        assertFindsNothing();
    }

    @Test
    void seesNothingWrongInARunWhosePlaceWasTaken() {
        relayed("x2:0:1", "b/step 0");
        relay("x2", new Run("a", "x1", false), new Run("b", "x2", true));
        assertFindsNothing();
    }

    @Test
    void seesARunThatNeverBegan() {
        relayed("x1:0:1", "a/step 0");
        relay("x1", new Run("a", "x1", false), new Run("b", "x2", false));
        assertFinds(Rule.RELAY_BROKEN);
    }

    @Test
    void seesARunThatNoAnswerNamed() {
        relayed("x1:0:1", "a/step 0");
        relayed("x3:0:1", "a/step 1");
        relay("x1", new Run("a", "x1", false));
        assertFinds(Rule.RELAY_BROKEN, Rule.RELAY_BROKEN);
    }

    @Test
    void seesARunWithTheInputOfAnother() {
        relayed("x1:0:1", "a/step 0");
        relayed("x2:0:1", "a/step 1");
        relay("x2", new Run("a", "x1", false), new Run("b", "x2", false));
        assertFinds(Rule.RELAY_BROKEN);
    }

    // Events

    @Test
    void seesAnEventThatWasLost() {
        sent("a", 1, true);
        sent("a", 2, true);
        ledger("a#2");
        assertFinds(Rule.EVENT_LOST);
    }

    @Test
    void seesEventsWhoseLedgerIsLost() {
        sent("a", 1, true);
        assertFinds(Rule.EVENT_LOST);
    }

    @Test
    void seesAnEventThatArrivedTwice() {
        sent("a", 1, false);
        ledger("a#1", "a#1");
        assertFinds(Rule.EVENT_DOUBLED);
    }

    @Test
    void seesEventsOfOneSenderInAnotherOrder() {
        sent("a", 1, true);
        sent("a", 2, true);
        sent("b", 1, true);
        ledger("a#2", "b#1", "a#1");
        assertFinds(Rule.EVENT_REORDERED);
    }

    @Test
    void seesAnEventThatNobodySent() {
        sent("a", 1, true);
        ledger("a#1", "a#2");
        assertFinds(Rule.EVENT_UNSENT);
    }

    // Recovery

    @Test
    void measuresUntilTheNextOwnerBegins() {
        begin(A, 5, 1);
        begin(B, 5, 1);
        struck(Event.KILLED, 1);
        now += 20_000;
        begin(A, 6, 2);
        begin(B, 6, 2);
        struck(Event.STOPPED, 2);
        now += 30_000;
        struck(Event.RESUMED, 2);
        begin(B, 7, 2);
        List<Recovery> recoveries = Recovery.in(lines);
        assertThat(recoveries)
                .extracting(Recovery::cause, Recovery::process)
                .containsExactly(tuple(Event.KILLED, 1L), tuple(Event.STOPPED, 2L));
        assertThat(recoveries.get(0).millis()).isBetween(20_000L, 20_010L);
        assertThat(recoveries.get(1).millis()).isBetween(30_000L, 30_010L);
    }

    private Checker.Findings findings() {
        return Checker.check(new Evidence(lines, starts, events, deeds, outcomes));
    }

    private void assertFindsNothing() {
        assertThat(findings().violations()).isEmpty();
    }

    private void assertFinds(Rule... rules) {
        assertThat(findings().violations()).extracting(Violation::rule).containsExactlyInAnyOrder(rules);
    }

    private void run(String task, long fence, long process, String... uses) {
        begin(task, fence, process, uses);
        end(task, fence, process);
    }

    private void begin(String task, long fence, long process, String... uses) {
        List<RunName> names = Arrays.stream(uses).map(RunName::parse).toList();
        add(Event.START, task, fence, process, new Note("part of " + task, 0, names).toString());
    }

    private void end(String task, long fence, long process) {
        add(Event.END, task, fence, process, "");
    }

    private void add(Event event, String task, long fence, long process, String note) {
        lines.add(new Line(event, "job", task, "Work", 1, fence, process, now++, note));
    }

    private void struck(Event event, long process) {
        lines.add(new Line(event, "", "", "", 0, 0, process, now++, ""));
    }

    private void mark(String instance) {
        lines.add(new Line(Event.MARK, instance, "", "ended", 0, 0, 0, now++, ""));
    }

    private void started(String instance) {
        starts.add(new Start(instance, "first", Answer.STARTED, "x1", false));
    }

    private void completed(String instance, String... results) {
        outcomes.put(instance, new Outcome("Completed", "x1", new Report("first", List.of(results), List.of()), "{}"));
    }

    private void purged(String instance) {
        Outcome before = new Outcome("Completed", "x1", new Report("first", List.of(), List.of()), "{}");
        deeds = new Deeds(Set.of(), Set.of(), Map.of(instance, before), Set.of(), Set.of(), Map.of());
    }

    /** A step of a run of those that follow one another. */
    private void relayed(String task, String part) {
        add(Event.START, task, now, 1, new Note(part, 0, List.of()).toString());
        end(task, now - 1, 1);
    }

    private void relay(String last, Run... runs) {
        outcomes.put("job", new Outcome("Completed", last, null, "{}"));
        deeds = new Deeds(Set.of(), Set.of(), Map.of(), Set.of(), Set.of(), Map.of("job", List.of(runs)));
    }

    private void sent(String from, int number, boolean sure) {
        events.add(new Sent("ledger", from, number, sure));
    }

    private void ledger(String... entries) {
        outcomes.put("ledger", new Outcome("Completed", "x1", new Report("first", List.of(), List.of(entries)), "{}"));
    }
}
