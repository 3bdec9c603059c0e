package dev.soliton.engine.worker;

import static org.assertj.core.api.Assertions.as;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.soliton.engine.commit.AbandonedInstance;
import dev.soliton.engine.runtime.EngineLimits;
import dev.soliton.engine.runtime.EngineServices;
import dev.soliton.engine.runtime.SleepAwareClock;
import dev.soliton.engine.runtime.TimeAndIds;
import dev.soliton.engine.runtime.TurnStopped;
import dev.soliton.orchestration.Registry;
import dev.soliton.store.ForwardingInstanceStore;
import dev.soliton.store.ForwardingWorkerStore;
import dev.soliton.store.InMemoryInstanceStore;
import dev.soliton.store.InMemoryPayloadStore;
import dev.soliton.store.InMemoryWorkQueue;
import dev.soliton.store.InMemoryWorkerStore;
import dev.soliton.store.InstanceRow;
import dev.soliton.store.Payloads;
import dev.soliton.store.SettableClock;
import dev.soliton.store.Storage;
import dev.soliton.store.StorageException;
import dev.soliton.store.UnreadableRowException;
import dev.soliton.store.Versioned;
import dev.soliton.store.Waits;
import dev.soliton.store.WorkMessage.Base;
import dev.soliton.store.WorkerRecord;
import dev.soliton.store.WorkerState;
import dev.soliton.store.WorkerStore;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.ConcurrentModificationException;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** How a process becomes a worker, shows that it lives, and ceases to be one. */
final class WorkerTest {
    private static final Instant START = Instant.parse("2030-01-01T00:00:00Z");
    private static final EngineLimits LIMITS =
            new EngineLimits(1_000, EngineLimits.DEFAULT_LEASE, Duration.ofMinutes(10));

    /** A renewal that is not answered for 3 s is sent again; this one just before that time is over again. */
    private static final Duration SECOND_TRY = Duration.ofMillis(5_900);

    private final SettableClock wall = new SettableClock(START);
    private final SettableClock monotonic = new SettableClock(START);
    private final InMemoryWorkerStore records = new InMemoryWorkerStore(wall);
    private final Deque<Runnable> housekeeping = new ArrayDeque<>();
    private final List<Duration> pauses = new ArrayList<>();
    private final Queue<Runnable> meanwhile = new ArrayDeque<>();
    private final AtomicInteger names = new AtomicInteger();
    private Consumer<String> onFind = id -> {};

    /** Pauses take no time but move the clocks; what a test wants to happen meanwhile happens, one thing in each. */
    private final class Script implements Waits {
        @Override
        public Duration elapsed() {
            return Duration.between(START, monotonic.instant());
        }

        @Override
        public void pause(Duration time) throws InterruptedException {
            pauses.add(time);
            wall.advance(time);
            monotonic.advance(time);
            if (pauses.size() > 1_000) {
                throw new InterruptedException("It goes on for ever.");
            }
            Runnable next = meanwhile.poll();
            if (next != null) {
                next.run();
            }
        }

        @Override
        public <T> @Nullable T take(BlockingQueue<T> queue, Duration limit) {
            return queue.poll();
        }
    }

    private final EngineServices services = new EngineServices(
            new Storage(
                    new ForwardingInstanceStore(new InMemoryInstanceStore(wall)) {
                        @Override
                        public Optional<Versioned<InstanceRow>> findRow(String instanceId) {
                            onFind.accept(instanceId);
                            return super.findRow(instanceId);
                        }
                    },
                    new InMemoryWorkQueue(wall),
                    new Payloads(new InMemoryPayloadStore(), this::newId, 1_000)),
            records,
            new TimeAndIds(wall, this::newId, new Script()),
            LIMITS,
            new Registry());

    private String newId() {
        return "worker-" + names.incrementAndGet();
    }

    private Worker worker(WorkerStore store) {
        return new Worker(services, store, housekeeping::add);
    }

    private List<String> living() {
        return records.list().stream()
                .filter(record -> record.state() == WorkerState.LIVE)
                .map(WorkerRecord::worker)
                .toList();
    }

    @Test
    void processThatDoesNothingIsNoWorker() {
        worker(records);
        assertThat(records.list()).isEmpty();
        assertThat(housekeeping).isEmpty();
    }

    @Test
    void leaseIsRenewedWhileThereIsWorkAndReleasedAfterAnIdleWhile() throws TurnStopped {
        Worker worker = worker(records);
        Worker.LeaseUse use = worker.begin();
        assertThat(living()).containsExactly(use.lease().worker());
        for (int renewals = 0; renewals < 5; renewals++) {
            meanwhile.add(() -> assertThat(living()).hasSize(1));
        }
        meanwhile.add(use::close);
        housekeeping.remove().run();
        assertThat(records.list()).isEmpty();
        // Work for a minute, and quiet for a minute; the lease is looked after every ten seconds.
        assertThat(pauses).hasSize(13).containsOnly(Duration.ofSeconds(10));

        // Whoever comes next is another worker.
        assertThat(worker.begin().lease().worker()).isNotEqualTo(use.lease().worker());
        assertThat(housekeeping).isNotEmpty();
    }

    @Test
    void worksThatComeTogetherShareALease() throws TurnStopped {
        Worker worker = worker(records);
        assertThat(worker.begin().lease()).isSameAs(worker.begin().lease());
        assertThat(records.list()).hasSize(1);
    }

    @Test
    void workerWhoseRenewalsAreAllAnsweredAtTheirSecondTryStaysOne() throws TurnStopped {
        List<WorkerLease> leases = new ArrayList<>();
        Worker worker = worker(new ForwardingWorkerStore(records) {
            @Override
            public boolean renew(String name, String leaseId) {
                boolean renewed = super.renew(name, leaseId);
                wall.advance(SECOND_TRY);
                monotonic.advance(SECOND_TRY);
                assertThat(leases.get(0).isValid()).isTrue();
                return renewed;
            }
        });
        Worker.LeaseUse use = worker.begin();
        leases.add(use.lease());
        for (int renewals = 0; renewals < 5; renewals++) {
            meanwhile.add(() -> {});
        }
        meanwhile.add(use::close);
        housekeeping.remove().run();
        assertThat(pauses)
                .startsWith(Duration.ofSeconds(10), Duration.ofSeconds(10).minus(SECOND_TRY));
    }

    @Test
    void leaseThatTookLongToHaveIsRenewedSooner() throws TurnStopped {
        Worker worker = worker(new ForwardingWorkerStore(records) {
            @Override
            public String register(String name, Duration lease) {
                String leaseId = super.register(name, lease);
                wall.advance(SECOND_TRY);
                monotonic.advance(SECOND_TRY);
                return leaseId;
            }
        });
        worker.begin().close();
        housekeeping.remove().run();
        assertThat(pauses).startsWith(Duration.ofSeconds(10).minus(SECOND_TRY), Duration.ofSeconds(10));
    }

    @Test
    void workerWhoseRenewalsAreNotAnsweredStopsBeforeItsLeaseRunsOut() throws TurnStopped {
        Worker worker = worker(new ForwardingWorkerStore(records) {
            @Override
            public boolean renew(String name, String leaseId) {
                throw new StorageException("no answer", null);
            }
        });
        WorkerLease lease = worker.begin().lease();
        AtomicInteger stops = new AtomicInteger();
        lease.onStop(stops::incrementAndGet);
        housekeeping.remove().run();
        assertThat(stops).hasValue(1);
        assertThat(lease.isValid()).isFalse();
        assertThat(pauses)
                .containsExactly(
                        Duration.ofSeconds(10),
                        Duration.ofSeconds(2),
                        Duration.ofSeconds(2),
                        Duration.ofSeconds(2),
                        Duration.ofSeconds(2));
        assertThat(Duration.between(START, wall.instant())).isLessThan(EngineLimits.DEFAULT_LEASE);
        assertThat(living()).containsExactly(lease.worker());
        assertThat(worker.begin().lease().worker()).isNotEqualTo(lease.worker());
    }

    @Test
    void workerWhoseRenewalHangsStopsBeforeItsLeaseRunsOut() throws TurnStopped {
        WorkerLease lease = worker(records).begin().lease();
        List<Duration> stops = new ArrayList<>();
        lease.onStop(() -> stops.add(Duration.between(START, wall.instant())));
        // The first of the two looks after the renewals; it hangs.
        meanwhile.add(() -> lease.renewed(services.moment()));
        housekeeping.removeLast().run();
        assertThat(lease.isValid()).isFalse();
        assertThat(stops)
                .singleElement(as(InstanceOfAssertFactories.DURATION))
                .isBetween(
                        LIMITS.trust().multipliedBy(2),
                        LIMITS.trust().multipliedBy(2).plusMillis(100));
    }

    @Test
    void workerWhoseRenewalIsRefusedStopsAtOnce() throws TurnStopped {
        Worker worker = worker(records);
        WorkerLease lease = worker.begin().lease();
        AtomicInteger stops = new AtomicInteger();
        lease.onStop(stops::incrementAndGet);
        meanwhile.add(() -> {
            records.expire(lease.worker());
            assertThat(records.tryDeclareDead(lease.worker())).isTrue();
        });
        housekeeping.remove().run();
        assertThat(stops).hasValue(1);
        assertThat(pauses).hasSize(1);
    }

    @Test
    void leaseIsNotTrustedAnyMoreAfterAPauseThatEitherClockShows() throws TurnStopped {
        Duration tooLong = LIMITS.trust().plus(SleepAwareClock.TRIM);
        WorkerLease byMonotonic = worker(records).begin().lease();
        monotonic.advance(LIMITS.trust());
        assertThat(byMonotonic.isValid()).isTrue();
        monotonic.advance(Duration.ofMillis(1));
        assertThat(byMonotonic.isValid()).isFalse();

        // A machine that was suspended: its monotonic clock may have stood still.
        WorkerLease byWall = worker(records).begin().lease();
        wall.advance(tooLong);
        assertThat(byWall.isValid()).isFalse();
        byWall.renewed(services.moment());
        assertThat(byWall.isValid()).as("once is for ever").isFalse();
    }

    @Test
    void leaseThatCannotBeHadIsAskedForAgainUnderAnotherName() throws TurnStopped {
        List<String> asked = new ArrayList<>();
        Worker worker = worker(new ForwardingWorkerStore(records) {
            @Override
            public String register(String name, Duration lease) {
                asked.add(name);
                String id = super.register(name, lease);
                if (asked.size() == 1) {
                    throw new StorageException("no answer", null);
                }
                return id;
            }
        });
        assertThatThrownBy(worker::begin).isInstanceOf(StorageException.class);
        assertThat(worker.begin().lease().worker()).isEqualTo(asked.get(1)).isNotEqualTo(asked.get(0));
    }

    @Test
    void workerThatMayStillOwnAnInstanceKeepsItsLease() throws TurnStopped {
        Worker worker = worker(records);
        Worker.LeaseUse use = worker.begin();
        AbandonedInstance abandoned = orphan("x");
        use.lease().adopt(abandoned);
        use.close();
        for (int renewals = 0; renewals < 30; renewals++) {
            meanwhile.add(() -> assertThat(living()).hasSize(1));
        }
        meanwhile.add(() -> use.lease().settled(abandoned));
        housekeeping.remove().run();
        assertThat(records.list()).isEmpty();
        assertThat(pauses).hasSize(31);
    }

    @Test
    void writeThatWasNeverAnsweredIsWaitedForForFiveMinutes() throws TurnStopped {
        WorkerLease lease = worker(records).begin().lease();
        lease.adopt(orphan("x"));
        housekeeping.removeLast().run();
        assertThat(lease.abandoned()).isEmpty();
        assertThat(Duration.between(START, wall.instant())).isBetween(Duration.ofMinutes(5), Duration.ofMinutes(6));
        // What comes afterwards is seen to as well.
        lease.adopt(orphan("y"));
        assertThat(housekeeping).hasSize(3);
    }

    @Test
    void tablesThatAnswerSlowlyDoNotKeepALeaseFromBeingRenewed() throws TurnStopped {
        onFind = id -> {
            wall.advance(LIMITS.lease());
            monotonic.advance(LIMITS.lease());
        };
        Worker worker = worker(records);
        Worker.LeaseUse use = worker.begin();
        for (int left = 0; left < 30; left++) {
            use.lease().adopt(orphan("x" + left));
        }
        for (int renewals = 0; renewals < 10; renewals++) {
            meanwhile.add(() -> assertThat(use.lease().isValid()).isTrue());
        }
        meanwhile.add(() -> {
            throw new EnoughException();
        });
        assertThatThrownBy(housekeeping.remove()::run).isInstanceOf(EnoughException.class);
        assertThat(use.lease().isValid()).isTrue();
        assertThat(pauses).hasSize(11).containsOnly(LIMITS.renewal());
    }

    @Test
    void rowThatCannotBeReadCostsNobodyElseAnything() throws TurnStopped {
        List<String> read = new ArrayList<>();
        onFind = id -> {
            read.add(id);
            if (id.equals("edited")) {
                throw new UnreadableRowException(id, "instance", "somebody edited it", null);
            }
        };
        WorkerLease lease = worker(records).begin().lease();
        lease.adopt(orphan("edited"));
        lease.adopt(orphan("sound"));
        for (int round = 0; round < 40; round++) {
            meanwhile.add(() -> {});
        }
        meanwhile.add(() -> {
            throw new EnoughException();
        });
        assertThatThrownBy(housekeeping.removeLast()::run).isInstanceOf(EnoughException.class);
        assertThat(read.stream().filter("sound"::equals)).hasSize(40);
        assertThat(read.stream().filter("edited"::equals))
                .as("each half minute")
                .hasSize(3);
        // It is this worker's still: once the row can be read again, it is released.
        assertThat(lease.abandoned()).hasSize(2);
    }

    @Test
    void allTurnsAreNotifiedOfTheEndOfALeaseWhateverOneOfThemDoes() throws TurnStopped {
        WorkerLease lease = worker(records).begin().lease();
        AtomicInteger stops = new AtomicInteger();
        lease.onStop(stops::incrementAndGet);
        lease.onStop(() -> {
            throw new ConcurrentModificationException("on purpose");
        });
        lease.onStop(stops::incrementAndGet);
        lease.onStop(() -> stops.addAndGet(10));
        lease.stop();
        assertThat(stops).hasValue(12);
    }

    @Test
    void workerThatCouldNotRenewItsLeaseInTimeIsMarkedAsDrained() throws TurnStopped {
        WorkerLease lease = worker(records).begin().lease();
        meanwhile.add(() -> {});
        meanwhile.add(() -> {
            assertThat(lease.isValid()).isFalse();
            assertThat(living()).as("what it held is to return first").containsExactly(lease.worker());
        });
        // The second of the two looks after the lease's time; the first, which renews it, hangs.
        housekeeping.removeLast().run();
        assertThat(records.stateOf(lease.worker())).isEqualTo(WorkerState.DRAINED);
        assertThat(Duration.between(START, wall.instant())).isBetween(LIMITS.trust(), LIMITS.lease());
    }

    private AbandonedInstance orphan(String id) {
        return new AbandonedInstance(id, "e", Set.of("nonce"), Set.of(Base.NO_ROW), services.moment(), () -> true);
    }

    /** Ends a loop of the worker's that would go on. */
    private static final class EnoughException extends Error {
        private static final long serialVersionUID = 1L;
    }

    @Test
    void processThatEndsGivesItsLeaseBackWhenItsWorkIsDone() throws TurnStopped {
        Worker worker = worker(records);
        Worker.LeaseUse use = worker.begin();
        meanwhile.add(use::close);
        worker.close();
        worker.leave(Duration.ofSeconds(4));
        assertThat(records.list()).isEmpty();
        assertThatThrownBy(worker::begin).isInstanceOf(StorageException.class).hasMessageContaining("about to stop");
    }

    @Test
    void processThatEndsWithWorkInHandIsMarkedAsDrained() throws TurnStopped {
        Worker worker = worker(records);
        WorkerLease lease = worker.begin().lease();
        worker.leave(Duration.ofSeconds(4));
        assertThat(records.stateOf(lease.worker())).isEqualTo(WorkerState.DRAINED);
        assertThat(lease.isValid()).isFalse();
        assertThat(Duration.between(START, wall.instant())).isLessThan(Duration.ofSeconds(5));
    }
}
