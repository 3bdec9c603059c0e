package dev.soliton.engine.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.soliton.client.StartRequest;
import dev.soliton.engine.EngineFixture;
import dev.soliton.engine.runtime.EngineLimits;
import dev.soliton.engine.runtime.TimeAndIds;
import dev.soliton.store.ExecutionKey;
import dev.soliton.store.ForwardingWorkerStore;
import dev.soliton.store.InMemoryStuckScan;
import dev.soliton.store.InMemoryWorkQueue;
import dev.soliton.store.SettableClock;
import dev.soliton.store.StorageException;
import dev.soliton.store.StuckScan;
import dev.soliton.store.WorkMessage;
import dev.soliton.store.WorkerRecord;
import dev.soliton.store.WorkerState;
import dev.soliton.store.WorkerStore;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** When dead workers are looked for, and what they held. */
final class SweeperTest {
    private static final Duration RUN = Duration.ofSeconds(20);
    private static final Duration LEASE = EngineLimits.DEFAULT_LEASE;
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final EngineFixture hub = new EngineFixture();
    private final Logger log = Logger.getAnonymousLogger();
    private final List<StuckScan.Found> stuck = new ArrayList<>();
    private final List<Instant> scans = new ArrayList<>();
    private int pageSize = Integer.MAX_VALUE;
    private int failsAt = -1;
    private Runnable onPage = () -> {};
    private final Sweeper sweeper = sweeper();
    private boolean scanFails;

    @AfterEach
    void close() {
        hub.close();
    }

    private Sweeper sweeper() {
        return sweeper(hub.workers, hub.clock, this::scan);
    }

    private Sweeper sweeper(WorkerStore workers, InstantSource clock, StuckScan search) {
        return new Sweeper(hub.storage, workers, search, new TimeAndIds(clock, () -> "id", hub.waits()), PATIENCE);
    }

    private @Nullable String scan(Instant before, @Nullable String from, Consumer<StuckScan.Found> finder) {
        if (from == null) {
            scans.add(before);
        }
        int begin = from == null ? 0 : Integer.parseInt(from);
        if (begin == failsAt) {
            throw new StorageException("no answer", null);
        }
        int end = Math.min(stuck.size() - begin, pageSize) + begin;
        stuck.subList(begin, end).forEach(finder);
        onPage.run();
        if (scanFails) {
            throw new StorageException("no answer", null);
        }
        return end < stuck.size() ? String.valueOf(end) : null;
    }

    private void holds(String instance, @Nullable String owner) {
        stuck.add(new StuckScan.Found(new ExecutionKey(instance, "e", 0), owner, false));
    }

    private List<String> woken() {
        return hub.queue.messages().stream().map(WorkMessage::instanceId).toList();
    }

    @Test
    void livingWorkersCostAListingAndNothingElse() {
        hub.workers.register("living", Duration.ofDays(1));
        holds("x", "living");
        for (int run = 0; run < 10; run++) {
            assertThat(sweeper.sweep(log)).isZero();
            hub.clock.advance(RUN);
        }
        assertThat(scans).isEmpty();
        assertThat(hub.queue.messages()).isEmpty();
    }

    @Test
    void expiredWorkerIsMarkedBeforeItsInstancesAreSearchedAndWoken() {
        hub.workers.register("dead", LEASE);
        hub.workers.register("living", Duration.ofDays(1));
        holds("of-dead", "dead");
        holds("of-living", "living");
        holds("of-nobody", null);
        holds("of-one-without-a-record", "long gone");
        holds("of-dead", "dead");
        hub.clock.advance(LEASE);
        assertThat(sweeper.sweep(log)).isEqualTo(3);
        assertThat(hub.workers.stateOf("dead")).isEqualTo(WorkerState.EXPIRED);
        assertThat(woken()).containsExactlyInAnyOrder("of-dead", "of-nobody", "of-one-without-a-record");
        assertThat(scans).containsExactly(hub.clock.instant().minusSeconds(8));
    }

    @Test
    void deadWorkerIsSearchedForAgainAndForgottenAfterAQuarterOfAnHour() {
        hub.workers.register("dead", LEASE);
        hub.clock.advance(LEASE);
        Instant found = hub.clock.instant();
        List<Duration> searchedAfter = new ArrayList<>();
        int runs = 0;
        while (!hub.workers.list().isEmpty()) {
            int before = scans.size();
            sweeper.sweep(log);
            if (scans.size() > before) {
                searchedAfter.add(Duration.between(found, hub.clock.instant()));
            }
            assertThat(++runs).as("runs of the sweep").isLessThan(100);
            hub.clock.advance(RUN);
        }
        assertThat(searchedAfter)
                .containsExactly(
                        Duration.ZERO, Duration.ofSeconds(40), Duration.ofSeconds(120), Duration.ofSeconds(600));
        assertThat(Duration.between(found, hub.clock.instant()))
                .isBetween(Duration.ofMinutes(15), Duration.ofMinutes(16));
    }

    @Test
    void instancesThatAFailingSearchFindsAreWokenAndTheRestByTheNextRun() {
        hub.workers.register("dead", LEASE);
        hub.clock.advance(LEASE);
        holds("x", "dead");
        scanFails = true;
        assertThatThrownBy(() -> sweeper.sweep(log)).isInstanceOf(StorageException.class);
        assertThat(woken()).containsExactly("x");
        scanFails = false;
        holds("y", "dead");
        assertThat(sweeper.sweep(log)).isEqualTo(1);
        assertThat(woken()).containsExactlyInAnyOrder("x", "y");
    }

    @Test
    void searchThatFailedIsRepeatedAlsoIfTheClockWasSetBack() {
        SettableClock own = new SettableClock(EngineFixture.START.plus(LEASE));
        Sweeper confused = sweeper(hub.workers, own, this::scan);
        hub.workers.register("dead", LEASE);
        hub.clock.advance(LEASE);
        holds("x", "dead");
        scanFails = true;
        assertThatThrownBy(() -> confused.sweep(log)).isInstanceOf(StorageException.class);
        scanFails = false;
        own.advance(Duration.ofMinutes(-4));
        holds("y", "dead");
        assertThat(confused.sweep(log)).isEqualTo(1);
        assertThat(woken()).containsExactlyInAnyOrder("x", "y");
    }

    @Test
    void saysInTheTextItselfWhoVanishedAndHowManyWereWoken() {
        List<String> texts = new ArrayList<>();
        Logger listening = Logger.getAnonymousLogger();
        listening.setUseParentHandlers(false);
        listening.setFilter(line -> texts.add(line.getMessage()));
        hub.workers.register("dead", LEASE);
        hub.clock.advance(LEASE);
        holds("x", "dead");
        sweeper.sweep(listening);
        assertThat(texts).containsExactly("worker \"dead\" has vanished", "instances woken: 1");
    }

    @Test
    void anotherProcessThatSweepsStartsTheSearchAgain() {
        hub.workers.register("dead", LEASE);
        hub.clock.advance(LEASE);
        holds("x", "dead");
        assertThat(sweeper.sweep(log)).isEqualTo(1);
        assertThat(sweeper().sweep(log)).isEqualTo(1);
    }

    @Test
    void drainedWorkerIsSearchedForToo() {
        String lease = hub.workers.register("left", LEASE);
        hub.workers.markDrained("left", lease);
        holds("x", "left");
        assertThat(sweeper.sweep(log)).isEqualTo(1);
    }

    @Test
    void everyOtherRunDoesNothingWhereThereIsNoWorker() {
        AtomicInteger listings = new AtomicInteger();
        WorkerStore counted = new ForwardingWorkerStore(hub.workers) {
            @Override
            public List<WorkerRecord> list() {
                listings.incrementAndGet();
                return super.list();
            }
        };
        Sweeper idle = sweeper(counted, hub.clock, this::scan);
        for (int run = 0; run < 10; run++) {
            idle.sweep(log);
        }
        assertThat(listings).hasValue(5);
        counted.register("dead", LEASE);
        hub.clock.advance(LEASE);
        holds("x", "dead");
        assertThat(idle.sweep(log) + idle.sweep(log)).isEqualTo(1);
    }

    private void heldByTheDead(int instances) {
        hub.workers.register("dead", LEASE);
        hub.clock.advance(LEASE);
        for (int instance = 0; instance < instances; instance++) {
            holds("x" + instance, "dead");
        }
    }

    @Test
    void searchGoesOnWhereAPageFailed() {
        heldByTheDead(90);
        pageSize = 10;
        failsAt = 50;
        assertThatThrownBy(() -> sweeper.sweep(log)).isInstanceOf(StorageException.class);
        assertThat(woken()).hasSize(50);
        failsAt = -1;
        assertThat(sweeper.sweep(log)).isEqualTo(40);
        assertThat(scans).as("searches from the beginning").hasSize(1);
    }

    @Test
    void searchThatKeepsFailingAtOnePlaceStartsAgain() {
        heldByTheDead(30);
        pageSize = 10;
        failsAt = 10;
        for (int run = 0; run < 3; run++) {
            assertThatThrownBy(() -> sweeper.sweep(log)).isInstanceOf(StorageException.class);
        }
        failsAt = -1;
        assertThat(sweeper.sweep(log)).isEqualTo(20);
        assertThat(scans).hasSize(2);
    }

    @Test
    void searchThatTakesLongStopsInBetweenAndGoesOn() {
        heldByTheDead(90);
        pageSize = 10;
        onPage = () -> hub.clock.advance(PATIENCE.dividedBy(2));
        assertThat(sweeper.sweep(log)).isEqualTo(20);
        assertThat(sweeper.sweep(log)).isEqualTo(20);
        onPage = () -> {};
        assertThat(sweeper.sweep(log)).isEqualTo(50);
        assertThat(scans).hasSize(1);
    }

    /** By hand, say, beside the timer. */
    @Test
    void twoSweepsAtATimeAreOne() {
        heldByTheDead(1);
        List<Integer> inBetween = new ArrayList<>();
        onPage = () -> inBetween.add(sweeper.sweep(log));
        assertThat(sweeper.sweep(log)).isEqualTo(1);
        assertThat(inBetween).containsExactly(0);
        assertThat(scans).hasSize(1);
    }

    /** A worker makes its record first, and then takes the lease. */
    @Test
    void recordThatWasJustMadeIsLeftAlone() {
        hub.workers.register("new", LEASE);
        hub.workers.expire("new");
        sweeper.sweep(log);
        assertThat(hub.workers.stateOf("new")).isEqualTo(WorkerState.UNLEASED);
        hub.clock.advance(RUN);
        sweeper.sweep(log);
        assertThat(hub.workers.stateOf("new")).isEqualTo(WorkerState.EXPIRED);
    }

    @Test
    void recordThatIsYoungByASlowClockIsLeftAloneOnce() {
        SettableClock behind = new SettableClock(EngineFixture.START.minusSeconds(3_600));
        Sweeper confused = sweeper(hub.workers, behind, this::scan);
        hub.workers.register("dead", LEASE);
        hub.clock.advance(LEASE);
        confused.sweep(log);
        hub.clock.advance(RUN);
        confused.sweep(log);
        assertThat(hub.workers.stateOf("dead")).isEqualTo(WorkerState.EXPIRED);
    }

    @Test
    void inboxOfAFailedInstanceIsLeftAlone() {
        hub.registry.orchestrator("Job", () -> context -> {
            throw new IllegalStateException("on purpose");
        });
        hub.client.start(new StartRequest("Job", "failed", null));
        InMemoryWorkQueue.Delivery message = hub.queue.receive().orElseThrow();
        hub.client.raiseEvent("failed", "unread", "1", null);
        // The event comes in behind what the turn takes in.
        hub.drainNow(hub.worker());
        hub.worker().process(message.message(), hub.log);
        hub.queue.delete(message);
        hub.drainNow(hub.worker());
        Sweeper searching = sweeper(hub.workers, hub.clock, new InMemoryStuckScan(hub.instances));
        hub.workers.register("dead", LEASE);
        hub.clock.advance(Duration.ofHours(1));
        hub.workers.expireAll();
        assertThat(hub.instances.load("failed").inbox()).as("what is there").isNotEmpty();
        assertThat(searching.sweep(log)).isZero();
    }

    @Test
    void ownerWithoutARecordIsFoundByTheHourlyRound() {
        hub.workers.register("living", Duration.ofDays(1));
        holds("lost", "long gone");
        holds("minded", "living");
        holds("stuck", null);
        pageSize = 1;
        for (int run = 0; run < 200; run++) {
            sweeper.sweep(log);
            hub.clock.advance(RUN);
        }
        assertThat(woken()).containsExactly("lost", "stuck");
        assertThat(scans).hasSize(1).allSatisfy(before -> assertThat(before)
                .isBefore(hub.clock.instant().minus(Duration.ofMinutes(10))));
    }

    @Test
    void roundReadsAFewPagesInARun() {
        hub.workers.register("living", Duration.ofDays(1));
        for (int instance = 0; instance < 20; instance++) {
            holds("x" + instance, "long gone");
        }
        pageSize = 1;
        hub.clock.advance(Duration.ofHours(1));
        List<Integer> found = new ArrayList<>();
        for (int run = 0; run < 5; run++) {
            found.add(sweeper.sweep(log));
        }
        assertThat(found).containsExactly(5, 5, 5, 5, 0);
    }

    @Test
    void nothingIsSearchedWhereNoWorkerWas() {
        holds("lost", "long gone");
        for (int run = 0; run < 1_000; run++) {
            sweeper.sweep(log);
            hub.clock.advance(RUN);
        }
        assertThat(scans).isEmpty();
    }

    @Test
    void searchForADeadWorkerComesBeforeARound() {
        hub.workers.register("living", Duration.ofDays(1));
        for (int instance = 0; instance < 20; instance++) {
            holds("x" + instance, "dead");
        }
        pageSize = 1;
        hub.workers.register("dead", Duration.ofHours(1).plus(RUN));
        hub.clock.advance(Duration.ofHours(1));
        assertThat(sweeper.sweep(log)).as("it lives").isZero();
        hub.clock.advance(RUN);
        assertThat(sweeper.sweep(log)).isEqualTo(20);
    }
}
