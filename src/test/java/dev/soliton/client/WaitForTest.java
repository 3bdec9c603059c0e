package dev.soliton.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.soliton.store.InvalidInstanceIdException;
import dev.soliton.store.RuntimeStatus;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Waiting for the end of an instance, by a clock that only goes on while somebody waits. */
final class WaitForTest {
    private final ClientFixture hub = new ClientFixture();
    private final OrchestrationClient client = hub.client();

    @Test
    void instanceThatHasEndedIsShownAtOnce() throws Exception {
        hub.begin("x", "e1");
        hub.become("x", RuntimeStatus.COMPLETED);
        assertThat(client.waitFor("x", Duration.ZERO)).isInstanceOfSatisfying(WaitOutcome.Ended.class, ended -> {
            assertThat(ended.instance().status()).isEqualTo(RuntimeStatus.COMPLETED);
            assertThat(ended.instance().input()).isEqualTo("\"input\"");
            assertThat(ended.instance().output()).isEqualTo("\"output\"");
        });
        assertThat(hub.pauses).isEmpty();
    }

    @Test
    void instanceThatEndsMeanwhileIsShown() throws Exception {
        hub.begin("x", "e1");
        hub.onPause(() -> {
            if (hub.pauses.size() == 3) {
                hub.become("x", RuntimeStatus.FAILED);
            }
        });
        assertThat(client.waitFor("x", Duration.ofMinutes(1), Duration.ofSeconds(2)))
                .isInstanceOf(WaitOutcome.Ended.class);
        assertThat(hub.pauses).containsExactly(Duration.ofSeconds(2), Duration.ofSeconds(2), Duration.ofSeconds(2));
    }

    @Test
    void timeoutIsReportedAfterALastRead() throws Exception {
        hub.begin("x", "e1");
        hub.become("x", RuntimeStatus.SUSPENDED);
        assertThat(client.waitFor("x", Duration.ofMillis(2_500)))
                .isInstanceOfSatisfying(
                        WaitOutcome.StillGoing.class,
                        going -> assertThat(going.instance().status()).isEqualTo(RuntimeStatus.SUSPENDED));
        assertThat(hub.pauses).containsExactly(Duration.ofSeconds(1), Duration.ofSeconds(1), Duration.ofMillis(500));
        assertThat(hub.store.calls()).containsExactly("find", "find", "find", "find");
    }

    @Test
    void instanceThatIsNotThereOrGoesAwayIsNotFound() throws Exception {
        assertThat(client.waitFor("x", Duration.ofMinutes(1))).isEqualTo(new WaitOutcome.NotFound());
        hub.begin("x", "e1");
        hub.onPause(() -> hub.rows.purge("x"));
        assertThat(client.waitFor("x", Duration.ofMinutes(1))).isEqualTo(new WaitOutcome.NotFound());
    }

    @Test
    void timesThatMakeNoSenseAreRefused() {
        assertThatThrownBy(() -> client.waitFor("x", Duration.ofMillis(-1)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> client.waitFor("x", Duration.ofSeconds(1), Duration.ZERO))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> client.waitFor("a/b", Duration.ofSeconds(1)))
                .isInstanceOf(InvalidInstanceIdException.class);
    }
}
