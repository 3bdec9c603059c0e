package dev.soliton.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.soliton.client.Instance;
import dev.soliton.client.StartRequest;
import dev.soliton.orchestration.TaskFailedException;
import dev.soliton.store.ForwardingInstanceStore;
import dev.soliton.store.InMemoryWorkQueue;
import dev.soliton.store.InstanceStore;
import dev.soliton.store.RowChange;
import dev.soliton.store.RuntimeStatus;
import dev.soliton.store.WriteOutcome;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Steps that have so much to write that a turn does not get through with them before the host ends its process. */
final class LongTurnTest {
    private static final int MANY = 700;

    private final EngineFixture hub = new EngineFixture();

    @AfterEach
    void close() {
        hub.close();
    }

    private Instance status(String id) {
        return hub.client.status(id, false).orElseThrow();
    }

    /** A worker whose writes take a second each. */
    private Engine slowWorker() {
        return hub.worker((InstanceStore store) -> new ForwardingInstanceStore(store) {
            @Override
            public WriteOutcome write(String instanceId, List<RowChange> changes) {
                hub.clock.advance(Duration.ofSeconds(1));
                return super.write(instanceId, changes);
            }
        });
    }

    /** Has the worker do what there is to do for that instance; how long each of its turns took. */
    private List<Duration> turns(Engine worker, String id) {
        List<Duration> turns = new ArrayList<>();
        for (Optional<InMemoryWorkQueue.Delivery> next = hub.queue.receive();
                next.isPresent();
                next = hub.queue.receive()) {
            if (next.get().message().instanceId().equals(id)) {
                Instant begun = hub.clock.instant();
                worker.process(next.get().message(), hub.log);
                turns.add(Duration.between(begun, hub.clock.instant()));
            }
            hub.queue.delete(next.get());
        }
        return turns;
    }

    private void assertThatNoneMeetsTheFunctionTimeout(List<Duration> turns) {
        assertThat(turns).hasSizeGreaterThan(1).allSatisfy(turn -> assertThat(turn)
                .isLessThan(EngineFixture.LIMITS.deadline()));
    }

    @Test
    void stepThatSendsMuchHandsOffAndKeepsWhatItSent() {
        hub.registry
                .orchestrator(
                        "Target",
                        () -> context -> context.waitForExternalEvent("never").await())
                .orchestrator("Sender", () -> context -> {
                    for (int i = 0; i < MANY; i++) {
                        context.sendEvent("target", "e", i);
                    }
                    return "sent";
                });
        hub.client.start(new StartRequest("Target", "target", null));
        hub.drainNow(hub.worker());
        hub.client.start(new StartRequest("Sender", "sender", null));
        assertThatNoneMeetsTheFunctionTimeout(turns(slowWorker(), "sender"));
        assertThat(status("sender").status()).isEqualTo(RuntimeStatus.COMPLETED);
        assertThat(hub.instances.load("target").inbox()).hasSize(MANY);
    }

    @Test
    void stepThatStartsManyChildrenHandsOffAndStartsEachOnce() {
        hub.registry.orchestrator("Child", () -> context -> null).orchestrator("Parent", () -> context -> {
            for (int i = 0; i < MANY; i++) {
                context.callSubOrchestrator("Child", null, "child-" + i, Void.class);
            }
            return context.waitForExternalEvent("go").await();
        });
        hub.client.start(new StartRequest("Parent", "parent", null));
        assertThatNoneMeetsTheFunctionTimeout(turns(slowWorker(), "parent"));
        assertThat(status("parent").status()).isEqualTo(RuntimeStatus.RUNNING);
        assertThat(status("child-" + (MANY - 1)).status()).isEqualTo(RuntimeStatus.PENDING);
    }

    @Test
    void recursiveTerminationOfManyChildrenHandsOffAndGoesOnWhereItWas() {
        hub.registry
                .orchestrator(
                        "Child",
                        () -> context -> context.waitForExternalEvent("never").await())
                .orchestrator("Parent", () -> context -> {
                    for (int i = 0; i < MANY; i++) {
                        context.callSubOrchestrator("Child", null, "child-" + i, Void.class);
                    }
                    return context.waitForExternalEvent("never").await();
                });
        hub.client.start(new StartRequest("Parent", "parent", null));
        hub.drainNow(hub.worker());
        assertThat(status("child-0").status()).isEqualTo(RuntimeStatus.RUNNING);
        hub.client.terminate("parent", "enough", true);
        assertThatNoneMeetsTheFunctionTimeout(turns(slowWorker(), "parent"));
        assertThat(status("parent").status()).isEqualTo(RuntimeStatus.TERMINATED);
        assertThat(hub.instances.load("child-0").inbox()).hasSize(1);
        assertThat(hub.instances.load("child-" + (MANY - 1)).inbox()).hasSize(1);
    }

    @Test
    void turnThatContinuesAsNewWithoutWaitingHandsOff() {
        hub.registry.orchestrator("Loop", () -> context -> {
            int round = Objects.requireNonNull(context.getInput(Integer.class));
            if (round < MANY) {
                context.continueAsNew(round + 1);
            }
            return round;
        });
        hub.client.start(new StartRequest("Loop", "loop", "0"));
        assertThatNoneMeetsTheFunctionTimeout(turns(slowWorker(), "loop"));
        assertThat(status("loop").output()).isEqualTo(String.valueOf(MANY));
    }

    @Test
    void failureToStartAChildIsReportedAlsoIfTheTurnEndsBefore() {
        hub.registry.orchestrator("Parent", () -> context -> {
            for (int i = 0; i < 2; i++) {
                try {
                    context.callSubOrchestrator("Nobody", null, "nobody-" + i, Void.class)
                            .await();
                } catch (TaskFailedException expected) {
                    context.callActivity("Note");
                }
            }
            return "told";
        });
        hub.registry.activity("Note", () -> context -> null);
        Engine[] worker = new Engine[1];
        boolean[] first = {true};
        worker[0] = hub.worker((InstanceStore store) -> new ForwardingInstanceStore(store) {
            @Override
            public WriteOutcome write(String instanceId, List<RowChange> changes) {
                WriteOutcome outcome = super.write(instanceId, changes);
                if (first[0] && changes.stream().anyMatch(RowChange.InsertJournal.class::isInstance)) {
                    first[0] = false;
                    hub.clock.advance(EngineFixture.LIMITS.turn().plusSeconds(1));
                }
                return outcome;
            }
        });
        hub.client.start(new StartRequest("Parent", "parent", null));
        hub.drain(worker[0]);
        assertThat(status("parent").output()).isEqualTo("\"told\"");
    }
}
