package dev.soliton.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.soliton.client.Instance;
import dev.soliton.client.StartOptions;
import dev.soliton.client.StartRequest;
import dev.soliton.store.ForwardingInstanceStore;
import dev.soliton.store.InstanceStore;
import dev.soliton.store.RowChange;
import dev.soliton.store.RuntimeStatus;
import dev.soliton.store.WorkMessage;
import dev.soliton.store.WriteOutcome;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Instances that are to begin later: what comes in before, and when they begin. */
final class DelayedStartTest {
    private static final Duration DELAY = Duration.ofHours(1);

    private final EngineFixture hub = new EngineFixture();
    private final List<Instant> begun = new ArrayList<>();
    private final Engine worker = hub.worker();

    @BeforeEach
    void register() {
        hub.registry.orchestrator("Job", () -> context -> {
            if (!context.getIsReplaying()) {
                begun.add(context.getCurrentInstant());
            }
            return context.waitForExternalEvent("go", Duration.ofSeconds(30), String.class)
                    .thenApply(value -> value)
                    .await();
        });
        hub.registry.orchestrator("Plain", () -> context -> {
            begun.add(context.getCurrentInstant());
            return context.getInput(String.class);
        });
    }

    @AfterEach
    void close() {
        hub.close();
    }

    private Instant start(String name, Duration delay) {
        Instant startAt = EngineFixture.START.plus(delay);
        hub.client.start(new StartRequest(name, "x", "\"in\"", StartOptions.DEFAULT.withStartAt(startAt)));
        return startAt;
    }

    private Instance status() {
        return hub.client.status("x", true).orElseThrow();
    }

    /** Hands on what is in the queue, without letting time pass. */
    private void runDue() {
        hub.drainNow(worker);
    }

    @ParameterizedTest
    @ValueSource(strings = {"PT0.5S", "PT1.9S", "PT1H", "P6D", "P6DT1S", "P20D", "P365D"})
    void instanceBeginsAtItsTimeAndNotBefore(Duration delay) {
        Instant startAt = start("Plain", delay);
        hub.drain(worker);
        assertThat(status().status()).isEqualTo(RuntimeStatus.COMPLETED);
        assertThat(status().output()).isEqualTo("\"in\"");
        assertThat(begun).singleElement().satisfies(at -> assertThat(at).isBetween(startAt, startAt.plusSeconds(2)));
    }

    @Test
    void terminationBeforeTheStartTimeIsProcessed() {
        start("Plain", DELAY);
        hub.client.terminate("x", "never mind");
        runDue();
        assertThat(status().status()).isEqualTo(RuntimeStatus.TERMINATED);
        assertThat(status().output()).isEqualTo("\"never mind\"");
        hub.drain(worker);
        assertThat(begun).isEmpty();
        assertThat(hub.instances.loadWithoutJournal("x").gates()).isEmpty();
    }

    @Test
    void suspensionBeforeTheStartTimeHoldsTheStart() {
        start("Plain", DELAY);
        hub.client.suspend("x", "wait");
        runDue();
        assertThat(status().status()).isEqualTo(RuntimeStatus.SUSPENDED);
        hub.drain(worker);
        assertThat(hub.clock.instant()).isAfterOrEqualTo(EngineFixture.START.plus(DELAY));
        assertThat(status().status()).isEqualTo(RuntimeStatus.SUSPENDED);
        assertThat(begun).isEmpty();
        hub.client.resume("x", null);
        hub.drain(worker);
        assertThat(status().status()).isEqualTo(RuntimeStatus.COMPLETED);
        assertThat(begun).hasSize(1);
    }

    @Test
    void resumptionBeforeItsTimeDoesNotStartIt() {
        Instant startAt = start("Plain", DELAY);
        hub.client.suspend("x", null);
        runDue();
        hub.client.resume("x", null);
        runDue();
        assertThat(status().status()).isEqualTo(RuntimeStatus.PENDING);
        assertThat(begun).isEmpty();
        hub.drain(worker);
        assertThat(status().status()).isEqualTo(RuntimeStatus.COMPLETED);
        assertThat(begun).singleElement().satisfies(at -> assertThat(at).isAfterOrEqualTo(startAt));
    }

    @Test
    void eventsBeforeItsTimeAreKeptInOrder() {
        start("Job", DELAY);
        hub.client.raiseEvent("x", "go", "\"first\"", null);
        runDue();
        hub.client.raiseEvent("x", "go", "\"second\"", null);
        runDue();
        assertThat(status().status()).isEqualTo(RuntimeStatus.PENDING);
        assertThat(begun).isEmpty();
        hub.drain(worker);
        assertThat(status().output()).isEqualTo("\"first\"");
    }

    @Test
    void wakeMessageBeforeTheStartTimeChangesNothing() {
        start("Plain", DELAY);
        String etag = hub.instances.findRow("x").orElseThrow().etag();
        hub.queue.put(WorkMessage.wake("x", status().executionId(), null), Duration.ZERO);
        runDue();
        assertThat(hub.instances.findRow("x").orElseThrow().etag()).isEqualTo(etag);
        hub.drain(worker);
        assertThat(begun).hasSize(1);
    }

    @Test
    void instanceThatBeginsInTheTurnOfSomethingEarlierMayEndAtOnce() {
        Instant startAt = start("Plain", Duration.ofSeconds(10));
        hub.clock.advance(Duration.ofSeconds(9));
        hub.client.raiseEvent("x", "go", "1", null);
        runDue();
        assertThat(status().status()).isEqualTo(RuntimeStatus.COMPLETED);
        assertThat(begun).singleElement().satisfies(at -> assertThat(at).isAfterOrEqualTo(startAt));
    }

    @Test
    void actorThatBeganLaterCostsNoMoreForEachEventThanOneThatBeganAtOnce() {
        hub.registry.orchestrator("Actor", () -> context -> {
            context.continueAsNew(
                    context.waitForExternalEvent("add", Integer.class).await());
            return null;
        });
        AtomicInteger writes = new AtomicInteger();
        Engine worker = hub.worker((InstanceStore store) -> new ForwardingInstanceStore(store) {
            @Override
            public WriteOutcome write(String instanceId, List<RowChange> changes) {
                writes.incrementAndGet();
                return super.write(instanceId, changes);
            }
        });
        hub.client.start(new StartRequest(
                "Actor",
                "actor",
                "0",
                StartOptions.DEFAULT.withStartAt(hub.clock.instant().plusSeconds(30))));
        hub.clock.advance(Duration.ofMinutes(1));
        hub.drainNow(worker);
        hub.client.raiseEvent("actor", "add", "1", null);
        hub.drainNow(worker);
        writes.set(0);
        hub.client.raiseEvent("actor", "add", "1", null);
        hub.drainNow(worker);
        assertThat(writes).as("writes of the worker for an event").hasValue(1);
    }
}
