package dev.soliton.azure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.soliton.client.OrchestrationClient;
import dev.soliton.client.OutcomeUnknownException;
import dev.soliton.client.SignalOutcome;
import dev.soliton.client.StartRequest;
import dev.soliton.orchestration.Registry;
import dev.soliton.store.InboxEntry;
import dev.soliton.store.InboxItem.Event;
import dev.soliton.store.InboxItem.Suspend;
import dev.soliton.store.InstanceRow;
import dev.soliton.store.InstanceStore;
import dev.soliton.store.Partition;
import dev.soliton.store.Payload;
import dev.soliton.store.Payloads;
import dev.soliton.store.RowChange;
import dev.soliton.store.RuntimeStatus;
import dev.soliton.store.Storage;
import dev.soliton.store.Versioned;
import dev.soliton.store.Waits;
import dev.soliton.store.WriteOutcome;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Events and operations on Azurite, with each of their requests or answers lost once. */
@Tag("integration")
final class SignalsOnAzuriteIT {
    private final FaultyWire wire = new FaultyWire();
    private final String hub = AzuriteAccount.freshHub();
    private final InstanceStore rows = new TableInstanceStore(AzuriteAccount.shared(), hub);
    private final OrchestrationClient client = client();

    /** A client that knows nothing yet. */
    private OrchestrationClient client() {
        StorageAccount account = AzuriteAccount.through(wire);
        Storage storage = new Storage(
                new TableInstanceStore(account, hub),
                new StorageWorkQueue(account, hub),
                new Payloads(new BlobPayloadStore(account, hub), SignalsOnAzuriteIT::newId, 1 << 20));
        Registry registry = new Registry().orchestrator("Job", () -> context -> null);
        return new OrchestrationClient(
                storage,
                new TableInstanceCatalog(account, hub),
                registry,
                InstantSource.system(),
                SignalsOnAzuriteIT::newId,
                new NoWaits());
    }

    private static String newId() {
        return UUID.randomUUID().toString();
    }

    @BeforeEach
    void setUp() {
        client.start(new StartRequest("Job", "x", null));
        wire.requests();
    }

    private List<InboxEntry> inbox() {
        return rows.loadWithoutJournal("x").inbox();
    }

    private void end() {
        Partition seen = rows.loadWithoutJournal("x");
        Versioned<InstanceRow> found = seen.instance().orElseThrow();
        InstanceRow row = found.row();
        InstanceRow ended =
                row.changed(RuntimeStatus.TERMINATED, row.ownership(), row.values(), row.updatedAt(), newId());
        String executionId = row.key().executionId();
        RowChange gate = new RowChange.DeleteGate(
                executionId, seen.gate(executionId).orElseThrow().etag());
        assertThat(rows.write("x", List.of(new RowChange.ReplaceInstance(ended, found.etag()), gate)))
                .isInstanceOf(WriteOutcome.Written.class);
    }

    @ParameterizedTest
    @CsvSource({"0, GET", "1, POST", "2, POST"})
    void eventWithAnIdArrivesOnceWhateverIsLost(int request, String method) {
        int events = 0;
        for (FaultyWire.Fault fault : new FaultyWire.Fault[] {
            new FaultyWire.Fault.LostAnswer(), new FaultyWire.Fault.LostRequest(new IOException("on purpose"))
        }) {
            OrchestrationClient fresh = client();
            String eventId = "event " + ++events;
            wire.requests();
            wire.next(request, new FaultyWire.Fault.None());
            wire.next(1, fault);
            assertThat(fresh.raiseEvent("x", "go", "1", eventId)).isInstanceOf(SignalOutcome.Accepted.class);
            assertThat(wire.requests().get(request)).startsWith(method + " ");
            assertThat(client.raiseEvent("x", "go", "1", eventId)).isInstanceOf(SignalOutcome.Accepted.class);
            assertThat(inbox()).hasSize(events);
        }
    }

    @Test
    void eventToAKnownExecutionCostsTwoRequests() {
        client.raiseEvent("x", "first", null, null);
        wire.requests();
        client.raiseEvent("x", "go", "{\"n\":1}", "an id");
        assertThat(wire.requests())
                .hasSize(2)
                .satisfiesExactly(
                        write -> assertThat(write).startsWith("POST ").contains("$batch"),
                        wake -> assertThat(wake).startsWith("POST ").contains("/messages"));
        assertThat(inbox())
                .extracting(entry -> entry.row().item())
                .containsExactly(new Event("first", null), new Event("go", new Payload.Inline("{\"n\":1}")));
    }

    @Test
    void eventWithoutIdWhoseAnswerIsLostIsFoundAndNotSentAgain() {
        wire.next(1, new FaultyWire.Fault.LostAnswer());
        assertThat(client.raiseEvent("x", "go", null, null)).isInstanceOf(SignalOutcome.Accepted.class);
        assertThat(inbox()).hasSize(1);
        wire.next(1, new FaultyWire.Fault.LostRequest(new IOException("on purpose")));
        assertThatThrownBy(() -> client.raiseEvent("x", "go", null, null)).isInstanceOf(OutcomeUnknownException.class);
        assertThat(inbox()).hasSize(1);
    }

    @Test
    void operationWhoseRequestIsLostIsSentAgain() {
        wire.next(1, new FaultyWire.Fault.LostRequest(new IOException("on purpose")));
        assertThat(client.suspend("x", "why")).isInstanceOf(SignalOutcome.Accepted.class);
        assertThat(inbox()).extracting(entry -> entry.row().item()).containsExactly(new Suspend("why"));
    }

    @Test
    void knownExecutionThatHasEndedAcceptsOnlyWhatItHadAccepted() {
        client.raiseEvent("x", "go", null, "an id");
        end();
        assertThat(client.raiseEvent("x", "go", null, "another id")).isInstanceOf(SignalOutcome.Ended.class);
        assertThat(client.terminate("x", null)).isInstanceOf(SignalOutcome.Ended.class);
        assertThat(client.raiseEvent("x", "go", null, "an id")).isInstanceOf(SignalOutcome.Accepted.class);
        assertThat(client().raiseEvent("x", "go", null, "an id")).isInstanceOf(SignalOutcome.Accepted.class);
        assertThat(inbox()).hasSize(1);
    }

    /** Pauses for nothing. */
    private static final class NoWaits implements Waits {
        @Override
        public Duration elapsed() {
            return Duration.ofNanos(System.nanoTime());
        }

        @Override
        public void pause(Duration time) {}

        @Override
        public <T> @Nullable T take(BlockingQueue<T> queue, Duration limit) {
            return queue.poll();
        }
    }
}
