package dev.soliton.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.soliton.client.ConflictPolicy;
import dev.soliton.client.Instance;
import dev.soliton.client.StartOptions;
import dev.soliton.client.StartOutcome;
import dev.soliton.client.StartRequest;
import dev.soliton.client.WaitOutcome;
import dev.soliton.orchestration.Registry;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

final class HubClientTest {
    private static final Registry APP = new Registry()
            .orchestrator("Nap", () -> context -> {
                context.createTimer(Duration.ofSeconds(30)).await();
                return "awake";
            })
            .internal("Part", () -> context -> null);

    @Test
    void aClientThatWaitsSeesTheInstanceEnd() throws Exception {
        try (TestHub hub = new TestHub(APP)) {
            StartOutcome started = hub.client().start(new StartRequest("Nap", "n", null));
            assertThat(started).isInstanceOf(StartOutcome.Started.class);

            WaitOutcome tooShort = hub.client().waitFor("n", Duration.ofSeconds(10));
            assertThat(tooShort).isInstanceOf(WaitOutcome.StillGoing.class);
            assertThat(hub.now()).isEqualTo(TestHub.START.plusSeconds(10));

            Instance ended = ((WaitOutcome.Ended) hub.client().waitFor("n", Duration.ofMinutes(5))).instance();
            assertThat(ended.output()).isEqualTo("\"awake\"");
            // It is a client that looks from time to time.
            assertThat(hub.now()).isBetween(TestHub.START.plusSeconds(30), TestHub.START.plusSeconds(31));
        }
    }

    @Test
    void theClientTellsTheSecondStartTheTruth() {
        try (TestHub hub = new TestHub(APP)) {
            StartRequest request = new StartRequest("Nap", "n", null);
            hub.client().start(request);

            assertThat(hub.client().start(request)).isInstanceOf(StartOutcome.Rejected.class);
            StartOptions attach = StartOptions.DEFAULT.withConflict(ConflictPolicy.USE_EXISTING);
            assertThat(hub.client().start(new StartRequest("Nap", "n", null, attach)))
                    .isInstanceOf(StartOutcome.Attached.class);
        }
    }

    @Test
    void whatIsInternalStaysInternal() {
        try (TestHub hub = new TestHub(APP)) {
            assertThat(hub.client().startable()).containsExactly("Nap");
        }
    }

    @Test
    void theClockBeginsWhereItIsToldAndIsSetForwardsOnly() {
        Instant start = Instant.parse("2024-02-29T12:00:00Z");
        try (TestHub hub = new TestHub(APP, start)) {
            hub.start("Nap", "n");
            hub.advanceTo(start.plusSeconds(29));
            assertThat(hub.status("n").createdAt()).isEqualTo(start);
            assertThat(hub.status("n").output()).isNull();
            hub.advanceTo(start.plusSeconds(30));
            assertThat(hub.output("n", String.class)).isEqualTo("awake");

            assertThatThrownBy(() -> hub.advanceTo(start)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void anActivityCannotSettleTheHubThatRunsIt() {
        try (TestHub hub = new TestHub()) {
            hub.orchestrator("It", () -> context -> context.callActivity("Act").await());
            hub.activity("Act", context -> {
                hub.settle();
                return null;
            });
            hub.start("It", "i");
            hub.settle();

            assertThat(hub.failure("i")).contains("cannot settle the hub that runs it");
        }
    }
}
