package dev.soliton.cost;

import static org.assertj.core.api.Assertions.assertThat;

import dev.soliton.client.Instance;
import dev.soliton.client.StartRequest;
import dev.soliton.orchestration.OrchestrationContext;
import dev.soliton.orchestration.Task;
import dev.soliton.store.InboxItem;
import dev.soliton.store.InboxRow;
import dev.soliton.store.InstanceStore;
import dev.soliton.store.Payload;
import dev.soliton.store.Payloads;
import dev.soliton.store.RowChange;
import dev.soliton.store.RuntimeStatus;
import dev.soliton.store.SettableClock;
import dev.soliton.store.WorkMessage;
import dev.soliton.store.WriteOutcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Executions of more than a row, a transaction or a page has room for. */
abstract class LargeExecutions {
    private final CountedHub hub = new CountedHub(this::storage);
    private int sent;

    abstract HubStorage storage(SettableClock clock);

    @AfterEach
    void close() {
        hub.close();
    }

    private void start(String name, int size) {
        hub.client.start(new StartRequest(name, "job", String.valueOf(size)));
        hub.run();
    }

    private Instance status() {
        return hub.client.status("job", false).orElseThrow();
    }

    private void assertCompletedWith(String output) {
        assertThat(status().status()).as("status of %s", status()).isEqualTo(RuntimeStatus.COMPLETED);
        assertThat(status().output()).isEqualTo(output);
        assertThat(hub.ports.instances().loadWithoutJournal("job").inbox()).isEmpty();
    }

    private static int number(@Nullable Integer number) {
        return number == null ? 0 : number;
    }

    /** Sends events, as many at once as a transaction takes, which is faster than one by one. */
    private void send(int events, Payload value) {
        String executionId = status().executionId();
        int some = InstanceStore.MAX_CHANGES - 1;
        int left = events;
        while (left > 0) {
            List<RowChange> changes = new ArrayList<>();
            changes.add(new RowChange.TouchGate(executionId, null));
            int length = 0;
            for (int i = 0; i < Math.min(left, some) && length < InstanceStore.MAX_WRITE_LENGTH; i++) {
                int number = sent++;
                changes.add(new RowChange.InsertInbox(new InboxRow(
                        executionId, String.format("%020d", number), number, new InboxItem.Event("go", value))));
                length += ((Payload.Inline) value).json().length();
            }
            assertThat(hub.ports.instances().write("job", changes)).isInstanceOf(WriteOutcome.Written.class);
            left -= changes.size() - 1;
        }
        hub.ports.queue().put(WorkMessage.wake("job", executionId, null), Duration.ZERO);
        hub.run();
    }

    private static Object sumOfEvents(OrchestrationContext context) {
        int sum = 0;
        for (int i = number(context.getInput(Integer.class)); i > 0; i--) {
            Object value = context.waitForExternalEvent("go", Object.class).await();
            sum += value instanceof Integer one ? one : String.valueOf(value).length();
        }
        return sum;
    }

    @Test
    void tenThousandEventsAreProcessedByOneExecution() {
        hub.registry.orchestrator("Sum", () -> LargeExecutions::sumOfEvents);
        start("Sum", 10_000);
        send(5_000, new Payload.Inline("1"));
        assertThat(hub.ports.instances().loadWithoutJournal("job").inbox()).isEmpty();
        assertThat(status().status()).isEqualTo(RuntimeStatus.RUNNING);
        send(5_000, new Payload.Inline("2"));
        assertCompletedWith("15000");
    }

    @Test
    void inboxOfMoreThanATransactionIsProcessed() {
        hub.registry.orchestrator("Sum", () -> LargeExecutions::sumOfEvents);
        start("Sum", 180);
        String text = "x".repeat(Payloads.INLINE_LIMIT - 2);
        send(90, new Payload.Inline("\"" + text + "\""));
        assertThat(hub.ports.instances().loadWithoutJournal("job").inbox()).isEmpty();
        send(90, new Payload.Inline("\"" + text + "\""));
        assertCompletedWith(String.valueOf(180 * text.length()));
    }

    @Test
    void journalOfMoreThanAPageIsReplayed() {
        hub.registry
                .orchestrator("Chain", () -> context -> {
                    int sum = 0;
                    for (int i = number(context.getInput(Integer.class)); i > 0; i--) {
                        sum += number(
                                context.callActivity("Same", i, Integer.class).await());
                    }
                    return sum
                            + number(context.waitForExternalEvent("go", Integer.class)
                                    .await());
                })
                .activity("Same", () -> context -> context.getInput(Integer.class));
        start("Chain", 1_050);
        assertThat(hub.ports.instances().load("job").journal()).hasSizeGreaterThan(1_000);
        send(1, new Payload.Inline("1"));
        assertCompletedWith(String.valueOf(1_050 * 1_051 / 2 + 1));
    }

    @Test
    void resultsOfAMegabyteComeThrough() {
        String text = "ß".repeat(1 << 20);
        hub.registry
                .orchestrator("Large", () -> context -> {
                    List<Task<String>> tasks = new ArrayList<>();
                    for (int i = number(context.getInput(Integer.class)); i > 0; i--) {
                        tasks.add(context.callActivity("Text", null, String.class));
                    }
                    context.allOf(tasks).await();
                    context.waitForExternalEvent("go").await();
                    return IntStream.range(0, tasks.size())
                            .filter(i -> text.equals(tasks.get(i).await()))
                            .count();
                })
                .activity("Text", () -> context -> text);
        start("Large", 8);
        send(1, new Payload.Inline("1"));
        assertCompletedWith("8");
    }
}
