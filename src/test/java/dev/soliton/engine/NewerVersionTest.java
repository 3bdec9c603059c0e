package dev.soliton.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.soliton.instance.Instance;
import dev.soliton.instance.JournalRow;
import dev.soliton.instance.RowChange;
import dev.soliton.instance.RuntimeStatus;
import dev.soliton.instance.StartRequest;
import dev.soliton.instance.WorkMessage;
import dev.soliton.instance.WorkMessageJson;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

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

    /** Only a version that can read the journal knows which they are. */
    @Test
    void instanceOfANewerVersionThatIsToTakeItsSubOrchestrationsAlongWaitsForThatVersion() {
        JournalRow row = hub.instances.load("actor").journal().get(0);
        replace(row, "[{\"type\":\"LockAcquired\",\"at\":\"2030-01-01T00:00:00Z\"}]");
        hub.client.terminate("actor", "enough", true);
        hub.drainNow(worker);
        assertThat(status().status()).isEqualTo(RuntimeStatus.RUNNING);
        assertThat(status().reason()).contains("'LockAcquired'");
        replace(row, row.events());
        hub.drain(worker);
        assertThat(status().status()).isEqualTo(RuntimeStatus.TERMINATED);
    }

    @Test
    void messageWithAReasonOfANewerVersionHasTheInstanceLookedAt() {
        hub.client.raiseEvent("actor", "add", "\"x\"", null);
        String text = WorkMessageJson.write(hub.queue.receive().orElseThrow().message());
        WorkMessage newer = WorkMessageJson.parse(text.replace("\"wake\"", "\"unlock\""));
        worker.process(newer, hub.log);
        assertThat(status().output()).isEqualTo("\"x\"");
    }
}
