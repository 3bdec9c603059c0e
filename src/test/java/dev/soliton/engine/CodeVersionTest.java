package dev.soliton.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.soliton.client.Instance;
import dev.soliton.client.StartRequest;
import dev.soliton.engine.turn.TurnOutcome;
import dev.soliton.orchestration.OrchestrationContext;
import dev.soliton.orchestration.Orchestrator;
import dev.soliton.orchestration.Registry;
import dev.soliton.store.InMemoryWorkQueue;
import dev.soliton.store.InstanceRow;
import dev.soliton.store.RowChange;
import dev.soliton.store.RuntimeStatus;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Orchestrators of which several versions are registered: which of them runs an execution, from its beginning to its end. */
final class CodeVersionTest {
    private final EngineFixture hub = new EngineFixture();

    @AfterEach
    void close() {
        hub.close();
    }

    /** Waits for an event, calls as many activities as its version says, and continues as new when it is told so. */
    private static Orchestrator ofVersion(int version) {
        return context -> {
            String event = context.waitForExternalEvent("go", String.class).await();
            for (int call = 0; call < version; call++) {
                context.callActivity("Step").await();
            }
            if ("again".equals(event)) {
                context.continueAsNew(null);
            }
            return version + " " + event;
        };
    }

    private static Registry app(int... versions) {
        Registry app = new Registry().activity("Step", () -> activity -> null);
        var job = app.orchestrator("Job");
        for (int version : versions) {
            job.version(version, () -> ofVersion(version));
        }
        return app;
    }

    private void start(String id) {
        hub.registry.orchestrator("Job", () -> OrchestrationContext::getName);
        hub.client.start(new StartRequest("Job", id, null));
    }

    private void raise(String id, String event) {
        hub.client.raiseEvent(id, "go", '"' + event + '"', null);
    }

    private Instance status(String id) {
        return hub.client.status(id, false).orElseThrow();
    }

    private @Nullable Integer recorded(String id) {
        return hub.instances.findRow(id).orElseThrow().row().progress().codeVersion();
    }

    @Test
    void executionKeepsTheVersionWithWhichItBegan() {
        start("job");
        hub.drainNow(hub.worker(app(1)));
        assertThat(recorded("job")).isEqualTo(1);
        raise("job", "x");
        hub.drain(hub.worker(app(1, 2)));
        assertThat(status("job").output()).isEqualTo("\"1 x\"");
    }

    @Test
    void newExecutionTakesTheNewestVersion() {
        start("job");
        raise("job", "x");
        hub.drain(hub.worker(app(2, 1)));
        assertThat(status("job").output()).isEqualTo("\"2 x\"");
        assertThat(recorded("job")).isEqualTo(2);
    }

    @Test
    void nextGenerationTakesTheNewestVersion() {
        start("job");
        hub.drainNow(hub.worker(app(1)));
        raise("job", "again");
        hub.drainNow(hub.worker(app(1, 3)));
        assertThat(recorded("job")).isEqualTo(3);
        raise("job", "x");
        hub.drain(hub.worker(app(1, 3)));
        assertThat(status("job").output()).isEqualTo("\"3 x\"");
    }

    /** The turn is over when the generation begins, so that the write that begins it is made without its code. */
    @Test
    void nextGenerationThatALateTurnLeavesToAnotherTakesTheNewestVersion() {
        Registry slow = new Registry().activity("Step", () -> activity -> {
            hub.clock.advance(Duration.ofMinutes(5));
            return null;
        });
        slow.orchestrator("Job").version(1, () -> ofVersion(1)).version(3, () -> ofVersion(3));
        start("job");
        hub.drainNow(hub.worker(app(1)));
        raise("job", "again");
        InMemoryWorkQueue.Delivery delivery = hub.queue.receive().orElseThrow();
        assertThat(hub.worker(slow).process(delivery.message(), hub.log)).isEqualTo(TurnOutcome.HANDED_OFF);
        hub.queue.delete(delivery);
        assertThat(hub.instances.findRow("job").orElseThrow().row().key().generation())
                .isEqualTo(1);
        assertThat(recorded("job")).isEqualTo(3);
    }

    @Test
    void nextGenerationKeepsItsVersionWhereItIsToldSo() {
        start("job");
        hub.drainNow(hub.worker(app(1)));
        Registry keeping = app(1, 3);
        keeping.versions("Job").orElseThrow().keptOnContinueAsNew();
        raise("job", "again");
        hub.drainNow(hub.worker(keeping));
        assertThat(recorded("job")).isEqualTo(1);
        raise("job", "x");
        hub.drain(hub.worker(keeping));
        assertThat(status("job").output()).isEqualTo("\"1 x\"");
    }

    @Test
    void olderProcessLeavesAnExecutionOfANewerVersionAlone() {
        start("job");
        hub.drainNow(hub.worker(app(1, 2)));
        raise("job", "x");
        hub.drainNow(hub.worker(app(1)));
        assertThat(status("job").status()).isEqualTo(RuntimeStatus.RUNNING);
        assertThat(status("job").owner()).isNull();
        assertThat(status("job").reason())
                .isEqualTo("Version 2 of the orchestrator 'Job' is not registered in this version of the app, which has"
                        + " [1].");
        hub.drain(hub.worker(app(1, 2)));
        assertThat(status("job").output()).isEqualTo("\"2 x\"");
        assertThat(status("job").reason()).isNull();
    }

    @Test
    void executionOfAVersionThatIsGoneCanBeTerminated() {
        start("job");
        hub.drainNow(hub.worker(app(1)));
        hub.client.terminate("job", "enough", false);
        hub.drainNow(hub.worker(app(2)));
        assertThat(status("job").status()).isEqualTo(RuntimeStatus.TERMINATED);
    }

    /** What began before there were numbers is of version 1. */
    @Test
    void executionWithoutARecordedVersionThatHasBegunIsOfVersionOne() {
        start("job");
        hub.drainNow(hub.worker(app(1)));
        var found = hub.instances.findRow("job").orElseThrow();
        InstanceRow row = found.row();
        InstanceRow older = row.at(
                0,
                new InstanceRow.Progress(
                        row.progress().journalRows(),
                        row.progress().delivered(),
                        row.progress().nextDue(),
                        null));
        hub.instances.write("job", List.of(new RowChange.ReplaceInstance(older, found.etag())));
        raise("job", "x");
        hub.drain(hub.worker(app(1, 2)));
        assertThat(status("job").output()).isEqualTo("\"1 x\"");
    }

    @Test
    void subOrchestrationBeginsWithTheNewestVersion() {
        Registry app = new Registry()
                .orchestrator(
                        "Job",
                        () -> context -> context.callSubOrchestrator("Part", null, String.class)
                                .await());
        app.orchestrator("Part").version(1, () -> context -> "old").version(2, () -> context -> "new");
        start("job");
        hub.drain(hub.worker(app));
        assertThat(status("job").output()).isEqualTo("\"new\"");
    }

    @Test
    void versionsThatCannotBeAreRefused() {
        var job = new Registry().orchestrator("Job");
        job.version(2, () -> ofVersion(2));
        assertThatThrownBy(() -> job.version(0, () -> ofVersion(0))).hasMessageContaining("begin with 1");
        assertThatThrownBy(() -> job.version(2, () -> ofVersion(2))).hasMessageContaining("two of version 2");
        assertThat(job.numbers()).containsExactly(2);
    }

    @Test
    void orchestratorWithoutAVersionIsNotRegistered() {
        Registry app = new Registry();
        app.orchestrator("Job");
        assertThat(app.hasOrchestrator("Job")).isFalse();
        assertThat(app.orchestrators()).isEmpty();
    }
}
