package dev.soliton.orchestration;

import static dev.soliton.orchestration.OneInstance.thrownBy;
import static org.assertj.core.api.Assertions.assertThat;

import dev.soliton.store.RuntimeStatus;
import dev.soliton.testkit.TestHub;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is told of failures. */
final class FailuresContractTest {
    private final OneInstance it = new OneInstance();
    private final TestHub hub = it.hub;

    @AfterEach
    void close() {
        it.close();
    }

    @Test
    void taskFailedExceptionHasNameAndIdAndDetailsAndItsMessageNamesAllThree() {
        String output = it.outputOf(context -> {
            context.callActivity("Echo").await();
            TaskFailedException failed = (TaskFailedException) thrownBy(context.callActivity("Fail"));
            assertThat(failed.getTaskName()).isEqualTo("Fail");
            assertThat(failed.getTaskId()).isEqualTo(1);
            assertThat(failed.getFailureDetails().message()).isEqualTo("no luck");
            return failed.getMessage();
        });
        assertThat(output).isEqualTo("\"Task 'Fail' (#1) failed: java.lang.IllegalStateException: no luck\"");
    }

    @Test
    void taskCanceledExceptionIsATaskFailedException() {
        it.run(context -> {
            try {
                return context.waitForExternalEvent("e", Duration.ofHours(1)).await();
            } catch (TaskFailedException cancelled) {
                return cancelled.getClass().getSimpleName() + " " + cancelled.getTaskName();
            }
        });
        hub.advance(Duration.ofHours(1));
        assertThat(it.output()).isEqualTo("\"TaskCanceledException e\"");
    }

    @Test
    void compositeTaskFailedExceptionHasAllFailures() {
        String output = it.outputOf(context -> {
            Task<Void> first = context.callActivity("Fail", 1);
            Task<Void> second = context.callActivity("Fail", 2);
            Exception thrown = thrownBy(context.allOf(List.of(first, context.callActivity("Echo"), second)));
            assertThat(((CompositeTaskFailedException) thrown).getExceptions())
                    .containsExactly(thrownBy(first), thrownBy(second));
            return thrown.getMessage();
        });
        assertThat(output).contains("2 of 3 tasks failed", "no luck");
    }

    @Test
    void failureDetailsHasTheWholeChainOfWhatWasThrown() {
        hub.activity("Fail", context -> {
            throw new IllegalStateException("outer", new IOException("middle", new FileNotFoundException("inner")));
        });
        String output = it.outputOf(context -> {
            FailureDetails details = ((TaskFailedException) thrownBy(context.callActivity("Fail"))).getFailureDetails();
            assertThat(details.errorType()).isEqualTo("java.lang.IllegalStateException");
            assertThat(details.message()).isEqualTo("outer");
            assertThat(details.stackTrace()).contains(getClass().getName());
            assertThat(details.isNonRetriable()).isFalse();
            FailureDetails middle = Objects.requireNonNull(details.innerFailure());
            assertThat(middle.summary()).isEqualTo("java.io.IOException: middle");
            FailureDetails inner = Objects.requireNonNull(middle.innerFailure());
            assertThat(inner.summary()).isEqualTo("java.io.FileNotFoundException: inner");
            assertThat(inner.innerFailure()).isNull();
            return "done";
        });
        assertThat(output).isEqualTo("\"done\"");
    }

    @Test
    void failureDetailsIsCausedBySearchesTheChainThroughSubOrchestrations() {
        hub.activity("Fail", context -> {
            throw new IllegalStateException("outer", new FileNotFoundException("inner"));
        });
        hub.orchestrator("Child", () -> context -> context.callActivity("Fail").await());
        String output = it.outputOf(context -> {
            FailureDetails details =
                    ((TaskFailedException) thrownBy(context.callSubOrchestrator("Child"))).getFailureDetails();
            return List.of(
                    details.isCausedBy(TaskFailedException.class),
                    details.isCausedBy(IllegalStateException.class),
                    details.isCausedBy(RuntimeException.class),
                    details.isCausedBy(IOException.class),
                    details.isCausedBy(IllegalArgumentException.class));
        });
        assertThat(output).isEqualTo("[true,true,true,true,false]");
    }

    /** Names of the Durable Task SDK, which ported code asks by; the JSON has each value once. */
    @Test
    void failureTypesHaveTheMethodNamesOfTheDurableTaskSdk() {
        hub.activity("Fail", context -> {
            throw new IllegalStateException("outer", new IOException("inner"));
        });
        it.run(context -> {
            TaskFailedException failed = (TaskFailedException) thrownBy(context.callActivity("Fail"));
            FailureDetails details = failed.getErrorDetails();
            assertThat(details).isSameAs(failed.getFailureDetails());
            assertThat(details.getErrorType()).isEqualTo(details.errorType());
            assertThat(details.getErrorMessage()).isEqualTo(details.message());
            assertThat(details.getStackTrace()).isEqualTo(details.stackTrace());
            assertThat(details.getInnerFailure()).isEqualTo(details.innerFailure());
            return details;
        });
        assertThat(hub.output("i", new TypeReference<Map<String, Object>>() {}))
                .containsOnlyKeys("errorType", "message", "stackTrace", "innerFailure", "isNonRetriable");
    }

    @Test
    void nonDeterministicOrchestratorExceptionNamesPlaceRecordAndRequest() {
        String[] name = {"Echo"};
        it.run(context -> {
            context.callActivity("Echo", 1).await();
            context.callActivity(name[0], 2).await();
            return context.waitForExternalEvent("e").await();
        });
        assertThat(it.status()).isEqualTo(RuntimeStatus.RUNNING);
        name[0] = "Fail";
        it.raise("e", null);
        assertThat(hub.failure("i"))
                .startsWith(NonDeterministicOrchestratorException.class.getName())
                .contains("sequence number 1", "activity 'Echo' (#1)", "activity 'Fail'", "Likely cause");
    }

    @Test
    void exceptionThatLeavesTheOrchestratorFailsTheInstanceWithItsDetails() {
        it.run(context -> {
            throw new IOException("checked");
        });
        assertThat(hub.failure("i")).isEqualTo("java.io.IOException: checked");
    }

    @Test
    void errorThatLeavesTheOrchestratorFailsTheInstanceAndNotTheEngine() {
        it.run(context -> {
            context.callActivity("Echo").await();
            throw new AssertionError("off by one");
        });
        assertThat(hub.failure("i")).isEqualTo("java.lang.AssertionError: off by one");
    }

    @Test
    void unknownActivityFailsTheTask() {
        String output = it.outputOf(context -> {
            TaskFailedException failed = (TaskFailedException) thrownBy(context.callActivity("Nobody"));
            return failed.getFailureDetails().summary();
        });
        assertThat(output).contains("UnknownActivityException", "Nobody");
    }
}
