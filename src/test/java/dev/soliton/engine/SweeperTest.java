package dev.soliton.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.soliton.instance.ExecutionKey;
import dev.soliton.instance.SettableClock;
import dev.soliton.instance.StorageException;
import dev.soliton.instance.WorkMessage;
import java.time.Duration;
import java.time.Instant;
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

    private final EngineFixture hub = new EngineFixture();
    private final Logger log = Logger.getAnonymousLogger();
    private final List<StuckScan.Found> stuck = new ArrayList<>();
    private final List<Instant> scans = new ArrayList<>();
    private final Sweeper sweeper = sweeper();
    private boolean scanFails;

    @AfterEach
    void close() {
        hub.close();
    }

    private Sweeper sweeper() {
        return new Sweeper(hub.storage, hub.workers, this::scan, hub.clock);
    }

    private void scan(Instant before, Consumer<StuckScan.Found> finder) {
        scans.add(before);
        stuck.forEach(finder);
        if (scanFails) {
            throw new StorageException("no answer", null);
        }
    }

    private void holds(String instance, @Nullable String owner) {
        stuck.add(new StuckScan.Found(new ExecutionKey(instance, "e", 0), owner));
    }

    private List<String> woken() {
        return hub.queue.messages().stream().map(WorkMessage::instanceId).toList();
    }

    @Test
    void livingWorkersCostAListingAndNothingElse() {
        hub.workers.enlist("living", Duration.ofDays(1));
        holds("x", "living");
        for (int run = 0; run < 10; run++) {
            assertThat(sweeper.sweep(log)).isZero();
            hub.clock.advance(RUN);
        }
        assertThat(scans).isEmpty();
        assertThat(hub.queue.messages()).isEmpty();
    }

    @Test
    void vanishedWorkerIsMarkedBeforeWhatItHeldIsLookedForAndWoken() {
        hub.workers.enlist("dead", LEASE);
        hub.workers.enlist("living", Duration.ofDays(1));
        holds("of-dead", "dead");
        holds("of-living", "living");
        holds("of-nobody", null);
        holds("of-one-without-a-sign", "long gone");
        holds("of-dead", "dead");
        hub.clock.advance(LEASE);
        assertThat(sweeper.sweep(log)).isEqualTo(3);
        assertThat(hub.workers.lifeOf("dead")).isEqualTo(WorkerLife.VANISHED);
        assertThat(woken()).containsExactlyInAnyOrder("of-dead", "of-nobody", "of-one-without-a-sign");
        assertThat(scans).containsExactly(hub.clock.instant().minusSeconds(8));
    }

    @Test
    void deadWorkerIsSearchedForAgainAndForgottenAfterAQuarterOfAnHour() {
        hub.workers.enlist("dead", LEASE);
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
    void searchThatFailsIsMadeAgainByTheNextRun() {
        hub.workers.enlist("dead", LEASE);
        hub.clock.advance(LEASE);
        holds("x", "dead");
        scanFails = true;
        assertThatThrownBy(() -> sweeper.sweep(log)).isInstanceOf(StorageException.class);
        assertThat(hub.queue.messages()).isEmpty();
        scanFails = false;
        assertThat(sweeper.sweep(log)).isEqualTo(1);
        assertThat(woken()).containsExactly("x");
    }

    @Test
    void searchThatFailedIsMadeUpForAlsoIfTheClockWasSetBackMeanwhile() {
        SettableClock own = new SettableClock(EngineFixture.START);
        Sweeper confused = new Sweeper(hub.storage, hub.workers, this::scan, own);
        hub.workers.enlist("dead", LEASE);
        hub.clock.advance(LEASE);
        holds("x", "dead");
        scanFails = true;
        assertThatThrownBy(() -> confused.sweep(log)).isInstanceOf(StorageException.class);
        scanFails = false;
        own.advance(Duration.ofMinutes(-4));
        assertThat(confused.sweep(log)).isEqualTo(1);
        assertThat(woken()).containsExactly("x");
    }

    @Test
    void saysInTheTextItselfWhoVanishedAndHowManyWereWoken() {
        List<String> texts = new ArrayList<>();
        Logger listening = Logger.getAnonymousLogger();
        listening.setUseParentHandlers(false);
        listening.setFilter(line -> texts.add(line.getMessage()));
        hub.workers.enlist("dead", LEASE);
        hub.clock.advance(LEASE);
        holds("x", "dead");
        sweeper.sweep(listening);
        assertThat(texts).containsExactly("worker \"dead\" has vanished", "instances woken: 1");
    }

    @Test
    void anotherProcessThatSweepsBeginsAnew() {
        hub.workers.enlist("dead", LEASE);
        hub.clock.advance(LEASE);
        holds("x", "dead");
        assertThat(sweeper.sweep(log)).isEqualTo(1);
        assertThat(sweeper().sweep(log)).isEqualTo(1);
    }

    @Test
    void workerThatLeftIsSearchedForToo() {
        String lease = hub.workers.enlist("left", LEASE);
        hub.workers.markLeft("left", lease);
        holds("x", "left");
        assertThat(sweeper.sweep(log)).isEqualTo(1);
    }

    @Test
    void everyOtherRunDoesNothingWhereThereIsNoWorker() {
        AtomicInteger listings = new AtomicInteger();
        WorkerStore counted = new ForwardingWorkerStore(hub.workers) {
            @Override
            public List<WorkerSign> list() {
                listings.incrementAndGet();
                return super.list();
            }
        };
        Sweeper idle = new Sweeper(hub.storage, counted, this::scan, hub.clock);
        for (int run = 0; run < 10; run++) {
            idle.sweep(log);
        }
        assertThat(listings).hasValue(5);
        counted.enlist("dead", LEASE);
        hub.clock.advance(LEASE);
        holds("x", "dead");
        assertThat(idle.sweep(log) + idle.sweep(log)).isEqualTo(1);
    }
}
