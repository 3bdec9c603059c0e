package dev.soliton.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.soliton.orchestration.TaskFailedException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class HubHistoryTest {
    private final TestHub hub = new TestHub();

    @AfterEach
    void close() {
        hub.close();
    }

    @Test
    void theHistoryHasEachStepWithItsFields() {
        hub.orchestrator("It", () -> context -> {
                    String done =
                            context.callActivity("Act", "in", String.class).await();
                    context.createTimer(Duration.ofHours(1)).await();
                    return done
                            + context.waitForExternalEvent("go", Integer.class).await();
                })
                .activity("Act", context -> "out");
        hub.start("It", "i", 7);
        hub.advance(Duration.ofHours(1));
        hub.raise("i", "go", 3);
        hub.settle();

        assertThat(hub.history("i"))
                .extracting(HistoryEvent::type)
                .containsExactly(
                        "ExecutionStarted",
                        "TaskCompleted",
                        "TimerCreated",
                        "TimerFired",
                        "EventRaised",
                        "ExecutionCompleted");
        HistoryEvent started = hub.history("i").get(0);
        assertThat(started.at()).isEqualTo(TestHub.START);
        assertThat(started.field("FunctionName")).isEqualTo("It");
        assertThat(started.field("Input")).isEqualTo("7");
        HistoryEvent task = hub.history("i").get(1);
        assertThat(task.fields())
                .containsEntry("FunctionName", "Act")
                .containsEntry("Input", "\"in\"")
                .containsEntry("Result", "\"out\"");
        assertThat(task.field("Reason")).isNull();
        HistoryEvent fired = hub.history("i").get(3);
        assertThat(fired.field("FireAt")).isEqualTo("2030-01-01T01:00:00Z");
        assertThat(fired.at()).isEqualTo(TestHub.START.plus(Duration.ofHours(1)));
        assertThat(hub.history("i").get(4).fields()).containsEntry("Name", "go").containsEntry("Input", "3");
    }

    @Test
    void aFailedTaskShowsItsReason() {
        hub.orchestrator("It", () -> context -> {
                    try {
                        return context.callActivity("Act").await();
                    } catch (TaskFailedException failed) {
                        return "undone";
                    }
                })
                .activity("Act", context -> {
                    throw new IllegalStateException("No luck.");
                });
        hub.start("It", "i");
        hub.settle();

        assertThat(hub.history("i"))
                .filteredOn(event -> event.type().equals("TaskFailed"))
                .singleElement()
                .extracting(event -> event.field("Reason"))
                .asString()
                .contains("No luck.");
    }

    @Test
    void aHistoryLongerThanAnAnswerComesWhole() {
        hub.orchestrator("It", () -> context -> {
                    for (int i = 0; i < 12; i++) {
                        context.callActivity("Act", String.class).await();
                    }
                    return null;
                })
                .activity("Act", context -> "x".repeat(1 << 20));
        hub.start("It", "i");
        hub.settle();

        assertThat(hub.history("i")).hasSize(14);
    }

    @Test
    void anInstanceThatIsNotThereHasNone() {
        assertThatThrownBy(() -> hub.history("nobody")).isInstanceOf(AssertionError.class);
        assertThatThrownBy(() -> hub.record("nobody")).isInstanceOf(AssertionError.class);
    }
}
