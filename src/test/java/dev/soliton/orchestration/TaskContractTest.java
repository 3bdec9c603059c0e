package dev.soliton.orchestration;

import static dev.soliton.orchestration.OneInstance.thrownBy;
import static org.assertj.core.api.Assertions.assertThat;

import dev.soliton.store.RuntimeStatus;
import dev.soliton.testkit.TestHub;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What {@link Task} promises. */
final class TaskContractTest {
    private final OneInstance it = new OneInstance();
    private final TestHub hub = it.hub;

    @AfterEach
    void close() {
        it.close();
    }

    @Test
    void awaitGivesTheSameValueOrThrowsTheSameExceptionEachTime() {
        String output = it.outputOf(context -> {
            Task<List<Integer>> echoed =
                    context.callActivity("Echo", List.of(1), new TypeReference<List<Integer>>() {});
            Task<Void> failed = context.callActivity("Fail");
            assertThat(echoed.await()).isEqualTo(List.of(1)).isSameAs(echoed.await());
            assertThat(thrownBy(failed)).isSameAs(thrownBy(failed));
            return "done";
        });
        assertThat(output).isEqualTo("\"done\"");
    }

    @Test
    void isDoneSaysWhetherAwaitReturnsAtOnceIsCancelledWhetherItTimedOut() {
        it.run(context -> {
            Task<Void> waits = context.waitForExternalEvent("e", Duration.ofHours(1));
            Task<Void> failed = context.callActivity("Fail");
            assertThat(waits.isDone()).isFalse();
            assertThat(failed.isDone()).isFalse();
            thrownBy(failed);
            assertThat(failed.isDone()).isTrue();
            assertThat(failed.isCancelled()).isFalse();
            assertThat(waits.isCancelled()).isFalse();
            thrownBy(waits);
            assertThat(waits.isDone()).isTrue();
            assertThat(waits.isCancelled()).isTrue();
            return "done";
        });
        hub.advance(Duration.ofHours(1));
        assertThat(it.output()).isEqualTo("\"done\"");
    }

    @Test
    void thenApplyAndThenAcceptRunOnceWhenTheTaskIsDone() {
        List<String> ran = new ArrayList<>();
        it.run(context -> {
            ran.clear();
            Task<Integer> applied = context.waitForExternalEvent("e", Integer.class)
                    .thenApply(value -> {
                        ran.add("applied");
                        return Objects.requireNonNull(value) + 1;
                    });
            Task<Void> accepted = applied.thenAccept(value -> ran.add("accepted " + value));
            context.waitForExternalEvent("go").await();
            return List.of(Objects.requireNonNull(applied.await()), accepted.isDone(), applied.isDone());
        });
        it.raise("e", 1);
        it.raise("go", null);
        assertThat(it.output()).isEqualTo("[2,true,true]");
        assertThat(ran).containsExactly("applied", "accepted 2");
    }

    @Test
    void thenApplyExceptionComesOutAtAwaitAsItself() {
        List<Exception> thrown = List.of(new IOException("checked"), new ArithmeticException("unchecked"));
        String output = it.outputOf(context -> {
            for (Exception mine : thrown) {
                Task<Integer> applied = context.callActivity("Echo").thenApply(value -> disguised(mine));
                Task<String> behind = applied.thenApply(value -> "never");
                assertThat(thrownBy(applied)).isSameAs(mine);
                assertThat(thrownBy(behind)).isSameAs(mine);
                Exception composite = thrownBy(context.allOf(List.of(applied)));
                assertThat(((CompositeTaskFailedException) composite).getExceptions())
                        .containsExactly(mine);
                assertThat(context.anyOf(applied).await()).isSameAs(applied);
            }
            return "done";
        });
        assertThat(output).isEqualTo("\"done\"");
    }

    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"}) // The point of it.
    private static <R, T extends Throwable> R disguised(Throwable thrown) throws T {
        throw (T) thrown;
    }

    // Retries, cancellation and timeouts, whatever a task is part of.

    /** What an orchestrator may do with a task before it needs it. */
    enum Use {
        AWAITED {
            @Override
            @Nullable
            Object finish(OrchestrationContext context, Task<String> task) {
                return task.await();
            }
        },
        IN_ALL_OF {
            @Override
            Object finish(OrchestrationContext context, Task<String> task) {
                return Objects.requireNonNull(context.allOf(List.of(task)).await())
                        .get(0);
            }
        },
        IN_ANY_OF {
            @Override
            @Nullable
            Object finish(OrchestrationContext context, Task<String> task) {
                Task<Void> never = context.waitForExternalEvent("never");
                return Objects.requireNonNull(context.anyOf(never, task).await())
                        .await();
            }
        },
        NESTED {
            @Override
            @Nullable
            Object finish(OrchestrationContext context, Task<String> task) {
                Task<List<String>> all = context.allOf(List.of(task));
                Task<Task<?>> any = context.anyOf(all, context.waitForExternalEvent("never"));
                Task<List<Task<?>>> outer = context.allOf(List.of(any));
                Task<?> winner = Objects.requireNonNull(outer.await()).get(0);
                assertThat(winner).isSameAs(all);
                return Objects.requireNonNull(all.await()).get(0);
            }
        },
        APPLIED {
            @Override
            @Nullable
            Object finish(OrchestrationContext context, Task<String> task) {
                return task.thenApply(value -> value).thenApply(value -> value).await();
            }
        },
        NOT_AWAITED_YET {
            @Override
            @Nullable
            Object finish(OrchestrationContext context, Task<String> task) {
                context.createTimer(Duration.ofDays(1)).await();
                assertThat(task.isDone()).isTrue();
                return task.await();
            }
        };

        abstract @Nullable Object finish(OrchestrationContext context, Task<String> task);
    }

    @ParameterizedTest
    @EnumSource
    void retriesBehaveTheSameWhateverTheTaskIsPartOf(Use use) {
        List<Instant> attempts = new ArrayList<>();
        hub.activity("Flaky", context -> {
            attempts.add(hub.now());
            if (context.getAttempt() < 3) {
                throw new IllegalStateException("not yet");
            }
            return "at last";
        });
        it.run(context -> {
            RetryPolicy policy = new RetryPolicy(3, Duration.ofMinutes(1)).setBackoffCoefficient(2);
            return use.finish(
                    context, context.callActivity("Flaky", TaskOptions.withRetryPolicy(policy), String.class));
        });
        hub.advance(Duration.ofDays(1));
        assertThat(it.output()).isEqualTo("\"at last\"");
        assertThat(attempts)
                .containsExactly(TestHub.START, TestHub.START.plusSeconds(60), TestHub.START.plusSeconds(180));
    }

    @ParameterizedTest
    @EnumSource
    void retriesThatAreUsedUpFailTheSameWhateverTheTaskIsPartOf(Use use) {
        AtomicInteger attempts = new AtomicInteger();
        hub.activity("Hopeless", context -> {
            throw new IllegalStateException("failure " + attempts.incrementAndGet());
        });
        it.run(context -> {
            RetryPolicy policy = new RetryPolicy(3, Duration.ofMinutes(1));
            try {
                return use.finish(
                        context, context.callActivity("Hopeless", TaskOptions.withRetryPolicy(policy), String.class));
            } catch (TaskFailedException | CompositeTaskFailedException failed) {
                return failed.getMessage();
            }
        });
        hub.advance(Duration.ofDays(1));
        assertThat(it.output()).contains("'Hopeless'", "failure 3");
        assertThat(attempts).hasValue(3);
    }

    @ParameterizedTest
    @EnumSource
    void cancellationByATimeoutIsTheSameWhateverTheTaskIsPartOf(Use use) {
        it.run(context -> {
            try {
                return use.finish(context, context.waitForExternalEvent("e", Duration.ofMinutes(5), String.class));
            } catch (TaskCanceledException cancelled) {
                return "cancelled " + cancelled.getTaskName();
            } catch (CompositeTaskFailedException failed) {
                return "cancelled "
                        + ((TaskCanceledException) failed.getExceptions().get(0)).getTaskName();
            }
        });
        hub.advance(Duration.ofMinutes(5).minusNanos(1000));
        assertThat(it.status()).isEqualTo(RuntimeStatus.RUNNING);
        hub.advance(Duration.ofDays(1));
        assertThat(it.output()).isEqualTo("\"cancelled e\"");
    }

    // Control flow.

    @Test
    void catchOfExceptionAroundAnAwaitNeverSwallowsTheEnginesControlFlow() {
        AtomicInteger caught = new AtomicInteger();
        it.run(context -> {
            String value = "none";
            for (int i = 0; i < 3; i++) {
                try {
                    value = context.waitForExternalEvent("e", String.class).await();
                } catch (Exception swallowed) {
                    caught.incrementAndGet();
                }
            }
            return value;
        });
        assertThat(it.status()).isEqualTo(RuntimeStatus.RUNNING);
        it.raise("e", "first");
        it.raise("e", "second");
        assertThat(it.status()).isEqualTo(RuntimeStatus.RUNNING);
        it.raise("e", "third");
        assertThat(it.output()).isEqualTo("\"third\"");
        assertThat(caught).hasValue(0);
    }

    @Test
    void catchOfEverythingAroundAnAwaitNeverCompletesTheInstanceEarly() {
        it.run(context -> {
            try {
                return context.waitForExternalEvent("e", String.class).await();
            } catch (Throwable everything) {
                return "early";
            }
        });
        assertThat(it.status()).isEqualTo(RuntimeStatus.RUNNING);
        it.raise("e", "in time");
        assertThat(it.output()).isEqualTo("\"in time\"");
    }
}
