package dev.soliton.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.soliton.client.Instance;
import dev.soliton.client.StartRequest;
import dev.soliton.engine.runtime.TimeAndIds;
import dev.soliton.store.ForwardingInstanceStore;
import dev.soliton.store.InMemoryWorkQueue;
import dev.soliton.store.InvalidWriteException;
import dev.soliton.store.RowChange;
import dev.soliton.store.RuntimeStatus;
import dev.soliton.store.Storage;
import dev.soliton.store.WorkMessage;
import dev.soliton.store.WorkMessageJson;
import dev.soliton.store.WriteOutcome;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What becomes of messages that the host gave up. */
final class PoisonDrainTest {
    private final EngineFixture hub = new EngineFixture();
    private final PoisonDrain drain =
            new PoisonDrain(hub.storage, hub.payloads, new TimeAndIds(hub.clock, () -> "id", hub.waits()));

    @BeforeEach
    void register() {
        hub.registry.orchestrator("Job", () -> context -> "done");
    }

    @AfterEach
    void close() {
        hub.close();
    }

    private WorkMessage started() {
        hub.client.start(new StartRequest("Job", "job", null));
        InMemoryWorkQueue.Delivery delivery = hub.queue.receive().orElseThrow();
        hub.queue.delete(delivery);
        return delivery.message();
    }

    private Instance status() {
        return hub.client.status("job", false).orElseThrow();
    }

    private void drain(WorkMessage message) {
        drain.drain(WorkMessageJson.write(message), "poisoned-1", hub.log);
    }

    @Test
    void messageIsPutAgainLaterAndLaterAndThenItsInstanceFailsWithTheReason() {
        WorkMessage message = started();
        List<Duration> delays = new ArrayList<>();
        while (message.givenUp() < 3) {
            Instant before = hub.clock.instant();
            drain(message);
            Instant visible = hub.queue.nextVisibleAt().orElseThrow();
            delays.add(Duration.between(before, visible));
            hub.clock.advance(Duration.between(before, visible));
            InMemoryWorkQueue.Delivery again = hub.queue.receive().orElseThrow();
            hub.queue.delete(again);
            message = again.message();
            assertThat(status().status()).isEqualTo(RuntimeStatus.PENDING);
        }
        assertThat(delays).containsExactly(Duration.ofMinutes(1), Duration.ofMinutes(4), Duration.ofMinutes(16));

        drain(message);
        // Twice is once: the host may deliver a poisoned message again.
        drain(message);
        hub.drain(hub.worker());
        assertThat(status().status()).isEqualTo(RuntimeStatus.FAILED);
        assertThat(status().output()).contains("GivenUp", "again and again");
    }

    @Test
    void instanceThatGoesOnInBetweenIsNotFailed() {
        WorkMessage message = started();
        drain(message);
        hub.drain(hub.worker());
        assertThat(status().status()).isEqualTo(RuntimeStatus.COMPLETED);
    }

    @Test
    void startWhoseRowIsNotThereIsNeverDropped() {
        WorkMessage message = started();
        WorkMessage lost = WorkMessage.start("nobody", "execution", Objects.requireNonNull(message.base()));
        for (int givenUp = 0; givenUp < 10; givenUp++) {
            drain(lost);
            InMemoryWorkQueue.Delivery again;
            hub.clock.advance(Duration.between(
                    hub.clock.instant(), hub.queue.nextVisibleAt().orElseThrow()));
            again = hub.queue.receive().orElseThrow();
            hub.queue.delete(again);
            lost = again.message();
        }
        // Only a turn drops it, which buries it first.
        hub.queue.put(lost, Duration.ZERO);
        hub.drain(hub.worker());
        assertThat(hub.instances
                        .load("nobody")
                        .gate("execution")
                        .orElseThrow()
                        .row()
                        .tombstone())
                .isTrue();
    }

    @Test
    void textThatIsNoMessageIsKept() {
        drain.drain("hello", "poisoned-2", hub.log);
        assertThat(hub.payloads.names()).singleElement().asString().matches("unreadable/[0-9a-f]{32}\\.txt");
        assertThat(hub.payloads.get(hub.payloads.names().iterator().next())).isEqualTo("hello");
        assertThat(hub.queue.messages()).isEmpty();
    }

    /** What the host takes for a message's ID may come from its text. */
    @Test
    void textsThatNameThemselvesAreKeptApartAndInTheirPlace() {
        for (String text : List.of("{\"id\":\"x\",\"n\":1}", "{\"id\":\"x\",\"n\":2}")) {
            drain.drain(text, "../../x\u0000", hub.log);
            drain.drain(text, "../../x\u0000", hub.log);
        }
        assertThat(hub.payloads.names()).hasSize(2).allSatisfy(name -> assertThat(name)
                .matches("unreadable/[0-9a-f]{32}\\.txt"));
    }

    @Test
    void messageThatTheStorageCallsInvalidIsKept() {
        Storage refusing = hub.storage(new ForwardingInstanceStore(hub.instances) {
            @Override
            public WriteOutcome write(String instanceId, List<RowChange> changes) {
                throw new InvalidWriteException(instanceId, new IllegalStateException("400"));
            }
        });
        WorkMessage message = started();
        while (message.givenUp() < 3) {
            message = message.afterFailures();
        }
        new PoisonDrain(refusing, hub.payloads, new TimeAndIds(hub.clock, () -> "id", hub.waits()))
                .drain(WorkMessageJson.write(message), "poisoned-3", hub.log);
        assertThat(hub.payloads.names()).hasSize(1);
        assertThat(hub.queue.messages()).isEmpty();
    }
}
