package dev.soliton.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.soliton.client.Instance;
import dev.soliton.client.StartRequest;
import dev.soliton.engine.turn.TurnOutcome;
import dev.soliton.store.InMemoryWorkQueue.Delivery;
import dev.soliton.store.InstanceRow;
import dev.soliton.store.Ownership;
import dev.soliton.store.RowChange;
import dev.soliton.store.RuntimeStatus;
import dev.soliton.store.Versioned;
import dev.soliton.store.WorkMessage;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What an instance whose workers vanished again and again costs the others of a process, and what becomes of it. */
final class SuspectTest {
    private static final Ownership DEAD = new Ownership("a dead worker", "nonce", 7, 4);

    private final EngineFixture hub = new EngineFixture();
    private final Engine worker = hub.worker();
    private final ExecutorService hosts = Executors.newCachedThreadPool();
    private final BlockingQueue<String> begun = new LinkedBlockingQueue<>();
    private final CountDownLatch goOn = new CountDownLatch(1);
    private final CountDownLatch first = new CountDownLatch(1);

    @BeforeEach
    void register() {
        hub.workers.register("a dead worker", Duration.ofSeconds(20));
        hub.workers.expireAll();
        hub.registry
                .orchestrator("Plain", () -> context -> "done")
                .orchestrator("Long", () -> context -> {
                    context.callActivity("First", context.getInstanceId(), String.class)
                            .await();
                    return context.callActivity("Hold", context.getInstanceId(), String.class)
                            .await();
                })
                .activity("First", () -> context -> {
                    String id = String.valueOf(context.getInput(String.class));
                    begun.add("first of " + id);
                    if (id.equals("suspect")) {
                        first.await();
                    }
                    return "done";
                })
                .activity("Hold", () -> context -> {
                    begun.add(String.valueOf(context.getInput(String.class)));
                    goOn.await();
                    return "done";
                });
    }

    @AfterEach
    void close() {
        hosts.shutdownNow();
        hub.close();
    }

    private WorkMessage start(String name, String id) {
        hub.client.start(new StartRequest(name, id, null));
        Delivery delivery;
        do {
            delivery = hub.queue.receive().orElseThrow();
            hub.queue.delete(delivery);
        } while (!delivery.message().instanceId().equals(id));
        return delivery.message();
    }

    /** One whose last owner has died. */
    private WorkMessage suspect(String name, Ownership ownership) {
        WorkMessage message = start(name, "suspect");
        Versioned<InstanceRow> found = hub.instances.findRow("suspect").orElseThrow();
        InstanceRow row = found.row();
        hub.instances.write(
                "suspect",
                List.of(new RowChange.ReplaceInstance(
                        row.changed(RuntimeStatus.RUNNING, ownership, row.values(), row.updatedAt(), "c"),
                        found.etag())));
        return message;
    }

    /** The test looks at what it does, not at how it ends. */
    private void begin(WorkMessage message) {
        hosts.execute(() -> worker.process(message, hub.log));
    }

    private Future<TurnOutcome> inBackground(WorkMessage message) {
        return hosts.submit(() -> worker.process(message, hub.log));
    }

    private void awaitBegin(String what) throws InterruptedException {
        String next;
        do {
            next = begun.poll(60, TimeUnit.SECONDS);
            assertThat(next).as("what begins before " + what).isNotNull();
        } while (!what.equals(next));
    }

    private Ownership owner() {
        return hub.instances.findRow("suspect").orElseThrow().row().ownership();
    }

    private Instance status(String id) {
        return hub.client.status(id, false).orElseThrow();
    }

    @Test
    void othersEndWithinSecondsWhileASuspectWaitsForALongActivity() throws Exception {
        Future<TurnOutcome> turn = inBackground(start("Long", "long"));
        awaitBegin("long");
        WorkMessage suspect = suspect("Long", DEAD);
        for (int pass = 0; pass < 20; pass++) {
            assertThat(worker.process(suspect, hub.log)).isEqualTo(TurnOutcome.REQUEUED);
            Instant before = hub.clock.instant();
            assertThat(worker.process(start("Plain", "innocent" + pass), hub.log))
                    .isEqualTo(TurnOutcome.ENDED);
            assertThat(Duration.between(before, hub.clock.instant())).isLessThan(Duration.ofSeconds(5));
            hub.clock.advance(Duration.ofSeconds(1));
        }
        goOn.countDown();
        assertThat(turn.get(60, TimeUnit.SECONDS)).isEqualTo(TurnOutcome.ENDED);
    }

    @Test
    void suspectThatIsRequeuedComesBackSoonAsTheSameMessage() throws Exception {
        begin(start("Long", "long"));
        awaitBegin("long");
        WorkMessage suspect = suspect("Long", DEAD);
        worker.process(suspect, hub.log);
        hub.clock.advance(Duration.ofSeconds(2));
        assertThat(hub.queue.receive().orElseThrow().message()).isEqualTo(suspect);
    }

    @Test
    void suspectGoesOnBesideALongActivityAfterHalfAMinuteAndItsRowSaysSo() throws Exception {
        begin(start("Long", "long"));
        awaitBegin("long");
        WorkMessage suspect = suspect("Long", DEAD);
        assertThat(worker.process(suspect, hub.log)).isEqualTo(TurnOutcome.REQUEUED);
        hub.clock.advance(Duration.ofSeconds(30));
        begin(suspect);
        awaitBegin("first of suspect");
        assertThat(owner().shared()).isTrue();
        assertThat(owner().strikes()).isEqualTo(5);
    }

    @Test
    void suspectWritesThatItIsNotAloneBeforeAnotherBegins() throws Exception {
        begin(suspect("Long", DEAD));
        awaitBegin("first of suspect");
        assertThat(owner().shared()).isFalse();
        Instant before = hub.clock.instant();
        // Once others have waited for long enough, the suspect has all the time that it needs.
        hub.onPause(() -> {
            if (!hub.clock.instant().isBefore(before.plusSeconds(2))) {
                awaitShared();
            }
        });
        assertThat(worker.process(start("Plain", "innocent"), hub.log)).isEqualTo(TurnOutcome.ENDED);
        assertThat(owner().shared()).isTrue();
        assertThat(owner().strikes()).isEqualTo(5);
    }

    private void awaitShared() {
        Instant deadline = Instant.now().plusSeconds(60);
        while (!owner().shared()) {
            assertThat(Instant.now()).isBefore(deadline);
            Thread.onSpinWait();
        }
    }

    @Test
    void suspectThatHasAResultIsAloneNoMore() throws Exception {
        begin(suspect("Long", DEAD));
        awaitBegin("first of suspect");
        first.countDown();
        awaitBegin("suspect");
        assertThat(owner().strikes()).isZero();
        assertThat(worker.process(start("Plain", "innocent"), hub.log)).isEqualTo(TurnOutcome.ENDED);
        assertThat(owner().shared()).isFalse();
    }

    @Test
    void deathOfAnOwnerThatWasSharedCountsForLess() {
        WorkMessage suspect = suspect("Plain", new Ownership("a dead worker", "nonce", 7, 9, 14, true, null));
        assertThat(worker.process(suspect, hub.log)).isEqualTo(TurnOutcome.ENDED);
        assertThat(status("suspect").status()).isEqualTo(RuntimeStatus.COMPLETED);
    }

    @Test
    void suspectWhoseOwnersDiedFiveTimesAloneFails() {
        WorkMessage suspect = suspect("Plain", new Ownership("a dead worker", "nonce", 7, 9, 14, false, null));
        assertThat(worker.process(suspect, hub.log)).isEqualTo(TurnOutcome.ENDED);
        assertThat(status("suspect").status()).isEqualTo(RuntimeStatus.FAILED);
        assertThat(status("suspect").output()).contains("24 workers in a row vanished");
    }

    @Test
    void suspectWhoseOwnersDiedSixteenTimesAsItsOnlySuspectFails() {
        WorkMessage suspect = suspect("Plain", new Ownership("a dead worker", "nonce", 7, 5, 15, true, null));
        assertThat(worker.process(suspect, hub.log)).isEqualTo(TurnOutcome.ENDED);
        assertThat(status("suspect").status()).isEqualTo(RuntimeStatus.FAILED);
    }
}
