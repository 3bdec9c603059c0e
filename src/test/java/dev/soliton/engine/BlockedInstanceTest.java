package dev.soliton.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.soliton.client.StartRequest;
import dev.soliton.orchestration.Registry;
import dev.soliton.store.ForwardingInstanceStore;
import dev.soliton.store.InMemoryWorkQueue;
import dev.soliton.store.InstanceStore;
import dev.soliton.store.Partition;
import dev.soliton.store.RuntimeStatus;
import dev.soliton.store.UnreadableRowException;
import dev.soliton.store.WorkMessage;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What waits for people costs a look each half minute, however much comes in for it meanwhile, and loses nothing. */
final class BlockedInstanceTest {
    private final EngineFixture hub = new EngineFixture();
    private final ExecutorService others = Executors.newCachedThreadPool();
    private boolean edited;
    private int reads;

    @BeforeEach
    void register() {
        hub.registry.orchestrator("Actor", () -> context -> {
            int sum = 0;
            for (int events = 0; events < 100; events++) {
                sum += Objects.requireNonNull(
                        context.waitForExternalEvent("add", Integer.class).await());
            }
            context.createTimer(Duration.ofHours(2)).await();
            return sum;
        });
    }

    @AfterEach
    void close() {
        others.shutdownNow();
        hub.close();
    }

    private Engine without() {
        return hub.worker(
                hub.storage(counted(hub.instances)),
                new Registry().orchestrator("Other", () -> context -> "x"),
                others);
    }

    private InstanceStore counted(InstanceStore real) {
        return new ForwardingInstanceStore(real) {
            @Override
            public Partition load(String instanceId) {
                reads++;
                if (edited) {
                    throw new UnreadableRowException(instanceId, "inbox", "somebody edited it", null);
                }
                return super.load(instanceId);
            }
        };
    }

    private void serve(Duration time, Engine... workers) {
        Instant until = hub.clock.instant().plus(time);
        int turn = 0;
        while (hub.clock.instant().isBefore(until)) {
            for (Optional<InMemoryWorkQueue.Delivery> delivery = hub.queue.receive();
                    delivery.isPresent();
                    delivery = hub.queue.receive()) {
                workers[turn++ % workers.length].process(delivery.get().message(), hub.log);
                hub.queue.delete(delivery.get());
            }
            hub.clock.advance(Duration.ofSeconds(1));
        }
    }

    private void tenEventsAMinute(int minutes, Engine... workers) {
        for (int minute = 0; minute < minutes; minute++) {
            for (int event = 0; event < 10; event++) {
                hub.client.raiseEvent("actor", "add", "1", null);
            }
            serve(Duration.ofMinutes(1), workers);
        }
    }

    private void begun() {
        hub.client.start(new StartRequest("Actor", "actor", null));
        hub.drainNow(hub.worker());
    }

    @Test
    void instanceThatWaitsForItsOrchestratorHasOneMessage() {
        begun();
        tenEventsAMinute(10, without());
        assertThat(hub.queue.messages()).hasSize(1);
        assertThat(reads).as("reads in ten minutes").isLessThan(40);
        // The orchestrator is back.
        serve(Duration.ofHours(3), hub.worker());
        assertThat(hub.client.status("actor", true).orElseThrow().output()).isEqualTo("100");
    }

    @Test
    void processesThatDoNotKnowOfEachOtherLoseNothing() {
        begun();
        tenEventsAMinute(10, without(), without(), without());
        assertThat(hub.queue.messages()).hasSizeBetween(1, 3);
        serve(Duration.ofHours(3), hub.worker());
        assertThat(hub.client.status("actor", true).orElseThrow().output()).isEqualTo("100");
    }

    @Test
    void instanceThatCannotBeReadHasOneMessage() {
        begun();
        edited = true;
        tenEventsAMinute(10, without());
        assertThat(hub.queue.messages()).hasSize(1);
        assertThat(reads).as("reads in ten minutes").isLessThan(40);
        edited = false;
        serve(Duration.ofHours(3), hub.worker());
        assertThat(hub.client.status("actor", true).orElseThrow().output()).isEqualTo("100");
    }

    /** The row names the message for its timer; another one would not be put for it. */
    @Test
    void messageForATimerIsNotLostMeanwhile() {
        begun();
        for (int event = 0; event < 100; event++) {
            hub.client.raiseEvent("actor", "add", "1", null);
        }
        hub.drainNow(hub.worker());
        // Something comes in, so that it is looked at, and has to wait, before its timer is due.
        hub.client.raiseEvent("actor", "add", "1", null);
        serve(Duration.ofHours(1), without());
        serve(Duration.ofHours(2), hub.worker());
        assertThat(hub.client.status("actor", false).orElseThrow().status()).isEqualTo(RuntimeStatus.COMPLETED);
    }

    /** A process whose clock is behind lets the instance go and relies on it, since the timer is not due there yet. */
    @Test
    void messageOfATimerThatIsDueIsNotDroppedForAnother() {
        begun();
        for (int event = 0; event < 100; event++) {
            hub.client.raiseEvent("actor", "add", "1", null);
        }
        hub.drainNow(hub.worker());
        Engine without = without();
        hub.client.raiseEvent("actor", "add", "1", null);
        serve(Duration.ofMinutes(5), without);
        hub.clock.advance(Duration.ofHours(2));
        hub.client.raiseEvent("actor", "add", "1", null);
        serve(Duration.ofMinutes(1), without);
        assertThat(hub.queue.messages()).anyMatch(message -> message.reason() == WorkMessage.Reason.TIMER);
        serve(Duration.ofHours(1), hub.worker());
        assertThat(hub.client.status("actor", true).orElseThrow().output()).isEqualTo("100");
    }
}
