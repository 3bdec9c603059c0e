package dev.soliton.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.soliton.client.Instance;
import dev.soliton.client.StartRequest;
import dev.soliton.store.ForwardingInstanceStore;
import dev.soliton.store.InstanceRow;
import dev.soliton.store.InstanceStore;
import dev.soliton.store.JournalRow;
import dev.soliton.store.Partition;
import dev.soliton.store.RowChange;
import dev.soliton.store.RuntimeStatus;
import dev.soliton.store.StorageException;
import dev.soliton.store.Versioned;
import dev.soliton.store.WorkMessage;
import dev.soliton.store.WorkMessageJson;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A version of the app that is rolled back, and meets what the newer one wrote. */
final class NewerVersionTest {
    private final EngineFixture hub = new EngineFixture();
    private final Engine worker = hub.worker();

    @BeforeEach
    void start() {
        hub.registry.orchestrator(
                "Actor",
                () -> context ->
                        context.waitForExternalEvent("add", String.class).await());
        hub.client.start(new StartRequest("Actor", "actor", null));
        hub.drainNow(worker);
    }

    @AfterEach
    void close() {
        hub.close();
    }

    private Instance status() {
        return hub.client.status("actor", false).orElseThrow();
    }

    private void replace(JournalRow row, String events) {
        hub.instances.write("actor", List.of(new RowChange.DeleteJournal(row.key(), row.number())));
        hub.instances.write(
                "actor", List.of(new RowChange.InsertJournal(new JournalRow(row.key(), row.number(), events))));
    }

    @Test
    void instanceWithAnEventOfANewerVersionWaitsForThatVersionAndSaysSo() {
        JournalRow row = hub.instances.load("actor").journal().get(0);
        replace(
                row,
                row.events().substring(0, row.events().length() - 1)
                        + ",{\"type\":\"LockAcquired\",\"at\":\"2030-01-01T00:00:00Z\"}]");
        hub.client.raiseEvent("actor", "add", "\"x\"", null);
        hub.drainNow(worker);
        assertThat(status().status()).as("%s", status()).isEqualTo(RuntimeStatus.RUNNING);
        assertThat(status().reason())
                .contains("'LockAcquired'", "does not know")
                .doesNotContain("jackson");
        replace(row, row.events());
        hub.drain(worker);
        assertThat(status().status()).isEqualTo(RuntimeStatus.COMPLETED);
        assertThat(status().output()).isEqualTo("\"x\"");
    }

    @Test
    void instanceWithAnEventOfANewerVersionCanBeTerminated() {
        JournalRow row = hub.instances.load("actor").journal().get(0);
        replace(row, "[{\"type\":\"LockAcquired\",\"at\":\"2030-01-01T00:00:00Z\"}]");
        hub.client.terminate("actor", "enough", false);
        hub.drainNow(worker);
        assertThat(status().status()).isEqualTo(RuntimeStatus.TERMINATED);
    }

    /** What it has called and sent is in events that this version knows, and nobody else would see to it. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void terminatedInstanceOfANewerVersionDeliversItsCallsAndEvents(boolean recursive) {
        hub.registry
                .orchestrator("Caller", () -> context -> {
                    context.sendEvent("actor", "add", "sent");
                    context.callSubOrchestrator("Child", null, "child").await();
                    return null;
                })
                .orchestrator(
                        "Child",
                        () -> context -> context.waitForExternalEvent("never", String.class)
                                .await());
        hub.client.start(new StartRequest("Caller", "caller", null));
        // Its worker dies when what is to be sent and called is written down, and nothing is sent or called.
        hub.drainNow(hub.worker((InstanceStore store) -> new ForwardingInstanceStore(store) {
            @Override
            public Optional<Versioned<InstanceRow>> findRow(String instanceId) {
                throw new StorageException("gone", null);
            }

            @Override
            public Partition loadWithoutJournal(String instanceId) {
                throw new StorageException("gone", null);
            }
        }));
        JournalRow row = hub.instances.load("caller").journal().get(0);
        assertThat(row.events()).contains("SubOrchestrationScheduled");
        hub.instances.write("caller", List.of(new RowChange.DeleteJournal(row.key(), row.number())));
        String newer =
                row.events().replaceFirst("^\\[", "[{\"type\":\"LockAcquired\",\"at\":\"2030-01-01T00:00:00Z\"},");
        hub.instances.write(
                "caller", List.of(new RowChange.InsertJournal(new JournalRow(row.key(), row.number(), newer))));
        hub.client.terminate("caller", "enough", recursive);
        hub.drain(hub.worker());
        assertThat(hub.client.status("caller", false).orElseThrow().status()).isEqualTo(RuntimeStatus.TERMINATED);
        assertThat(status().output()).isEqualTo("\"sent\"");
        assertThat(hub.client.status("child", false).map(Instance::status))
                .isEqualTo(recursive ? Optional.empty() : Optional.of(RuntimeStatus.RUNNING));
    }

    @Test
    void messageWithAReasonOfANewerVersionHasTheInstanceRead() {
        hub.client.raiseEvent("actor", "add", "\"x\"", null);
        String text = WorkMessageJson.write(hub.queue.receive().orElseThrow().message());
        WorkMessage newer = WorkMessageJson.parse(text.replace("\"wake\"", "\"unlock\""));
        worker.process(newer, hub.log);
        assertThat(status().output()).isEqualTo("\"x\"");
    }
}
