package dev.soliton.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.soliton.store.InstanceRow;
import dev.soliton.store.RuntimeStatus;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Starts that are after an ID that changes hands each time that they would take it. */
final class OvertakenStartTest {
    private static final StartOptions REPLACE = StartOptions.DEFAULT.withReuse(ReusePolicy.ALLOW_DUPLICATE);

    private final ClientFixture hub = new ClientFixture();
    private final OrchestrationClient client = hub.client();
    private int overtaken;

    @BeforeEach
    void finishedHolder() {
        hub.registry.orchestrator("Job", () -> context -> null);
        hub.begin("x", "e1");
        hub.become("x", RuntimeStatus.COMPLETED);
    }

    private StartOutcome start() {
        return client.start(new StartRequest("Job", "x", "1", REPLACE));
    }

    /** Others start, and come to their end, before each of the next writes. */
    private void overtake(int times) {
        if (times > 0) {
            hub.store.beforeNext("write", () -> {
                overtaken++;
                assertThat(start()).isInstanceOf(StartOutcome.Started.class);
                hub.become("x", RuntimeStatus.COMPLETED);
                overtake(times - 1);
            });
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 5, 8})
    void startThatIsOvertakenWaitsForItsTurn(int times) {
        overtake(times);
        assertThat(start()).isInstanceOf(StartOutcome.Started.class);
        assertThat(overtaken).isEqualTo(times);
        assertThat(hub.rows.findRow("x").orElseThrow().row().status()).isEqualTo(RuntimeStatus.PENDING);
    }

    /** The storage did answer: who is told that it did not looks in the wrong place. */
    @Test
    void startThatIsOvertakenWithoutEndGetsTheHolder() {
        overtake(1_000);
        StartOutcome outcome = start();
        InstanceRow holder = hub.rows.findRow("x").orElseThrow().row();
        assertThat(outcome).isInstanceOfSatisfying(StartOutcome.Rejected.class, rejected -> assertThat(
                        rejected.holder().executionId())
                .isEqualTo(holder.key().executionId()));
        assertThat(hub.pauses).isNotEmpty();
        assertThat(hub.queue.messages()).hasSize(overtaken);
    }
}
