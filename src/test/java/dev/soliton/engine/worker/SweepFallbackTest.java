package dev.soliton.engine.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.soliton.engine.EngineFixture;
import dev.soliton.engine.runtime.TimeAndIds;
import dev.soliton.store.ForwardingWorkerStore;
import dev.soliton.store.InMemorySweepMark;
import dev.soliton.store.InMemoryWorkerStore;
import dev.soliton.store.StorageException;
import dev.soliton.store.StuckScan;
import dev.soliton.store.SweepMark;
import dev.soliton.store.WorkerRecord;
import dev.soliton.store.WorkerStore;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A hub is swept, whatever the platform's lock of the timer does. */
final class SweepFallbackTest {
    private final EngineFixture hub = new EngineFixture();
    private final List<Member> processes = new ArrayList<>();
    private final List<String> said = new ArrayList<>();
    private final Logger log = listening();

    @AfterEach
    void close() {
        hub.close();
    }

    private Logger listening() {
        Logger logger = Logger.getAnonymousLogger();
        logger.setUseParentHandlers(false);
        logger.setFilter(line -> said.add(line.getMessage()));
        return logger;
    }

    /** A process of the app, on a hub. */
    private final class Member {
        private final SweepFallback sweep;
        private int sweeps;
        private boolean hasTheTimer;

        Member(SweepMark mark, WorkerStore workers) {
            WorkerStore counted = new ForwardingWorkerStore(workers) {
                @Override
                public List<WorkerRecord> list() {
                    sweeps++;
                    return super.list();
                }
            };
            TimeAndIds timeAndIds = new TimeAndIds(hub.clock, () -> "id", hub.waits());
            StuckScan nothing = (before, from, finder) -> null;
            sweep = new SweepFallback(
                    new Sweeper(hub.storage, counted, nothing, timeAndIds, Duration.ofMinutes(2)), mark, hub.waits());
            processes.add(this);
        }

        int sweeps() {
            int made = sweeps;
            sweeps = 0;
            return made;
        }
    }

    /** Lets time pass: timers fire where the platform has them fire, and all processes look. */
    private void pass(Duration time) {
        for (long interval = 0; interval < time.dividedBy(SweepFallback.INTERVAL); interval++) {
            hub.clock.advance(SweepFallback.INTERVAL);
            for (Member process : processes) {
                if (process.hasTheTimer) {
                    process.sweep.byTimer(log);
                }
                process.sweep.check(log);
            }
        }
    }

    private Member process(SweepMark mark) {
        return new Member(mark, hub.workers);
    }

    /** So that no run is left out for want of workers. */
    private void somebodyWorks() {
        hub.workers.register("living", Duration.ofDays(1_000));
    }

    @Test
    void hubThatItsTimerSweepsIsSweptByNobodyElse() {
        somebodyWorks();
        InMemorySweepMark mark = new InMemorySweepMark();
        Member first = process(mark);
        Member second = process(mark);
        first.hasTheTimer = true;
        pass(Duration.ofMinutes(30));
        assertThat(first.sweeps()).isEqualTo(90);
        assertThat(second.sweeps()).isZero();
        assertThat(mark.requests)
                .as("every other run marks, and one looks each minute")
                .isEqualTo(45 + 30);
        assertThat(said).isEmpty();
    }

    /** Hosts of two hubs that have one host ID share the lock of the timer. */
    @Test
    void hubWhoseTimerFiresForAnotherHubIsSweptByOneOfItsProcesses() {
        somebodyWorks();
        InMemoryWorkerStore others = new InMemoryWorkerStore(hub.clock);
        Member elsewhere = new Member(new InMemorySweepMark(), others);
        elsewhere.hasTheTimer = true;
        InMemorySweepMark mark = new InMemorySweepMark();
        Member first = process(mark);
        Member second = process(mark);
        pass(Duration.ofMinutes(2));
        assertThat(first.sweeps() + second.sweeps()).isPositive();
        pass(Duration.ofMinutes(30));
        assertThat(List.of(first.sweeps(), second.sweeps()))
                .as("one of them, as often as a timer")
                .containsExactlyInAnyOrder(90, 0);
        assertThat(said).containsExactly("nobody sweeps this hub; this process does");
    }

    /** Hosts of one hub that have two host IDs have a timer each. */
    @Test
    void hubWithTwoTimersIsSweptByBoth() {
        somebodyWorks();
        InMemorySweepMark mark = new InMemorySweepMark();
        Member first = process(mark);
        Member second = process(mark);
        first.hasTheTimer = true;
        second.hasTheTimer = true;
        pass(Duration.ofMinutes(10));
        assertThat(List.of(first.sweeps(), second.sweeps())).containsExactly(30, 30);
        assertThat(said).isEmpty();
    }

    @Test
    void processThatSweepsForTheTimerStopsWhenItFiresAndIsFollowed() {
        somebodyWorks();
        InMemorySweepMark mark = new InMemorySweepMark();
        Member first = process(mark);
        Member second = process(mark);
        pass(Duration.ofMinutes(10));
        Member leader = first.sweeps() > 0 ? first : second;
        Member other = leader == first ? second : first;
        other.sweeps();
        leader.sweeps();
        // The timer fires for this hub again.
        Member third = process(mark);
        third.hasTheTimer = true;
        pass(Duration.ofMinutes(1));
        leader.sweeps();
        pass(Duration.ofMinutes(10));
        assertThat(leader.sweeps()).isZero();
        // And not any more; that process is gone.
        processes.remove(third);
        pass(Duration.ofMinutes(3));
        assertThat(first.sweeps() + second.sweeps()).isPositive();
        // Whoever sweeps by now dies.
        pass(Duration.ofMinutes(1));
        Member dies = first.sweeps() > 0 ? first : second;
        processes.remove(dies);
        Member left = dies == first ? second : first;
        left.sweeps();
        pass(Duration.ofMinutes(3));
        assertThat(left.sweeps()).isPositive();
    }

    @Test
    void markThatCannotBeWrittenKeepsNobodyFromSweeping() {
        somebodyWorks();
        Member process = process(new SweepMark() {
            @Override
            public String read() {
                throw new StorageException("no answer", null);
            }

            @Override
            public Optional<Instant> changedAt() {
                throw new StorageException("no answer", null);
            }

            @Override
            public void change() {
                throw new StorageException("no answer", null);
            }

            @Override
            public String tryChange(String from) {
                throw new StorageException("no answer", null);
            }
        });
        for (int run = 0; run < 3; run++) {
            process.sweep.byTimer(log);
        }
        assertThat(process.sweeps()).isEqualTo(3);
    }
}
