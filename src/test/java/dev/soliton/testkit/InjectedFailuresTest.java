package dev.soliton.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.soliton.orchestration.Registry;
import dev.soliton.orchestration.RetryPolicy;
import dev.soliton.orchestration.TaskOptions;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class InjectedFailuresTest {
    private final List<String> effects = new ArrayList<>();

    private final TestHub hub = new TestHub(new Registry()
            .orchestrator("Pay", () -> context -> {
                TaskOptions retried = TaskOptions.withRetryPolicy(new RetryPolicy(3, Duration.ofMinutes(1)));
                return context.callActivity("Charge", "card", retried, String.class)
                        .await();
            })
            .activity("Charge", () -> context -> {
                effects.add(context.getTaskId());
                return "paid by " + context.getInput(String.class);
            }));

    @AfterEach
    void close() {
        hub.close();
    }

    @Test
    void injectedFailuresAreRetriedAndThenTheActivityIsAsBefore() {
        hub.failNext("Charge", 2, new IOException("The bank does not answer."));
        hub.start("Pay", "p");
        hub.advance(Duration.ofHours(1));

        assertThat(hub.output("p", String.class)).isEqualTo("paid by card");
        assertThat(hub.called()).containsExactly("Charge", "Charge", "Charge");
        assertThat(effects).hasSize(1);
    }

    @Test
    void moreFailuresThanAttemptsFailTheInstance() {
        hub.failNext("Charge", 1, new IOException("The bank does not answer."))
                .failNext("Charge", 2, new IllegalStateException("The card is not known."));
        hub.start("Pay", "p");
        hub.advance(Duration.ofHours(1));

        assertThat(hub.failure("p")).contains("The card is not known.");
        assertThat(effects).isEmpty();
    }

    @Test
    void aFailureComesBeforeTheFakeToo() {
        hub.activity("Charge", context -> "faked").failNext("Charge", 1, new IOException("The bank does not answer."));
        hub.start("Pay", "p");
        hub.settle();
        assertThat(hub.called()).containsExactly("Charge");

        hub.advance(Duration.ofMinutes(1));
        assertThat(hub.output("p", String.class)).isEqualTo("faked");
    }

    @Test
    void anActivityWhoseResultIsLostRunsAgainUnderTheSameTask() {
        hub.runTwice("Charge");
        hub.start("Pay", "p");
        hub.settle();

        assertThat(hub.output("p", String.class)).isEqualTo("paid by card");
        assertThat(effects).hasSize(2);
        assertThat(effects.get(1)).isEqualTo(effects.get(0));
        assertThat(hub.calls()).hasSize(2);
    }

    @Test
    void anActivityThatIsNotThereIsAMistakeOfTheTest() {
        assertThatThrownBy(() -> hub.failNext("Chrage", 1, new IOException()))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("Chrage")
                .hasMessageContaining("Charge");
        assertThatThrownBy(() -> hub.runTwice("Chrage")).isInstanceOf(AssertionError.class);
    }
}
