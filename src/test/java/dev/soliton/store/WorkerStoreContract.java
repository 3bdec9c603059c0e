package dev.soliton.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every store of workers' records does. */
public abstract class WorkerStoreContract {
    private static final Duration LEASE = Duration.ofSeconds(30);
    private static final String STRANGER = "00000000-0000-0000-0000-000000000000 etag";

    @SuppressWarnings("NullAway.Init")
    private WorkerStore workers;

    /** A store without workers. */
    protected abstract WorkerStore emptyStore();

    /** Lets the lease of a worker run out. */
    protected abstract void expire(String worker);

    @BeforeEach
    void setUp() {
        workers = emptyStore();
    }

    private WorkerState listed(String worker) {
        List<WorkerRecord> records = workers.list().stream()
                .filter(record -> record.worker().equals(worker))
                .toList();
        return records.isEmpty() ? WorkerState.ABSENT : records.get(0).state();
    }

    private void assertState(WorkerState workerState, String worker) {
        assertThat(workers.stateOf(worker)).as("the life of %s", worker).isEqualTo(workerState);
        assertThat(workers.find(worker).map(WorkerRecord::state).orElse(WorkerState.ABSENT))
                .as("the life of %s in its record", worker)
                .isEqualTo(workerState);
        assertThat(listed(worker)).as("the life of %s in the list", worker).isEqualTo(workerState);
    }

    @Test
    void knowsNoWorkersAtFirst() {
        assertState(WorkerState.ABSENT, "w1");
        assertThat(workers.list()).isEmpty();
        assertThat(workers.tryDeclareDead("w1")).isTrue();
    }

    @Test
    void workerThatHasItsLeaseIsLiveAndCannotBeDeclaredDead() {
        String lease = workers.register("w1", LEASE);
        assertState(WorkerState.LIVE, "w1");
        assertThat(workers.tryDeclareDead("w1")).isFalse();
        assertThat(workers.renew("w1", lease)).isTrue();
        assertState(WorkerState.LIVE, "w1");
        workers.register("w2", LEASE);
        assertThat(workers.list()).extracting(WorkerRecord::worker).containsExactlyInAnyOrder("w1", "w2");
    }

    @Test
    void leaseOfAnotherRenewsNothing() {
        workers.register("w1", LEASE);
        assertThat(workers.renew("w1", STRANGER)).isFalse();
        assertThat(workers.renew("w2", STRANGER)).isFalse();
    }

    @Test
    void expiredLeaseCanBeRenewedUntilTheWorkerIsDeclaredDead() {
        String lease = workers.register("w1", LEASE);
        expire("w1");
        assertState(WorkerState.UNLEASED, "w1");
        assertThat(workers.tryDeclareDead("w1")).isTrue();
        assertState(WorkerState.EXPIRED, "w1");
        assertThat(workers.renew("w1", lease)).isFalse();
        assertState(WorkerState.EXPIRED, "w1");
        assertThat(workers.tryDeclareDead("w1")).isTrue();
    }

    @Test
    void workerThatLeavesWorkIsMarkedAsDrained() {
        String lease = workers.register("w1", LEASE);
        workers.markDrained("w1", lease);
        assertState(WorkerState.DRAINED, "w1");
        assertThat(workers.renew("w1", lease)).isFalse();
        assertThat(workers.tryDeclareDead("w1")).isTrue();
        assertState(WorkerState.DRAINED, "w1");
    }

    @Test
    void expiredWorkerCanMarkItselfDrainedUntilItIsDeclaredDead() {
        String first = workers.register("w1", LEASE);
        expire("w1");
        workers.markDrained("w1", first);
        assertState(WorkerState.DRAINED, "w1");
        String second = workers.register("w2", LEASE);
        expire("w2");
        assertThat(workers.tryDeclareDead("w2")).isTrue();
        workers.markDrained("w2", second);
        assertState(WorkerState.EXPIRED, "w2");
    }

    @Test
    void workerThatLeavesNothingIsAbsent() {
        String lease = workers.register("w1", LEASE);
        workers.deregister("w1", STRANGER);
        assertState(WorkerState.LIVE, "w1");
        workers.deregister("w1", lease);
        assertState(WorkerState.ABSENT, "w1");
        workers.deregister("w1", lease);
        assertThat(workers.renew("w1", lease)).isFalse();
    }

    @Test
    void removesDeadWorkersAndNotLiveOnes() {
        workers.register("w1", LEASE);
        workers.register("w2", LEASE);
        expire("w1");
        workers.tryDeclareDead("w1");
        workers.remove("w1");
        workers.remove("w2");
        workers.remove("w3");
        assertState(WorkerState.ABSENT, "w1");
        assertState(WorkerState.LIVE, "w2");
    }
}
