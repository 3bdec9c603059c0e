package dev.soliton.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.soliton.client.InboxWriter;
import dev.soliton.client.Instance;
import dev.soliton.client.StartRequest;
import dev.soliton.engine.turn.TurnOutcome;
import dev.soliton.store.ForwardingInstanceStore;
import dev.soliton.store.InMemoryWorkQueue;
import dev.soliton.store.InboxItem;
import dev.soliton.store.RowChange;
import dev.soliton.store.RuntimeStatus;
import dev.soliton.store.WriteOutcome;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Commits that have more to say than one write has room for. */
final class SplitCommitTest {
    private final EngineFixture hub = new EngineFixture();

    @AfterEach
    void close() {
        hub.close();
    }

    private Instance instance(String id) {
        return hub.client.status(id, false).orElseThrow();
    }

    /** The message of the timer comes while the last of the writes, which promises it, is on its way. */
    @Test
    void timerThatIsPromisedByTheLastOfSeveralWritesFires() {
        int parts = 60;
        CountDownLatch waiting = new CountDownLatch(1);
        hub.onTake(limit -> {
            waiting.countDown();
            return limit;
        });
        hub.registry
                .orchestrator("Takes", () -> context -> {
                    context.callActivity("Send").await();
                    for (int i = 0; i < parts; i++) {
                        context.waitForExternalEvent("part").await();
                    }
                    context.createTimer(Duration.ofSeconds(10)).await();
                    return "done";
                })
                .activity("Send", () -> context -> {
                    assertThat(waiting.await(60, TimeUnit.SECONDS)).isTrue();
                    for (int i = 0; i < parts; i++) {
                        hub.client.raiseEvent("job", "part", "\"" + "x".repeat(15_000) + "\"", null);
                    }
                    // Long enough for the owner to look.
                    hub.clock.advance(Duration.ofMinutes(1));
                    return null;
                });
        Engine other = hub.worker();
        AtomicBoolean slow = new AtomicBoolean();
        Engine worker = hub.worker(store -> new ForwardingInstanceStore(store) {
            @Override
            public WriteOutcome write(String instanceId, List<RowChange> changes) {
                boolean releases = changes.stream().anyMatch(RowChange.TouchGate.class::isInstance);
                if (releases && !slow.getAndSet(true)) {
                    hub.clock.advance(Duration.ofSeconds(15));
                    hub.drainNow(other);
                }
                return super.write(instanceId, changes);
            }
        });
        hub.client.start(new StartRequest("Takes", "job", null));
        InMemoryWorkQueue.Delivery delivery = hub.queue.receive().orElseThrow();
        assertThat(worker.process(delivery.message(), hub.log)).isEqualTo(TurnOutcome.IDLE);
        hub.queue.delete(delivery);
        assertThat(slow).isTrue();
        assertThat(instance("job").status()).isEqualTo(RuntimeStatus.RUNNING);
        hub.drain(other);
        assertThat(instance("job").status()).isEqualTo(RuntimeStatus.COMPLETED);
    }

    /** More rows have to go than one write has room for, and none of them may come up behind the resume. */
    @Test
    void resumeCountsBehindManySuspendsThatChangedNothing() {
        hub.registry.orchestrator(
                "Waits",
                () -> context ->
                        context.waitForExternalEvent("go", String.class).await());
        hub.client.start(new StartRequest("Waits", "job", null));
        Engine worker = hub.worker();
        for (int i = 0; i < 250; i++) {
            hub.client.suspend("job", null);
        }
        hub.client.resume("job", null);
        hub.drainNow(worker);
        assertThat(instance("job").status()).isEqualTo(RuntimeStatus.RUNNING);
        hub.client.raiseEvent("job", "go", "\"on\"", null);
        hub.drainNow(worker);
        assertThat(instance("job").status()).isEqualTo(RuntimeStatus.COMPLETED);
        assertThat(hub.instances.load("job").inbox()).isEmpty();
    }

    /** The turn for which it came shows that the execution can go on; the one after must not end it. */
    @Test
    void requestToGiveUpThatCameTooLateIsGoneHoweverMuchElseHasToGo() {
        CountDownLatch waiting = new CountDownLatch(1);
        hub.onTake(limit -> {
            waiting.countDown();
            return limit;
        });
        hub.registry
                .orchestrator("Waits", () -> context -> {
                    context.callActivity("Work").await();
                    return context.waitForExternalEvent("go", String.class).await();
                })
                .activity("Work", () -> context -> {
                    assertThat(waiting.await(60, TimeUnit.SECONDS)).isTrue();
                    for (int i = 0; i < 250; i++) {
                        hub.client.resume("job", null);
                    }
                    hub.clock.advance(Duration.ofSeconds(1));
                    InboxWriter inbox = hub.services(EngineFixture.LIMITS).inbox();
                    inbox.deliver(
                            "job",
                            inbox.row(
                                    instance("job").executionId(),
                                    "give-up",
                                    new InboxItem.GiveUp("its messages failed")));
                    // Long enough for the owner to look.
                    hub.clock.advance(Duration.ofMinutes(1));
                    return null;
                });
        hub.client.start(new StartRequest("Waits", "job", null));
        Engine worker = hub.worker();
        hub.drainNow(worker);
        assertThat(instance("job").status()).isEqualTo(RuntimeStatus.RUNNING);
        hub.client.raiseEvent("job", "go", "\"on\"", null);
        hub.drainNow(worker);
        assertThat(instance("job").status()).isEqualTo(RuntimeStatus.COMPLETED);
    }

    /** The write that begins the next generation removes all that was taken for it and for the one before. */
    @Test
    void actorSurvivesManySuspendsAndResumesAfterItsEvents() {
        hub.registry.orchestrator("Actor", () -> context -> {
            int sum = Objects.requireNonNull(context.getInput(Integer.class));
            int more = Objects.requireNonNull(
                    context.waitForExternalEvent("add", Integer.class).await());
            if (more < 0) {
                return sum;
            }
            context.continueAsNew(sum + more);
            return null;
        });
        hub.client.start(new StartRequest("Actor", "actor", "0"));
        Engine worker = hub.worker();
        hub.drainNow(worker);
        hub.client.raiseEvent("actor", "add", "5", null);
        for (int i = 0; i < 50; i++) {
            hub.client.suspend("actor", null);
            hub.client.resume("actor", null);
        }
        hub.client.raiseEvent("actor", "add", "-1", null);
        hub.drainNow(worker);
        assertThat(instance("actor").output()).isEqualTo("5");
        assertThat(hub.instances.load("actor").inbox()).isEmpty();
    }
}
