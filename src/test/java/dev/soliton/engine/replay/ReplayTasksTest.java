package dev.soliton.engine.replay;

import static dev.soliton.engine.replay.ReplayTest.thrownBy;
import static dev.soliton.engine.replay.Scenario.fails;
import static dev.soliton.engine.replay.Scenario.raises;
import static dev.soliton.engine.replay.Scenario.returns;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.Mockito.mock;

import dev.soliton.engine.journal.JournalEvent;
import dev.soliton.engine.journal.JournalEvent.TaskScheduled;
import dev.soliton.engine.replay.Scenario.Ran;
import dev.soliton.orchestration.CompositeTaskFailedException;
import dev.soliton.orchestration.Task;
import dev.soliton.orchestration.TaskFailedException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Several tasks at once, and functions of what they give. */
final class ReplayTasksTest {

    @Test
    @SuppressWarnings("unchecked") // An array of tasks, which is only read.
    void allOfWaitsForAllAndGivesTheirValuesInTheOrderOfTheInput() {
        Ran ran = Scenario.of(context -> {
                    Task<String> a = context.callActivity("a", String.class);
                    Task<String> b = context.callActivity("b", String.class);
                    Task<String> c = context.callActivity("c", String.class);
                    Task<Void> none = context.callActivity("none");
                    List<String> values = context.allOf(a, b, c).await();
                    assertThat(context.allOf(List.of(none)).await()).containsExactly((Void) null);
                    return List.of(values, context.allOf(List.of(c, c)).await());
                })
                .plan(returns("c"), returns("a"), returns("b"))
                .run();
        assertThat(ran.output()).isEqualTo("[[\"a#0\",\"b#1\",\"c#2\"],[\"c#2\",\"c#2\"]]");
    }

    @Test
    void allOfFailsWithEachFailureInTheOrderOfTheInputOnceAllAreDone() {
        Ran ran = Scenario.of(context -> {
                    Task<String> a = context.callActivity("a", String.class);
                    Task<String> b = context.callActivity("b", String.class);
                    Task<String> c = context.callActivity("c", String.class);
                    Exception thrown = thrownBy(context.allOf(List.of(a, b, c)));
                    assertThat(b.isDone()).isTrue();
                    assertThat(thrown).isInstanceOf(CompositeTaskFailedException.class);
                    List<String> names = new ArrayList<>();
                    for (Exception failure : ((CompositeTaskFailedException) thrown).getExceptions()) {
                        names.add(((TaskFailedException) failure).getTaskName());
                    }
                    assertThat(thrown).hasMessageContaining("2 of 3").hasCause(thrownBy(a));
                    return names;
                })
                .plan(fails("c"), fails("a"), returns("b"))
                .run();
        assertThat(ran.output()).isEqualTo("[\"a\",\"c\"]");
    }

    @Test
    void allOfNothingIsDoneAtOnce() {
        Ran ran = Scenario.run(context -> {
            Task<List<String>> nothing = context.allOf(List.<Task<String>>of());
            assertThat(nothing.isDone()).isTrue();
            return nothing.await();
        });
        assertThat(ran.output()).isEqualTo("[]");
    }

    @Test
    void anyOfGivesTheTaskThatFinishedFirst() {
        Ran ran = Scenario.of(context -> {
                    Task<String> a = context.callActivity("a", String.class);
                    Task<Void> timer = context.createTimer(Duration.ofHours(1));
                    Task<Integer> event = context.waitForExternalEvent("e", Integer.class);
                    Task<?> first = context.anyOf(a, timer, event).await();
                    assertThat(first).isSameAs(event);
                    assertThat(a.isDone()).isFalse();
                    return List.of(event.await(), a.await());
                })
                .plan(raises("e", 1), returns("a"))
                .run();
        assertThat(ran.output()).isEqualTo("[1,\"a#0\"]");
    }

    @Test
    void anyOfTasksThatAreDoneGivesTheOneThatWasFirst() {
        Ran ran = Scenario.of(context -> {
                    Task<String> a = context.callActivity("a", String.class);
                    Task<String> b = context.callActivity("b", String.class);
                    Task<String> c = context.callActivity("c", String.class);
                    context.allOf(List.of(a, b, c)).await();
                    assertThat(context.anyOf(List.of(a, b, c)).isDone()).isTrue();
                    assertThat(context.anyOf(a, b, c).await()).isSameAs(b);
                    assertThat(context.anyOf(a, c).await()).isSameAs(c);
                    return "done";
                })
                .plan(returns("b"), returns("c"), returns("a"))
                .run();
        assertThat(ran.output()).isEqualTo("\"done\"");
    }

    /** One step finishes all of these; the task itself was done before what is made of it. */
    @Test
    void anyOfTasksThatOneStepFinishesGivesTheOneThatWasFirst() {
        Ran ran = Scenario.run(context -> {
            Task<String> a = context.callActivity("a", String.class);
            Task<List<String>> all = context.allOf(List.of(a));
            Task<Task<?>> any = context.anyOf(a);
            assertThat(context.anyOf(all, any, a).await()).isSameAs(a);
            return "done";
        });
        assertThat(ran.output()).isEqualTo("\"done\"");
    }

    @Test
    void anyOfReturnsAWinnerThatFailedWhichThrowsAtItsOwnAwait() {
        Ran ran = Scenario.of(context -> {
                    Task<String> a = context.callActivity("a", String.class);
                    Task<String> b = context.callActivity("b", String.class);
                    Task<?> first = context.anyOf(a, b).await();
                    assertThat(first).isSameAs(b);
                    assertThatThrownBy(b::await).isInstanceOf(TaskFailedException.class);
                    return a.await();
                })
                .plan(fails("b"))
                .run();
        assertThat(ran.output()).isEqualTo("\"a#0\"");
    }

    @Test
    void anyOfAndAllOfNest() {
        Ran ran = Scenario.of(context -> {
                    Task<String> a = context.callActivity("a", String.class);
                    Task<String> b = context.callActivity("b", String.class);
                    Task<String> c = context.callActivity("c", String.class);
                    Task<String> d = context.callActivity("d", String.class);
                    Task<List<String>> ab = context.allOf(List.of(a, b));
                    Task<Task<?>> cd = context.anyOf(c, d);
                    Task<List<Object>> both =
                            context.allOf(List.of(ab.thenApply(v -> (Object) v), cd.thenApply(v -> v == d)));
                    assertThat(context.anyOf(ab, cd).await()).isSameAs(cd);
                    return both.await();
                })
                .plan(returns("a"), returns("d"), returns("c"), returns("b"))
                .run();
        assertThat(ran.output()).isEqualTo("[[\"a#0\",\"b#1\"],true]");
    }

    @Test
    void tasksOfOthersAreRefused() {
        Ran ran = Scenario.run(context -> {
            Task<String> foreign = mock();
            assertThatIllegalArgumentException().isThrownBy(() -> context.allOf(List.of(foreign)));
            assertThatIllegalArgumentException().isThrownBy(() -> context.anyOf(foreign));
            return null;
        });
        assertThat(ran.output()).isNull();
    }

    @Test
    void thenApplyRunsOnceAsSoonAsTheTaskIsDone() {
        List<String> log = new ArrayList<>();
        Scenario scenario = Scenario.of(context -> {
                    log.clear();
                    Task<String> a = context.callActivity("a", String.class);
                    Task<Integer> length = a.thenApply(value -> {
                        log.add("applied to " + value);
                        return value == null ? 0 : value.length();
                    });
                    Task<Void> accepted = length.thenAccept(value -> log.add("accepted " + value));
                    context.callActivity("b").await();
                    log.add("b");
                    assertThat(accepted.isDone()).isTrue();
                    assertThat(accepted.await()).isNull();
                    // Of a task that is done, at once.
                    length.thenAccept(value -> log.add("late " + value));
                    log.add("end");
                    return List.of(length.await(), length.await(), List.copyOf(log));
                })
                .plan(returns("a"), returns("b"));
        assertThat(scenario.run().output())
                .isEqualTo("[3,3,[\"applied to a#0\",\"accepted 3\",\"b\",\"late 3\",\"end\"]]");
    }

    @Test
    void thenApplyOfAFailedTaskFailsInTheSameWayWithoutRunning() {
        Ran ran = Scenario.run(context -> {
            Task<String> fails = context.callActivity("fail", String.class);
            Task<String> applied = fails.thenApply(value -> {
                throw new AssertionError("not to run");
            });
            assertThat(thrownBy(applied))
                    .isInstanceOf(TaskFailedException.class)
                    .isSameAs(thrownBy(fails));
            return "done";
        });
        assertThat(ran.output()).isEqualTo("\"done\"");
    }

    @Test
    void exceptionOfAFunctionComesOutAtAwaitAsItself() {
        IllegalStateException mine = new IllegalStateException("mine");
        StackOverflowError error = new StackOverflowError("mine, too");
        Ran ran = Scenario.run(context -> {
            Task<String> a = context.callActivity("a", String.class);
            Task<String> applied = a.thenApply(value -> {
                throw mine;
            });
            Task<String> erred = a.thenApply(value -> {
                throw error;
            });
            Task<String> checked = a.thenApply(value -> disguised(new IOException("checked")));
            context.callActivity("b").await();
            assertThat(thrownBy(applied)).isSameAs(mine);
            assertThatThrownBy(erred::await).isSameAs(error);
            assertThat(thrownBy(checked)).isInstanceOf(IOException.class);
            Exception composite = thrownBy(context.allOf(List.of(applied, checked)));
            assertThat(((CompositeTaskFailedException) composite).getExceptions())
                    .containsExactly(mine, thrownBy(checked));
            assertThatThrownBy(context.allOf(List.of(erred))::await).isSameAs(error);
            assertThat(a.await()).isEqualTo("a#0");
            return "done";
        });
        assertThat(ran.output()).isEqualTo("\"done\"");
    }

    @SuppressWarnings("unchecked") // The point of it.
    private static <T extends Throwable> String disguised(Throwable thrown) throws T {
        throw (T) thrown;
    }

    @Test
    void functionMayUseTheContextAndWait() {
        Ran ran = Scenario.of(context -> {
                    Task<String> ab = context.callActivity("a", String.class)
                            .thenApply(a ->
                                    a + context.callActivity("b", String.class).await());
                    Task<String> cd = context.callActivity("c", String.class)
                            .thenApply(c ->
                                    c + context.callActivity("d", String.class).await());
                    return context.allOf(List.of(ab, cd)).await();
                })
                .plan(returns("a"), returns("c"), returns("b"), returns("d"))
                .run();
        assertThat(ran.output()).isEqualTo("[\"a#0b#2\",\"c#1d#3\"]");
    }

    @Test
    void functionThatWaitsDoesNotHoldUpThoseAfterIt() {
        Ran ran = Scenario.of(context -> {
                    Task<String> a = context.callActivity("a", String.class);
                    AtomicReference<@Nullable Task<String>> second = new AtomicReference<>();
                    Task<String> first = a.thenApply(value -> "first, " + waitFor(second.get()));
                    second.set(a.thenApply(value -> "second"));
                    Task<List<String>> all = context.allOf(List.of(a));
                    Task<String> third =
                            a.thenApply(value -> "third of " + waitFor(all).size());
                    return List.of(first.await(), third.await());
                })
                .plan(returns("a"))
                .run();
        assertThat(ran.output()).isEqualTo("[\"first, second\",\"third of 1\"]");
    }

    private static <V> V waitFor(@Nullable Task<V> task) {
        return Objects.requireNonNull(Objects.requireNonNull(task).await());
    }

    @Test
    void functionThatAwaitsItsOwnTaskGetsAnException() {
        Ran ran = Scenario.run(context -> {
            AtomicReference<@Nullable Task<String>> self = new AtomicReference<>();
            self.set(context.callActivity("a", String.class).thenApply(value -> {
                assertThatIllegalStateException().isThrownBy(() -> waitFor(self.get()));
                return "told";
            }));
            return waitFor(self.get());
        });
        assertThat(ran.output()).isEqualTo("\"told\"");
    }

    @Test
    void unwindPassesThroughFunctions() {
        List<String> seen = new ArrayList<>();
        List<JournalEvent> committed = Scenario.of(context -> {
                    Task<String> task = context.callActivity("a", String.class).thenApply(value -> {
                        try {
                            return context.callActivity("b", String.class).await();
                        } catch (Exception swallowed) {
                            seen.add("caught in the function");
                            return "swallowed";
                        }
                    });
                    try {
                        return task.await();
                    } catch (Exception swallowed) {
                        seen.add("caught around the await");
                        return "swallowed";
                    }
                })
                .plan(returns("a"), Scenario.crash())
                .runUntilStopped();
        assertThat(seen).isEmpty();
        assertThat(committed).filteredOn(TaskScheduled.class::isInstance).hasSize(2);
    }
}
