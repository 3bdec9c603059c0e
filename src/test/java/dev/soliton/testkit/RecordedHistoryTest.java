package dev.soliton.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.soliton.orchestration.Orchestrator;
import dev.soliton.orchestration.Registry;
import dev.soliton.store.RuntimeStatus;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class RecordedHistoryTest {
    private static final Orchestrator ORDER = context -> {
        String paid = context.callActivity("Charge", context.getInput(String.class), String.class)
                .await();
        context.createTimer(Duration.ofHours(1)).await();
        String where = context.waitForExternalEvent("packed", String.class).await();
        return context.callActivity("Ship", paid + " " + where, String.class).await();
    };

    private final TestHub hub = new TestHub(app(ORDER))
            .activity("Charge", context -> "paid")
            .activity("Ship", context -> "x".repeat(100_000));

    private static Registry app(Orchestrator order) {
        return new Registry().orchestrator("Order", () -> order);
    }

    @AfterEach
    void close() {
        hub.close();
    }

    /** As a test finds it among its resources. */
    private RecordedHistory recorded() {
        return RecordedHistory.parse(hub.record("o").toJson());
    }

    private void runHalf() {
        hub.start("Order", "o", "card");
        hub.advance(Duration.ofHours(1));
    }

    private void runWhole() {
        runHalf();
        hub.raise("o", "packed", "hall 3");
        hub.settle();
    }

    @Test
    void theSameCodeFitsItsHistoryAtEachPoint() {
        hub.start("Order", "o", "card");
        assertThat(recorded().status()).isEqualTo(RuntimeStatus.PENDING);
        recorded().replay(app(ORDER));
        hub.settle();
        recorded().replay(app(ORDER));
        hub.advance(Duration.ofHours(1));
        recorded().replay(app(ORDER));
        hub.raise("o", "packed", "hall 3");
        hub.settle();

        RecordedHistory whole = recorded();
        assertThat(whole.orchestrator()).isEqualTo("Order");
        assertThat(whole.instanceId()).isEqualTo("o");
        assertThat(whole.status()).isEqualTo(RuntimeStatus.COMPLETED);
        assertThat(whole.toJson()).isEqualTo(hub.record("o").toJson()).contains("x".repeat(100_000));
        whole.replay(app(ORDER));
    }

    @Test
    void aStepThatWasAddedBeforeTheRecordedOnesIsFound() {
        runHalf();
        RecordedHistory history = recorded();

        assertThatThrownBy(() -> history.replay(app(context -> {
                    context.callActivity("Check", String.class).await();
                    return ORDER.run(context);
                })))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("'o'")
                .hasMessageContaining("Charge")
                .hasMessageContaining("Check");
    }

    @Test
    void aStepThatWasLeftOutIsFound() {
        runWhole();
        RecordedHistory history = recorded();

        assertThatThrownBy(() -> history.replay(app(context -> {
                    context.callActivity("Charge", String.class).await();
                    return context.waitForExternalEvent("packed", String.class).await();
                })))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("timer");
    }

    @Test
    void aLiveInstanceMayDoOtherThingsFromWhereItIsAndOneThatHasCompletedMayNot() {
        Orchestrator changed = context -> {
            context.callActivity("Charge", context.getInput(String.class), String.class)
                    .await();
            context.createTimer(Duration.ofHours(1)).await();
            String where = context.waitForExternalEvent("packed", Duration.ofDays(3), String.class)
                    .await();
            context.callActivity("Ship", where, String.class).await();
            return context.callActivity("Thank", String.class).await();
        };
        runHalf();
        assertThatCode(() -> recorded().replay(app(context -> {
                    context.callActivity("Charge", String.class).await();
                    context.createTimer(Duration.ofHours(1)).await();
                    return context.callActivity("Ship", String.class).await();
                })))
                .doesNotThrowAnyException();

        hub.raise("o", "packed", "hall 3");
        hub.settle();
        RecordedHistory whole = recorded();
        assertThatThrownBy(() -> whole.replay(app(changed))).isInstanceOf(AssertionError.class);
        assertThatThrownBy(() -> whole.replay(app(context -> {
                    Object shipped = ORDER.run(context);
                    context.callActivity("Thank", String.class).await();
                    return shipped;
                })))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("completed where the history ends");
        assertThatThrownBy(() -> whole.replay(app(context -> {
                    Object shipped = ORDER.run(context);
                    context.callActivity("Thank", String.class);
                    return shipped;
                })))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("asks for more");
    }

    @Test
    void anInstanceIsReplayedByTheVersionThatItBeganWith() {
        Registry both = new Registry();
        both.orchestrator("Order")
                .version(1, () -> ORDER)
                .version(2, () -> context -> context.callActivity("New").await());
        runHalf();
        recorded().replay(both);

        Registry newest = new Registry();
        newest.orchestrator("Order").version(2, () -> ORDER);
        RecordedHistory ofFirst = recorded();
        assertThatThrownBy(() -> ofFirst.replay(newest))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("version 1");

        try (TestHub versioned = new TestHub(both)) {
            versioned.activity("New", context -> null);
            versioned.start("Order", "second");
            versioned.settle();
            RecordedHistory.parse(versioned.record("second").toJson()).replay(both);
            assertThat(versioned.called()).containsExactly("New");
        }
    }

    @Test
    void codeThatSupportsTheRecordedVersionOfAChangeNoMoreIsFound() {
        Orchestrator guarded = context -> {
            context.getVersion("paid", 1, 1);
            return ORDER.run(context);
        };
        hub.orchestrator("Guarded", () -> guarded);
        hub.start("Guarded", "g", "card");
        hub.settle();
        RecordedHistory history = hub.record("g");

        history.replay(new Registry().orchestrator("Guarded", () -> guarded));
        assertThatThrownBy(() -> history.replay(new Registry().orchestrator("Guarded", () -> context -> {
                    context.getVersion("paid", 2, 2);
                    return ORDER.run(context);
                })))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("'paid'");
    }

    @Test
    void anOrchestratorThatIsNotDeterministicIsFoundAtTheEndOfATest() {
        AtomicInteger runs = new AtomicInteger();
        hub.orchestrator("Chance", () -> context -> {
            context.callActivity(runs.incrementAndGet() % 2 == 1 ? "Charge" : "Ship", String.class)
                    .await();
            return context.waitForExternalEvent("end").await();
        });
        hub.start("Chance", "c");
        hub.settle();

        assertThatThrownBy(hub::replayAll)
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("'c'")
                .hasMessageContaining("Chance");
    }

    @Test
    void whatEndedInEachWayIsReplayed() {
        runWhole();
        hub.orchestrator("Fails", () -> context -> {
            context.callActivity("Charge", String.class).await();
            throw new IllegalStateException("never");
        });
        hub.orchestrator(
                "Calls",
                () -> context ->
                        context.callSubOrchestrator("Order", "card", "child").await());
        hub.orchestrator("Actor", () -> context -> {
            context.waitForExternalEvent("next").await();
            context.continueAsNew(null);
            return null;
        });
        hub.start("Fails", "f");
        hub.start("Calls", "s");
        hub.start("Order", "t", "card");
        hub.start("Actor", "a");
        hub.settle();
        hub.raise("a", "next");
        hub.suspend("s", "a break");
        hub.terminate("t", "enough");
        hub.settle();
        assertThat(hub.failure("f")).contains("never");
        assertThat(hub.status("s").status()).isEqualTo(RuntimeStatus.SUSPENDED);
        assertThat(hub.status("t").status()).isEqualTo(RuntimeStatus.TERMINATED);

        hub.replayAll();
        RecordedHistory child = RecordedHistory.parse(hub.record("child").toJson());
        assertThat(child.toJson()).contains("\"parent\"");
    }

    @Test
    void aMissingOrchestratorAndATextThatIsNoHistoryAreSaid() {
        runHalf();
        RecordedHistory history = recorded();

        assertThatThrownBy(() -> history.replay(new Registry()))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("Order");
        assertThatThrownBy(() -> RecordedHistory.parse("{}")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> RecordedHistory.parse("not JSON")).isInstanceOf(IllegalArgumentException.class);
    }
}
