package dev.soliton.engine;

import static dev.soliton.store.FaultyInstanceStore.Fault.CRASH;
import static dev.soliton.store.FaultyInstanceStore.Fault.LATE;
import static dev.soliton.store.FaultyInstanceStore.Fault.LOST_REQUEST;
import static dev.soliton.store.FaultyInstanceStore.Fault.NONE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.soliton.client.Instance;
import dev.soliton.client.StartRequest;
import dev.soliton.engine.runtime.EngineFailureException;
import dev.soliton.engine.turn.TurnOutcome;
import dev.soliton.orchestration.Registry;
import dev.soliton.store.FaultyInstanceStore;
import dev.soliton.store.InMemoryWorkQueue;
import dev.soliton.store.RuntimeStatus;
import dev.soliton.store.WorkerState;
import dev.soliton.store.WriteOutcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
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
        assertThatThrownBy(() -> hub.worker(store -> dying).process(delivery.message(), hub.log))
                .isInstanceOf(FaultyInstanceStore.Crash.class);
        assertThat(status().owner()).isNotNull();
        return delivery;
    }

    @Test
    void deadOwnerIsLeftAloneUntilItsLeaseHasRunOut() {
        InMemoryWorkQueue.Delivery delivery = diedAfterItsClaim();
        assertThat(hub.worker().process(delivery.message(), hub.log)).isEqualTo(TurnOutcome.DROPPED);
        assertThat(hub.sweep()).isFalse();
        hub.workers.expireAll();
        assertThat(hub.worker().process(delivery.message(), hub.log)).isEqualTo(TurnOutcome.ENDED);
        hub.queue.delete(delivery);
        assertDone();
    }

    @Test
    void deadOwnerIsMarkedBeforeAnythingIsClaimedFromIt() {
        InMemoryWorkQueue.Delivery delivery = diedAfterItsClaim();
        String dead = Objects.requireNonNull(status().owner());
        hub.workers.expireAll();
        assertThat(hub.workers.stateOf(dead)).isEqualTo(WorkerState.UNLEASED);
        FaultyInstanceStore watched = new FaultyInstanceStore(hub.instances);
        List<WorkerState> seen = new ArrayList<>();
        watched.beforeNext("write", () -> seen.add(hub.workers.stateOf(dead)));
        hub.worker(store -> watched).process(delivery.message(), hub.log);
        assertThat(seen).containsExactly(WorkerState.EXPIRED);
    }

    @Test
    void deadOwnerWhoseMessagesAreAllGoneIsFoundByTheSweep() {
        InMemoryWorkQueue.Delivery delivery = diedAfterItsClaim();
        hub.queue.delete(delivery);
        hub.drain(hub.worker());
        assertDone();
    }

    @Test
    void deadOwnerIsFollowedEvenIfTheFirstToFollowCannotWrite() {
        InMemoryWorkQueue.Delivery delivery = diedAfterItsClaim();
        hub.workers.expireAll();
        FaultyInstanceStore readOnly = new FaultyInstanceStore(hub.instances);
        for (int look = 0; look < 5; look++) {
            readOnly.plan(NONE, LOST_REQUEST, NONE);
        }
        assertThat(hub.worker(store -> readOnly).process(delivery.message(), hub.log))
                .isEqualTo(TurnOutcome.REQUEUED);
        hub.queue.delete(delivery);
        hub.drain(hub.worker());
        assertDone();
    }

    @Test
    void deadOwnerIsFollowedOnceItsOrchestratorIsBack() {
        InMemoryWorkQueue.Delivery delivery = diedAfterItsClaim();
        hub.workers.expireAll();
        Engine without = hub.worker(hub.storage, new Registry(), others);
        assertThat(without.process(delivery.message(), hub.log)).isEqualTo(TurnOutcome.REQUEUED);
        hub.queue.delete(delivery);
        // The deployment takes its time: copy after copy finds no orchestrator.
        for (int copies = 0; copies < 10; copies++) {
            hub.clock.advance(Duration.ofMinutes(1));
            InMemoryWorkQueue.Delivery copy = hub.queue.receive().orElseThrow();
            assertThat(without.process(copy.message(), hub.log)).isEqualTo(TurnOutcome.REQUEUED);
            hub.queue.delete(copy);
        }
        assertThat(status().reason()).contains("'Plain'");
        hub.drain(hub.worker());
        assertDone();
        assertThat(status().reason()).isNull();
    }

    private void vanish(InMemoryWorkQueue.Delivery delivery, int workers) {
        for (int deaths = 1; deaths <= workers; deaths++) {
            hub.workers.expireAll();
            FaultyInstanceStore dying = new FaultyInstanceStore(hub.instances).plan(NONE, NONE, CRASH);
            assertThatThrownBy(() -> hub.worker(store -> dying).process(delivery.message(), hub.log))
                    .isInstanceOf(FaultyInstanceStore.Crash.class);
        }
    }

    @Test
    void instanceWhoseWorkersVanishForOtherReasonsIsSpared() {
        vanish(start("Plain"), 9);
        hub.workers.expireAll();
        hub.drain(hub.worker());
        assertDone();
    }

    @Test
    void instanceThatKillsItsWorkersFailsWithTheReason() {
        vanish(start("Plain"), 10);
        hub.drain(hub.worker());
        assertThat(status().status()).isEqualTo(RuntimeStatus.FAILED);
        assertThat(status().output()).contains("KilledWorkersException", "10 workers in a row vanished");
        assertThat(status().owner()).isNull();
    }

    @Test
    void instanceThatMakesProgressIsNotSuspected() {
        hub.registry.orchestrator("Chain", () -> context -> {
            for (int step = 0; step < 10; step++) {
                context.callActivity("Step").await();
            }
            return "done";
        });
        hub.registry.activity("Step", () -> context -> null);
        InMemoryWorkQueue.Delivery delivery = start("Chain");
        for (int deaths = 1; deaths <= 9; deaths++) {
            hub.workers.expireAll();
            // A look, a claim, a commit with one more result; the worker dies at the next.
            FaultyInstanceStore dying =
                    new FaultyInstanceStore(hub.instances).plan(NONE, NONE, NONE, CRASH, CRASH, CRASH, CRASH, CRASH);
            assertThatThrownBy(() -> hub.worker(store -> dying).process(delivery.message(), hub.log))
                    .isInstanceOfAny(FaultyInstanceStore.Crash.class, EngineFailureException.class);
        }
        hub.drain(hub.worker());
        assertDone();
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
    void claimThatLandsAfterItsMessageWasRequeuedIsTakenOver() {
        InMemoryWorkQueue.Delivery delivery = start("Plain");
        FaultyInstanceStore late = claimingLate();
        assertThat(hub.worker(store -> late).process(delivery.message(), hub.log))
                .isEqualTo(TurnOutcome.REQUEUED);
        hub.queue.delete(delivery);
        land(late);
        assertThat(status().owner()).isNotNull();
        hub.drain(hub.worker());
        assertDone();
    }

    @Test
    void claimThatLandsWhileAnotherIsAboutToClaimIsTakenOver() {
        InMemoryWorkQueue.Delivery delivery = start("Plain");
        FaultyInstanceStore late = claimingLate();
        assertThat(hub.worker(store -> late).process(delivery.message(), hub.log))
                .isEqualTo(TurnOutcome.REQUEUED);
        hub.queue.delete(delivery);
        hub.clock.advance(Duration.ofSeconds(1));
        InMemoryWorkQueue.Delivery copy = hub.queue.receive().orElseThrow();
        FaultyInstanceStore overtaken = new FaultyInstanceStore(hub.instances);
        // The copy has read that nobody owns the instance.
        overtaken.beforeNext("write", () -> land(late));
        hub.worker(store -> overtaken).process(copy.message(), hub.log);
        hub.queue.delete(copy);
        hub.drain(hub.worker());
        assertDone();
    }

    @Test
    void processThatLostItsLeaseCommitsNothingAndStartsNothing() throws Exception {
        InMemoryWorkQueue.Delivery delivery = start("Holds");
        Engine owner = hub.worker();
        Future<TurnOutcome> turn = others.submit(() -> owner.process(delivery.message(), hub.log));
        assertThat(inStep.await(60, TimeUnit.SECONDS)).isTrue();
        Instance before = status();
        // By its own clock its lease is over, whether or not the storage thinks so.
        hub.clock.advance(EngineFixture.LIMITS.lease());
        goOn.countDown();
        assertThat(turn.get()).isEqualTo(TurnOutcome.REQUEUED);
        assertThat(status()).isEqualTo(before);
        hub.queue.delete(delivery);
        hub.drain(hub.worker());
        assertDone();
        assertThat(runs).hasValue(2);
    }
}
