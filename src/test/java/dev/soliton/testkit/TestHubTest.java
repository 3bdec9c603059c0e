package dev.soliton.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.soliton.orchestration.Orchestrator;
import dev.soliton.orchestration.Registry;
import dev.soliton.orchestration.RetryPolicy;
import dev.soliton.orchestration.Task;
import dev.soliton.orchestration.TaskOptions;
import dev.soliton.orchestration.TypeReference;
import dev.soliton.store.RuntimeStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class TestHubTest {
    private final TestHub hub = new TestHub();

    @AfterEach
    void close() {
        hub.close();
    }

    @Test
    void nothingHappensBeforeItSettles() {
        given(context -> context.callActivity("Act", "in", String.class).await());
        hub.activity("Act", context -> context.getInput(String.class) + "-out");

        hub.start("It", "i");
        assertThat(hub.status("i").status()).isEqualTo(RuntimeStatus.PENDING);
        assertThat(hub.calls()).isEmpty();

        hub.settle();
        assertThat(hub.output("i", String.class)).isEqualTo("in-out");
        assertThat(hub.called()).containsExactly("Act");
        assertThat(hub.inputs("Act", String.class)).containsExactly("in");
    }

    @Test
    void aFakeTakesThePlaceOfWhatIsRegistered() {
        Registry app = new Registry()
                .orchestrator(
                        "It",
                        () -> context ->
                                context.callActivity("Act", String.class).await())
                .activity("Act", () -> context -> "real");
        try (TestHub own = new TestHub(app)) {
            own.start("It", "before");
            own.settle();
            own.activity("Act", context -> "fake");
            own.start("It", "after");
            own.settle();

            assertThat(own.output("before", String.class)).isEqualTo("real");
            assertThat(own.output("after", String.class)).isEqualTo("fake");
        }
    }

    @Test
    void aCallReturnsWhatTheInstanceShowed() {
        given(context -> {
            context.setCustomStatus("busy");
            context.callActivity("Act", 7).await();
            context.setCustomStatus("idle");
            return null;
        });
        hub.activity("Act", context -> null);
        String execution = hub.start("It", "i");
        hub.settle();

        assertThat(hub.calls()).containsExactly(new ActivityCalled("Act", "i", execution + ":0:0", "7", "\"busy\""));
        assertThat(hub.customStatus("i", String.class)).isEqualTo("idle");
    }

    @Test
    void aTimerIsDueWhenTheClockSaysSo() {
        given(context -> {
            context.createTimer(Duration.ofDays(30)).await();
            return context.getCurrentInstant().toString();
        });
        hub.start("It", "i");
        hub.advance(Duration.ofDays(30).minusSeconds(1));
        assertThat(hub.status("i").status()).isEqualTo(RuntimeStatus.RUNNING);

        hub.advance(Duration.ofSeconds(1));
        assertThat(hub.output("i", String.class)).isEqualTo("2030-01-31T00:00:00Z");
        assertThat(hub.now()).isEqualTo(Instant.parse("2030-01-31T00:00:00Z"));
    }

    @Test
    void timersAreFiredOneByOneAtTheirTimes() {
        given(context -> {
            List<String> times = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                context.createTimer(Duration.ofHours(1)).await();
                times.add(context.getCurrentInstant().toString());
            }
            return times;
        });
        hub.start("It", "i");
        hub.advance(Duration.ofDays(1));

        assertThat(hub.output("i", new TypeReference<List<String>>() {}))
                .isEqualTo(List.of("2030-01-01T01:00:00Z", "2030-01-01T02:00:00Z", "2030-01-01T03:00:00Z"));
        assertThat(hub.now()).isEqualTo(Instant.parse("2030-01-02T00:00:00Z"));
    }

    @Test
    void aShortTimerIsWaitedFor() {
        given(context -> context.createTimer(Duration.ofSeconds(1)).await());
        hub.start("It", "i");
        hub.settle();

        assertThat(hub.status("i").status()).isEqualTo(RuntimeStatus.COMPLETED);
        assertThat(hub.now()).isEqualTo(TestHub.START.plusSeconds(1));
    }

    @Test
    void hubThatNeverSettlesThrows() {
        given(context -> {
            context.createTimer(Duration.ofSeconds(1)).await();
            context.continueAsNew(null);
            return null;
        });
        hub.start("It", "i");

        assertThatThrownBy(hub::settle)
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("'i' waits for timers of two seconds or less again and again");
    }

    @Test
    void eventsArriveWithTheirPayloadsInTheirOrder() {
        given(context -> Arrays.asList(
                context.waitForExternalEvent("go", Integer.class).await(),
                context.waitForExternalEvent("Go", Integer.class).await()));
        hub.start("It", "i");
        hub.raise("i", "go", 1);
        hub.raise("i", "GO", 2);
        hub.settle();

        assertThat(hub.output("i", new TypeReference<List<Integer>>() {})).containsExactly(1, 2);
    }

    @Test
    void aWaitWithALimitRunsOutOfTime() {
        given(context -> {
            Task<Void> go = context.waitForExternalEvent("go", Duration.ofHours(24));
            context.anyOf(go).await();
            return go.isCancelled();
        });
        hub.start("It", "i");
        hub.advance(Duration.ofHours(24));

        assertThat(hub.output("i", Boolean.class)).isTrue();
    }

    @Test
    void subOrchestrationsRun() {
        given(context -> context.callSubOrchestrator("Child", 20, Integer.class).await());
        hub.orchestrator(
                "Child",
                () -> context -> context.callActivity("Double", context.getInput(Integer.class), Integer.class)
                        .await());
        hub.activity("Double", context -> 2 * Objects.requireNonNull(context.getInput(Integer.class)));
        hub.start("It", "i");
        hub.settle();

        assertThat(hub.output("i", Integer.class)).isEqualTo(40);
        assertThat(hub.calls())
                .singleElement()
                .extracting(ActivityCalled::instanceId)
                .isNotEqualTo("i");
    }

    @Test
    void aRetryWaitsForItsTime() {
        given(context -> {
            RetryPolicy policy = new RetryPolicy(3, Duration.ofHours(1));
            return context.callActivity("Act", null, TaskOptions.withRetryPolicy(policy), String.class)
                    .await();
        });
        List<Instant> tried = new ArrayList<>();
        hub.activity("Act", context -> {
            tried.add(hub.now());
            if (tried.size() < 3) {
                throw new IllegalStateException("Not yet.");
            }
            return "done";
        });
        hub.start("It", "i");
        hub.settle();
        assertThat(tried).hasSize(1);
        hub.advance(Duration.ofHours(2));

        assertThat(hub.output("i", String.class)).isEqualTo("done");
        assertThat(tried)
                .containsExactly(
                        TestHub.START,
                        TestHub.START.plus(Duration.ofHours(1)),
                        TestHub.START.plus(Duration.ofHours(2)));
    }

    @Test
    void anActivityMayTakeItsTime() {
        given(context -> {
            context.callActivity("Act").await();
            return context.getCurrentInstant().toString();
        });
        hub.activity("Act", context -> {
            hub.elapse(Duration.ofMinutes(3));
            return null;
        });
        hub.start("It", "i");
        hub.settle();

        assertThat(hub.output("i", String.class)).isEqualTo("2030-01-01T00:03:00Z");
    }

    @Test
    void instancesAreSuspendedResumedAndTerminated() {
        given(context -> context.waitForExternalEvent("go", String.class).await());
        hub.start("It", "i");
        hub.start("It", "j");
        hub.settle();
        hub.suspend("i", "a break");
        hub.raise("i", "go", "on");
        hub.terminate("j", "enough");
        hub.settle();
        assertThat(hub.status("i").status()).isEqualTo(RuntimeStatus.SUSPENDED);
        assertThat(hub.status("j").status()).isEqualTo(RuntimeStatus.TERMINATED);

        hub.resume("i", null);
        hub.settle();
        assertThat(hub.output("i", String.class)).isEqualTo("on");
    }

    @Test
    void aFailureIsShownByTypeAndMessage() {
        given(context -> {
            throw new IllegalArgumentException("Not so.");
        });
        hub.start("It", "i");
        hub.settle();

        assertThat(hub.failure("i")).isEqualTo("java.lang.IllegalArgumentException: Not so.");
        assertThatThrownBy(() -> hub.output("i", String.class))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("has not completed");
    }

    @Test
    void aMistakeOfTheTestIsReported() {
        given(context -> null);
        hub.start("It", "i");
        hub.settle();

        assertThatThrownBy(() -> hub.start("It", "i")).isInstanceOf(AssertionError.class);
        assertThatThrownBy(() -> hub.start("Other", "k")).isInstanceOf(AssertionError.class);
        assertThatThrownBy(() -> hub.raise("i", "go")).isInstanceOf(AssertionError.class);
        assertThatThrownBy(() -> hub.raise("nobody", "go")).isInstanceOf(AssertionError.class);
        assertThatThrownBy(() -> hub.status("nobody")).isInstanceOf(AssertionError.class);
        assertThatThrownBy(() -> hub.failure("i")).isInstanceOf(AssertionError.class);
        assertThatThrownBy(() -> hub.output("i", String.class)).isInstanceOf(AssertionError.class);
    }

    private void given(Orchestrator orchestrator) {
        hub.orchestrator("It", () -> orchestrator);
    }
}
