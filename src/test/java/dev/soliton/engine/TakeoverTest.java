package dev.soliton.engine;

import static dev.soliton.engine.EngineFixture.delivered;
import static dev.soliton.instance.FaultyInstanceStore.Fault.CRASH;
import static dev.soliton.instance.FaultyInstanceStore.Fault.LATE;
import static dev.soliton.instance.FaultyInstanceStore.Fault.LOST_REQUEST;
import static dev.soliton.instance.FaultyInstanceStore.Fault.NONE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.soliton.instance.FaultyInstanceStore;
import dev.soliton.instance.InMemoryWorkQueue;
import dev.soliton.instance.Instance;
import dev.soliton.instance.RuntimeStatus;
import dev.soliton.instance.StartRequest;
import dev.soliton.instance.WriteOutcome;
import dev.soliton.orchestration.Registry;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who may follow an owner: after its death somebody always does, in its lifetime nobody. */
final class TakeoverTest {
    private final EngineFixture hub = new EngineFixture();
    private final ExecutorService others = Executors.newCachedThreadPool();
    private final AtomicInteger runs = new AtomicInteger();
    private final CountDownLatch inStep = new CountDownLatch(1);
    private final CountDownLatch goOn = new CountDownLatch(1);

    @BeforeEach
    void register() {
        hub.registry
                .orchestrator("Plain", () -> context -> "done")
                .orchestrator(
                        "Holds",
                        () -> context ->
                                context.callActivity("Hold", null, String.class).await())
                .activity("Hold", () -> context -> {
                    if (runs.incrementAndGet() == 1) {
                        inStep.countDown();
                        goOn.await();
                    }
                    return "done";
                });
    }

    @AfterEach
    void close() {
        others.shutdownNow();
        hub.close();
    }

    private InMemoryWorkQueue.Delivery start(String name) {
        hub.client.start(new StartRequest(name, "job", null));
        return hub.queue.receive().orElseThrow();
    }

    private Instance status() {
        return hub.client.status("job", false).orElseThrow();
    }

    private void assertDone() {
        assertThat(status().status()).as("status of %s", status()).isEqualTo(RuntimeStatus.COMPLETED);
        assertThat(status().output()).isEqualTo("\"done\"");
        assertThat(status().owner()).isNull();
        assertThat(hub.queue.messages()).isEmpty();
    }

    /** The message of an instance whose owner died just after its claim. */
    private InMemoryWorkQueue.Delivery diedAfterItsClaim() {
        InMemoryWorkQueue.Delivery delivery = start("Plain");
        FaultyInstanceStore dying = new FaultyInstanceStore(hub.instances).plan(NONE, NONE, CRASH);
        assertThatThrownBy(
                        () -> hub.worker(store -> dying).process(delivery.message(), delivered(delivery, 1), hub.log))
                .isInstanceOf(FaultyInstanceStore.Crash.class);
        assertThat(status().owner()).isNotNull();
        return delivery;
    }

    @Test
    void deadOwnerIsFollowedEvenIfTheFirstToFollowCannotWrite() {
        InMemoryWorkQueue.Delivery delivery = diedAfterItsClaim();
        FaultyInstanceStore readOnly = new FaultyInstanceStore(hub.instances);
        for (int look = 0; look < 5; look++) {
            readOnly.plan(NONE, LOST_REQUEST, NONE);
        }
        assertThat(hub.worker(store -> readOnly).process(delivery.message(), delivered(delivery, 2), hub.log))
                .isEqualTo(TurnOutcome.PUT_BACK);
        hub.queue.delete(delivery);
        hub.drain(hub.worker());
        assertDone();
    }

    @Test
    void deadOwnerIsFollowedEvenIfTheFirstToFollowCannotRead() {
        InMemoryWorkQueue.Delivery delivery = diedAfterItsClaim();
        FaultyInstanceStore unreadable = new FaultyInstanceStore(hub.instances).plan(LOST_REQUEST);
        assertThat(hub.worker(store -> unreadable).process(delivery.message(), delivered(delivery, 2), hub.log))
                .isEqualTo(TurnOutcome.PUT_BACK);
        hub.queue.delete(delivery);
        hub.drain(hub.worker());
        assertDone();
    }

    @Test
    void deadOwnerIsFollowedOnceItsOrchestratorIsBack() {
        InMemoryWorkQueue.Delivery delivery = diedAfterItsClaim();
        Engine without = hub.worker(hub.storage, new Registry(), others);
        assertThat(without.process(delivery.message(), delivered(delivery, 2), hub.log))
                .isEqualTo(TurnOutcome.PUT_BACK);
        hub.queue.delete(delivery);
        // The deployment takes its time: copy after copy finds no orchestrator.
        for (int copies = 0; copies < 10; copies++) {
            hub.clock.advance(Duration.ofMinutes(1));
            InMemoryWorkQueue.Delivery copy = hub.queue.receive().orElseThrow();
            assertThat(without.process(copy.message(), delivered(copy, 1), hub.log))
                    .isEqualTo(TurnOutcome.PUT_BACK);
            hub.queue.delete(copy);
        }
        assertThat(status().reason()).contains("'Plain'");
        hub.drain(hub.worker());
        assertDone();
        assertThat(status().reason()).isNull();
    }

    @Test
    void processThatHoldsTheMessageOfItsOwnTurnAndDiesIsFollowed() throws Exception {
        InMemoryWorkQueue.Delivery delivery = start("Holds");
        // Look, claim, request; then the look for the message that came again; then the process dies.
        FaultyInstanceStore dying = new FaultyInstanceStore(hub.instances).plan(NONE, NONE, NONE, NONE, CRASH, CRASH);
        Engine owner = hub.worker(store -> dying);
        Future<TurnOutcome> turn =
                others.submit(() -> owner.process(delivery.message(), delivered(delivery, 1), hub.log));
        assertThat(inStep.await(60, TimeUnit.SECONDS)).isTrue();

        hub.clock.advance(InMemoryWorkQueue.LEASE);
        InMemoryWorkQueue.Delivery again = hub.queue.receive().orElseThrow();
        CountDownLatch waits = new CountDownLatch(1);
        hub.onPause(waits::countDown);
        Future<TurnOutcome> held =
                others.submit(() -> owner.process(again.message(), delivered(again, again.dequeueCount()), hub.log));
        assertThat(waits.await(60, TimeUnit.SECONDS)).isTrue();
        goOn.countDown();
        assertThatThrownBy(turn::get).hasRootCauseInstanceOf(FaultyInstanceStore.Crash.class);
        assertThatThrownBy(held::get).hasRootCauseInstanceOf(FaultyInstanceStore.Crash.class);

        // Neither came to an end, so that the message is there still.
        hub.drain(hub.worker());
        assertDone();
        assertThat(runs).hasValue(2);
    }

    @Test
    void duplicateOfTheMessageNeverTakesOverALivingOwner() throws Exception {
        InMemoryWorkQueue.Delivery delivery = start("Holds");
        hub.queue.put(delivery.message(), Duration.ZERO);
        InMemoryWorkQueue.Delivery duplicate = hub.queue.receive().orElseThrow();
        Future<TurnOutcome> turn =
                others.submit(() -> hub.worker().process(delivery.message(), delivered(delivery, 1), hub.log));
        assertThat(inStep.await(60, TimeUnit.SECONDS)).isTrue();

        FaultyInstanceStore failing = new FaultyInstanceStore(hub.instances).plan(LOST_REQUEST);
        Engine other = hub.worker(store -> failing);
        // Delivered again after a failure, and put back again and again: it proves nothing.
        for (int count = 1; count <= 5; count++) {
            assertThat(other.process(duplicate.message(), delivered(duplicate, count), hub.log))
                    .isEqualTo(count == 1 ? TurnOutcome.PUT_BACK : TurnOutcome.DROPPED);
        }
        assertThat(hub.queue.delete(duplicate)).isTrue();
        for (int copies = 0; copies < 20; copies++) {
            hub.clock.advance(Duration.ofSeconds(5));
            hub.queue.receive().ifPresent(copy -> {
                assertThat(other.process(copy.message(), delivered(copy, 2), hub.log))
                        .isEqualTo(TurnOutcome.DROPPED);
                hub.queue.delete(copy);
            });
        }
        goOn.countDown();
        assertThat(turn.get()).isEqualTo(TurnOutcome.ENDED);
        hub.queue.delete(delivery);
        hub.drain(hub.worker());
        assertDone();
        assertThat(runs).hasValue(1);
    }

    /** A store whose first claim arrives late, and whose others do not arrive. */
    private FaultyInstanceStore claimingLate() {
        FaultyInstanceStore store = new FaultyInstanceStore(hub.instances).plan(NONE, LATE, NONE);
        for (int look = 1; look < 5; look++) {
            store.plan(NONE, LOST_REQUEST, NONE);
        }
        return store;
    }

    private static void land(FaultyInstanceStore late) {
        assertThat(late.land()).singleElement().isInstanceOf(WriteOutcome.Written.class);
    }

    @Test
    void claimThatLandsAfterTheCopyWasPutIsTakenOver() {
        InMemoryWorkQueue.Delivery delivery = start("Plain");
        FaultyInstanceStore late = claimingLate();
        assertThat(hub.worker(store -> late).process(delivery.message(), delivered(delivery, 1), hub.log))
                .isEqualTo(TurnOutcome.PUT_BACK);
        hub.queue.delete(delivery);
        land(late);
        assertThat(status().owner()).isNotNull();
        hub.drain(hub.worker());
        assertDone();
    }

    @Test
    void claimThatLandsWhileTheCopyIsAboutToClaimIsTakenOver() {
        InMemoryWorkQueue.Delivery delivery = start("Plain");
        FaultyInstanceStore late = claimingLate();
        assertThat(hub.worker(store -> late).process(delivery.message(), delivered(delivery, 1), hub.log))
                .isEqualTo(TurnOutcome.PUT_BACK);
        hub.queue.delete(delivery);
        hub.clock.advance(Duration.ofSeconds(1));
        InMemoryWorkQueue.Delivery copy = hub.queue.receive().orElseThrow();
        FaultyInstanceStore overtaken = new FaultyInstanceStore(hub.instances);
        // The copy has read that nobody owns the instance; what it stands for matters all the same.
        overtaken.beforeNext("write", () -> land(late));
        hub.worker(store -> overtaken).process(copy.message(), delivered(copy, 1), hub.log);
        hub.queue.delete(copy);
        hub.drain(hub.worker());
        assertDone();
    }

    @Test
    void claimThatLandsAfterTheClaimOfTheCopyWasLostIsTakenOver() {
        InMemoryWorkQueue.Delivery delivery = start("Plain");
        FaultyInstanceStore late = claimingLate();
        assertThat(hub.worker(store -> late).process(delivery.message(), delivered(delivery, 1), hub.log))
                .isEqualTo(TurnOutcome.PUT_BACK);
        hub.queue.delete(delivery);
        hub.clock.advance(Duration.ofSeconds(1));
        InMemoryWorkQueue.Delivery copy = hub.queue.receive().orElseThrow();
        FaultyInstanceStore readOnly = new FaultyInstanceStore(hub.instances);
        for (int look = 0; look < 5; look++) {
            readOnly.plan(NONE, LOST_REQUEST, NONE);
        }
        assertThat(hub.worker(store -> readOnly).process(copy.message(), delivered(copy, 1), hub.log))
                .isEqualTo(TurnOutcome.PUT_BACK);
        hub.queue.delete(copy);
        land(late);
        hub.drain(hub.worker());
        assertDone();
    }
}
