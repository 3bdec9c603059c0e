package dev.soliton.engine.replay;

import static dev.soliton.engine.replay.ReplayTest.thrownBy;
import static dev.soliton.engine.replay.Scenario.fires;
import static dev.soliton.engine.replay.Scenario.inline;
import static dev.soliton.engine.replay.Scenario.raises;
import static dev.soliton.engine.replay.Scenario.resumes;
import static dev.soliton.engine.replay.Scenario.returns;
import static dev.soliton.engine.replay.Scenario.suspends;
import static dev.soliton.engine.replay.Scenario.terminates;
import static org.assertj.core.api.Assertions.assertThat;

import dev.soliton.engine.journal.JournalEvent.EventRaised;
import dev.soliton.engine.replay.ReplayContext.End.ContinuedAsNew;
import dev.soliton.engine.replay.ReplayContext.End.Terminated;
import dev.soliton.engine.replay.Scenario.Ran;
import dev.soliton.orchestration.Orchestrator;
import dev.soliton.orchestration.Task;
import dev.soliton.orchestration.TaskCanceledException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Standing still, and the ways in which an execution ends. */
final class ReplayEndsTest {

    private static EventRaised carried(String name, Object data) {
        return new EventRaised(name, inline(data), Scenario.START.minusSeconds(1));
    }

    private static List<String> names(Ran ran) {
        assertThat(ran.end()).isInstanceOf(ContinuedAsNew.class);
        return ((ContinuedAsNew) ran.end())
                .carried().stream().map(EventRaised::name).toList();
    }

    // Suspend and resume.

    @Test
    void suspendedExecutionHoldsEverythingInOrder() {
        List<String> log = new ArrayList<>();
        Ran ran = Scenario.of(context -> {
                    log.clear();
                    Task<Void> a = context.callActivity("a")
                            .thenAccept(value -> log.add("a at " + context.getCurrentInstant()));
                    Task<Void> e =
                            context.waitForExternalEvent("e", Integer.class).thenAccept(value -> log.add("e" + value));
                    Task<Void> timer =
                            context.createTimer(Duration.ofSeconds(30)).thenAccept(value -> log.add("timer"));
                    context.allOf(List.of(a, e, timer)).await();
                    log.add("at " + context.getCurrentInstant());
                    context.waitForExternalEvent("e").await();
                    return List.copyOf(log);
                })
                .plan(suspends(), raises("e", 1), fires(), returns("a"), raises("e", 2), resumes())
                .run();
        assertThat(ran.output())
                .isEqualTo("[\"e1\",\"timer\",\"a at 2030-01-01T00:00:33Z\",\"at 2030-01-01T00:00:33Z\"]");
    }

    @Test
    void heldEventsAreAppliedOneByOneBeforeLaterOnes() {
        Ran ran = Scenario.of(context -> {
                    List<@Nullable Integer> values = new ArrayList<>();
                    for (int i = 0; i < 3; i++) {
                        values.add(
                                context.waitForExternalEvent("e", Integer.class).await());
                        context.callActivity("between");
                    }
                    return values;
                })
                .plan(suspends(), raises("e", 1), raises("e", 2), resumes(), raises("e", 3))
                .run();
        assertThat(ran.output()).isEqualTo("[1,2,3]");
        assertThat(ran.types())
                .containsExactly(
                        "ExecutionStarted",
                        "ExecutionSuspended",
                        "EventRaised",
                        "EventRaised",
                        "ExecutionResumed",
                        "TaskScheduled",
                        "TaskScheduled",
                        "EventRaised",
                        "TaskScheduled");
    }

    @Test
    void suspendAndResumeMayComeTwiceAndAgain() {
        Ran ran = Scenario.of(context -> List.of(
                        context.waitForExternalEvent("e", Integer.class).await(),
                        context.waitForExternalEvent("e", Integer.class).await()))
                .plan(
                        resumes(),
                        suspends(),
                        suspends(),
                        raises("e", 1),
                        resumes(),
                        suspends(),
                        raises("e", 2),
                        resumes(),
                        resumes())
                .run();
        assertThat(ran.output()).isEqualTo("[1,2]");
    }

    @Test
    void timeoutThatWasHeldAfterItsEventIsIgnored() {
        Ran ran = Scenario.of(context -> {
                    Task<Integer> wait = context.waitForExternalEvent("e", Duration.ofSeconds(5), Integer.class);
                    Integer value = wait.await();
                    context.createTimer(Duration.ofSeconds(1)).await();
                    return List.of(value, wait.await());
                })
                .plan(suspends(), raises("e", 1), fires(0), resumes(), fires(1))
                .run();
        assertThat(ran.output()).isEqualTo("[1,1]");
    }

    @Test
    void eventThatWasHeldAfterATimeoutIsKeptForTheNextWait() {
        Ran ran = Scenario.of(context -> {
                    Task<Integer> wait = context.waitForExternalEvent("e", Duration.ofSeconds(5), Integer.class);
                    assertThat(thrownBy(wait)).isInstanceOf(TaskCanceledException.class);
                    return context.waitForExternalEvent("e", Integer.class).await();
                })
                .plan(suspends(), fires(0), raises("e", 1), resumes())
                .run();
        assertThat(ran.output()).isEqualTo("1");
    }

    @Test
    void suspendBeforeTheFirstLineHoldsTheStart() {
        Ran ran = Scenario.of(context -> {
                    assertThat(context.getIsReplaying()
                                    || context.getCurrentInstant().isAfter(Scenario.START))
                            .isTrue();
                    return context.waitForExternalEvent("e", Integer.class).await();
                })
                .beforeStart(suspends())
                .plan(raises("e", 1), resumes())
                .run();
        assertThat(ran.output()).isEqualTo("1");
        assertThat(ran.types())
                .containsExactly("ExecutionSuspended", "EventRaised", "ExecutionResumed", "ExecutionStarted");
    }

    @Test
    void suspendAndResumeBeforeTheFirstLineFollowTheCarriedEvents() {
        Ran ran = Scenario.of(context ->
                        context.waitForExternalEvent("e", Integer.class).await())
                .carried(carried("e", 1))
                .beforeStart(suspends(), resumes())
                .run();
        assertThat(ran.output()).isEqualTo("1");
        assertThat(ran.types())
                .containsExactly("EventRaised", "ExecutionSuspended", "ExecutionResumed", "ExecutionStarted");
    }

    // Terminate.

    @Test
    void terminateEndsTheExecutionWhereItWaits() {
        List<String> seen = new ArrayList<>();
        Ran ran = Scenario.of(context -> {
                    try {
                        return context.callActivity("a").await();
                    } catch (Exception swallowed) {
                        seen.add("caught");
                        return "completed";
                    }
                })
                .plan(terminates())
                .run();
        assertThat(ran.end()).isEqualTo(new Terminated("enough"));
        assertThat(seen).isEmpty();
    }

    @Test
    void terminateEndsASuspendedExecutionAtOnce() {
        Ran ran = Scenario.of(context -> context.waitForExternalEvent("e").await())
                .plan(suspends(), raises("e", 1), terminates())
                .run();
        assertThat(ran.end()).isEqualTo(new Terminated("enough"));
    }

    @Test
    void terminateBeforeTheFirstLineEndsWhatNeverRan() {
        Orchestrator never = context -> {
            throw new AssertionError("not to run");
        };
        assertThat(Scenario.of(never)
                        .beforeStart(suspends())
                        .plan(terminates())
                        .run()
                        .end())
                .isEqualTo(new Terminated("enough"));
        assertThat(Scenario.of(never).beforeStart(terminates()).run().end()).isEqualTo(new Terminated("enough"));
    }

    // Complete.

    @Test
    void firstCompletionCountsAndTheReturnValueIsIgnored() {
        Ran ran = Scenario.run(context -> {
            context.complete("first");
            context.complete("second");
            return "third";
        });
        assertThat(ran.output()).isEqualTo("\"first\"");
        Ran nothing = Scenario.run(context -> {
            context.complete(null);
            return "more";
        });
        assertThat(nothing.output()).isNull();
    }

    @Test
    void exceptionAfterTheCompletionIsIgnored() {
        Ran ran = Scenario.run(context -> {
            context.complete("first");
            throw new IllegalStateException("too late");
        });
        assertThat(ran.output()).isEqualTo("\"first\"");
    }

    @Test
    void codeAfterTheCompletionGoesOnToItsNextAwait() {
        List<String> seen = new ArrayList<>();
        Ran ran = Scenario.run(context -> {
            seen.clear();
            context.complete("first");
            context.setCustomStatus("after");
            Task<Void> task = context.callActivity("a");
            seen.add("went on");
            task.await();
            seen.add("not reached");
            return null;
        });
        assertThat(ran.output()).isEqualTo("\"first\"");
        assertThat(ran.customStatus()).isEqualTo("\"after\"");
        assertThat(seen).containsExactly("went on");
        assertThat(ran.types()).containsExactly("ExecutionStarted", "TaskScheduled");
    }

    @Test
    void completionInAFunctionEndsTheAwaitThatItRunsIn() {
        Ran ran = Scenario.run(context -> {
            context.callActivity("a").thenAccept(value -> context.complete("from the function"));
            context.createTimer(Duration.ofDays(1)).await();
            return "not reached";
        });
        assertThat(ran.output()).isEqualTo("\"from the function\"");
    }

    @Test
    void continueAsNewAfterTheCompletionCompletes() {
        Ran ran = Scenario.run(context -> {
            context.complete("first");
            context.continueAsNew("more");
            return null;
        });
        assertThat(ran.output()).isEqualTo("\"first\"");
    }

    // Continue as new.

    @Test
    void continueAsNewEndsTheExecutionAtOnceEvenIfEverythingIsCaught() {
        List<String> seen = new ArrayList<>();
        Ran ran = Scenario.run(context -> {
            seen.clear();
            context.callActivity("a").await();
            while (seen.isEmpty()) {
                try {
                    context.continueAsNew(List.of(1));
                } catch (Throwable everything) {
                    seen.add("caught");
                }
            }
            return "completed";
        });
        assertThat(ran.end()).isEqualTo(new ContinuedAsNew("[1]", List.of()));
    }

    @Test
    void continueAsNewKeepsUnclaimedEventsInOrderEachOnce() {
        Orchestrator takesOne = context -> {
            context.waitForExternalEvent("take").await();
            context.continueAsNew(null);
            return null;
        };
        Ran ran = Scenario.of(takesOne)
                .carried(carried("b1", 1), carried("a1", 1), carried("b1", 2))
                .plan(raises("a1", 2), raises("c", 1), raises("b1", 3), raises("take", 0))
                .run();
        assertThat(names(ran)).containsExactly("b1", "a1", "b1", "a1", "c", "b1");
        assertThat(((ContinuedAsNew) ran.end()).carried())
                .extracting(EventRaised::input)
                .containsExactly(inline(1), inline(1), inline(2), inline(2), inline(1), inline(3));
    }

    @Test
    void continueAsNewKeepsHeldEventsAfterBufferedOnes() {
        Ran ran = Scenario.of(context -> {
                    context.waitForExternalEvent("take").await();
                    context.continueAsNew(null, true);
                    return null;
                })
                .plan(
                        raises("first", 1),
                        suspends(),
                        raises("second", 1),
                        raises("take", 1),
                        raises("take", 2),
                        raises("third", 1),
                        resumes())
                .run();
        assertThat(names(ran)).containsExactly("first", "second", "take", "third");
    }

    /** An event that reached a wait is not processed as long as nobody has seen that the wait is over. */
    @Test
    void continueAsNewKeepsEventsWhoseWaitsTheCodeHasNotObserved() {
        Ran ran = Scenario.of(context -> {
                    Task<Integer> awaited = context.waitForExternalEvent("awaited", Integer.class);
                    Task<Integer> won = context.waitForExternalEvent("won", Integer.class);
                    Task<Integer> lost = context.waitForExternalEvent("lost", Duration.ofDays(1), Integer.class);
                    Task<Integer> asked = context.waitForExternalEvent("asked", Integer.class);
                    Task<Integer> applied = context.waitForExternalEvent("applied", Integer.class);
                    Task<Integer> all = context.waitForExternalEvent("all", Integer.class);
                    Task<Integer> part = context.waitForExternalEvent("part", Integer.class);
                    Task<Integer> never = context.waitForExternalEvent("never", Integer.class);
                    applied.thenAccept(value -> {});
                    Task<List<Integer>> some = context.allOf(List.of(part, never));
                    Task<Task<?>> nested = context.anyOf(context.anyOf(lost, won), never);
                    Task<List<Integer>> both = context.allOf(List.of(all, won));
                    context.waitForExternalEvent("last").await();
                    assertThat(awaited.await()).isZero();
                    assertThat(nested.isDone()).isTrue();
                    assertThat(asked.isDone()).isTrue();
                    assertThat(some.isDone()).isFalse();
                    assertThat(both.isDone()).isTrue();
                    context.continueAsNew(null);
                    return null;
                })
                .plan(
                        raises("nobody", 0),
                        raises("part", 0),
                        raises("won", 0),
                        raises("lost", 0),
                        raises("asked", 0),
                        raises("awaited", 0),
                        raises("applied", 0),
                        raises("all", 0),
                        raises("lost", 1),
                        raises("last", 0))
                .run();
        assertThat(names(ran)).containsExactly("nobody", "part", "lost", "lost");
    }

    @Test
    void continueAsNewDropsEventsIfAskedTo() {
        Ran ran = Scenario.of(context -> {
                    context.waitForExternalEvent("take").await();
                    context.continueAsNew("next", false);
                    return null;
                })
                .plan(raises("left", 1), suspends(), raises("take", 1), raises("take", 2), raises("held", 1), resumes())
                .run();
        assertThat(ran.end()).isEqualTo(new ContinuedAsNew("\"next\"", List.of(), true));
    }

    @Test
    void continueAsNewInAFunctionEndsTheExecution() {
        Ran ran = Scenario.run(context -> {
            context.callActivity("a").thenAccept(value -> context.continueAsNew("again"));
            context.createTimer(Duration.ofDays(1)).await();
            return "not reached";
        });
        assertThat(ran.end()).isEqualTo(new ContinuedAsNew("\"again\"", List.of()));
    }
}
