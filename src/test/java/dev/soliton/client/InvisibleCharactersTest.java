package dev.soliton.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.soliton.store.InvalidInstanceIdException;
import dev.soliton.store.RuntimeStatus;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** IDs that look like others, and are none: with characters that cannot be seen, or that turn the text around. */
final class InvisibleCharactersTest {
    private static final String LOOK_ALIKE = "k1\u200b";

    private final ClientFixture hub = new ClientFixture();
    private final OrchestrationClient client = hub.client();

    @BeforeEach
    void job() {
        hub.registry.orchestrator("Job", () -> context -> null);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"k1\u200b", "k\u200d1", "\u202e1k", "\u2066k1\u2069", "\ufeffk1", "k\u00ad1", "k1\udb40\udc41"})
    void newInstanceIsNotStartedUnderThem(String id) {
        StartRequest request = new StartRequest("Job", id, null);
        assertThatThrownBy(() -> client.start(request))
                .isInstanceOf(InvalidInstanceIdException.class)
                .hasMessageContaining("format characters")
                .hasMessageContaining("U+");
        assertThatThrownBy(() -> client.raiseOrStart(request, "go", null, null))
                .isInstanceOf(InvalidInstanceIdException.class);
        assertThat(hub.store.calls()).isEmpty();
    }

    @Test
    void instanceThatHasOneFromBeforeIsReachedUnderIt() {
        hub.begin(LOOK_ALIKE, "e");
        assertThat(client.status(LOOK_ALIKE, false)).isPresent();
        assertThat(client.raiseEvent(LOOK_ALIKE, "go", null, null)).isEqualTo(new SignalOutcome.Accepted("e"));
        assertThat(client.terminate(LOOK_ALIKE, null)).isEqualTo(new SignalOutcome.Accepted("e"));
        hub.become(LOOK_ALIKE, RuntimeStatus.COMPLETED);
        assertThat(client.restart(LOOK_ALIKE, false)).containsInstanceOf(StartOutcome.Started.class);
        hub.become(LOOK_ALIKE, RuntimeStatus.COMPLETED);
        assertThat(client.purge(LOOK_ALIKE)).isInstanceOf(PurgeOutcome.Purged.class);
    }
}
