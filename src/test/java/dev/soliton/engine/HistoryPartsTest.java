package dev.soliton.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.soliton.client.AnswerBudget;
import dev.soliton.client.StartRequest;
import dev.soliton.engine.Histories.InstanceHistory;
import dev.soliton.store.InvalidContinuationException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Histories whose values are too long for one answer. */
final class HistoryPartsTest {
    private static final int STEPS = 7;

    private final EngineFixture hub = new EngineFixture();
    private final Histories histories = new Histories(hub.storage);

    @BeforeEach
    void run() {
        hub.registry
                .orchestrator("Job", () -> context -> {
                    for (int i = 0; i < STEPS; i++) {
                        context.callActivity("Long").await();
                    }
                    return null;
                })
                .activity("Long", () -> context -> "o".repeat((int) AnswerBudget.MAX_LENGTH / 3));
        hub.client.start(new StartRequest("Job", "x", null));
        hub.drain(hub.worker());
    }

    @AfterEach
    void close() {
        hub.close();
    }

    private InstanceHistory part(@Nullable String continuation) {
        return histories.find("x", true, true, continuation).orElseThrow();
    }

    @Test
    void partsMakeTheWholeHistoryAndNoneIsLongerThanAnAnswerMayBe() {
        List<HistoryEntry> all = new ArrayList<>();
        List<Integer> sizes = new ArrayList<>();
        String continuation = null;
        do {
            InstanceHistory shown = part(continuation);
            all.addAll(shown.entries());
            sizes.add((int) shown.entries().stream()
                    .filter(entry -> entry.eventType().equals("TaskCompleted"))
                    .count());
            continuation = shown.continuation();
        } while (continuation != null);
        assertThat(sizes).containsExactly(3, 3, 1);
        assertThat(all).hasSize(STEPS + 2);
        assertThat(all.get(0).eventType()).isEqualTo("ExecutionStarted");
        assertThat(all.get(STEPS + 1).eventType()).isEqualTo("ExecutionCompleted");
    }

    @Test
    void historyWithoutItsValuesIsOnePart() {
        InstanceHistory shown = histories.find("x", false, false).orElseThrow();
        assertThat(shown.entries()).hasSize(STEPS + 2);
        assertThat(shown.continuation()).isNull();
    }

    @Test
    void placeInTheHistoryOfAnotherExecutionIsRefused() {
        String continuation = part(null).continuation();
        hub.client.purge("x");
        hub.client.start(new StartRequest("Job", "x", null));
        assertThatThrownBy(() -> part(continuation)).isInstanceOf(InvalidContinuationException.class);
        assertThatThrownBy(() -> part("nonsense")).isInstanceOf(InvalidContinuationException.class);
        assertThatThrownBy(() -> part("%")).isInstanceOf(InvalidContinuationException.class);
    }
}
