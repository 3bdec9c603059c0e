package dev.soliton.azure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.soliton.client.OrchestrationClient;
import dev.soliton.client.StartOutcome;
import dev.soliton.client.StartRequest;
import dev.soliton.orchestration.Registry;
import dev.soliton.store.Payloads;
import dev.soliton.store.Storage;
import dev.soliton.store.Waits;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A start through the real clients, each of whose requests in turn loses its way there or back. */
@Tag("integration")
final class StartOnAzuriteIT {
    /** Large enough for a blob: the start is check, payload, message, insert. */
    private static final String INPUT = "\"" + "x".repeat(20_000) + "\"";

    private final FaultyWire wire = new FaultyWire();
    private final Registry registry = new Registry().orchestrator("Job", () -> context -> null);
    private final OrchestrationClient client = client(AzuriteAccount.through(wire), AzuriteAccount.freshHub());

    private OrchestrationClient client(StorageAccount account, String hub) {
        Storage storage = new Storage(
                new TableInstanceStore(account, hub),
                new StorageWorkQueue(account, hub),
                new Payloads(new BlobPayloadStore(account, hub), StartOnAzuriteIT::newId, 1 << 20));
        return new OrchestrationClient(
                storage,
                new TableInstanceCatalog(account, hub),
                registry,
                InstantSource.system(),
                StartOnAzuriteIT::newId,
                new NoWaits());
    }

    private static String newId() {
        return UUID.randomUUID().toString();
    }

    /** Makes the table, the queue and the container. */
    @BeforeEach
    void setUp() {
        assertThat(client.start(new StartRequest("Job", "first", INPUT))).isInstanceOf(StartOutcome.Started.class);
        wire.requests();
    }

    @ParameterizedTest
    @CsvSource({"0, GET", "1, PUT", "2, POST", "3, POST"})
    void winnerLearnsThatItWonWhateverIsLost(int request, String method) {
        for (FaultyWire.Fault fault : new FaultyWire.Fault[] {
            new FaultyWire.Fault.LostAnswer(), new FaultyWire.Fault.LostRequest(new IOException("on purpose"))
        }) {
            String id = "job-" + request + "-" + fault.getClass().getSimpleName();
            wire.requests();
            wire.next(request, new FaultyWire.Fault.None());
            wire.next(1, fault);
            StartOutcome outcome = client.start(new StartRequest("Job", id, INPUT));
            assertThat(wire.requests().get(request)).startsWith(method + " ");
            assertThat(outcome)
                    .isInstanceOfSatisfying(StartOutcome.Started.class, started -> assertThat(client.status(id, true))
                            .hasValueSatisfying(instance -> {
                                assertThat(instance.executionId()).isEqualTo(started.executionId());
                                assertThat(instance.input()).isEqualTo(INPUT);
                            }));
            assertThat(client.start(new StartRequest("Job", id, null))).isInstanceOf(StartOutcome.Rejected.class);
        }
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
