package dev.soliton.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every store of workers' signs does. */
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

    private WorkerLife listed(String worker) {
        List<WorkerSign> signs = workers.list().stream()
                .filter(sign -> sign.worker().equals(worker))
                .toList();
        return signs.isEmpty() ? WorkerLife.GONE : signs.get(0).life();
    }

    private void assertLife(WorkerLife life, String worker) {
        assertThat(workers.lifeOf(worker)).as("the life of %s", worker).isEqualTo(life);
        assertThat(listed(worker)).as("the life of %s in the list", worker).isEqualTo(life);
    }

    @Test
    void knowsNoWorkersAtFirst() {
        assertLife(WorkerLife.GONE, "w1");
        assertThat(workers.list()).isEmpty();
        assertThat(workers.tryDeclareDead("w1")).isTrue();
    }

    @Test
    void workerThatHasItsLeaseLivesAndCannotBeDeclaredDead() {
        String lease = workers.enlist("w1", LEASE);
        assertLife(WorkerLife.LIVING, "w1");
        assertThat(workers.tryDeclareDead("w1")).isFalse();
        assertThat(workers.renew("w1", lease)).isTrue();
        assertLife(WorkerLife.LIVING, "w1");
        workers.enlist("w2", LEASE);
        assertThat(workers.list()).extracting(WorkerSign::worker).containsExactlyInAnyOrder("w1", "w2");
    }

    @Test
    void leaseOfAnotherRenewsNothing() {
        workers.enlist("w1", LEASE);
        assertThat(workers.renew("w1", STRANGER)).isFalse();
        assertThat(workers.renew("w2", STRANGER)).isFalse();
    }

    @Test
    void leaseThatRanOutCanBeRenewedUntilSomebodyDeclaresTheWorkerDead() {
        String lease = workers.enlist("w1", LEASE);
        expire("w1");
        assertLife(WorkerLife.UNLEASED, "w1");
        assertThat(workers.tryDeclareDead("w1")).isTrue();
        assertLife(WorkerLife.VANISHED, "w1");
        assertThat(workers.renew("w1", lease)).isFalse();
        assertLife(WorkerLife.VANISHED, "w1");
        assertThat(workers.tryDeclareDead("w1")).isTrue();
    }

    @Test
    void workerThatLeavesWorkBehindSaysSo() {
        String lease = workers.enlist("w1", LEASE);
        workers.markLeft("w1", lease);
        assertLife(WorkerLife.LEFT, "w1");
        assertThat(workers.renew("w1", lease)).isFalse();
        assertThat(workers.tryDeclareDead("w1")).isTrue();
        assertLife(WorkerLife.LEFT, "w1");
    }

    @Test
    void workerWhoseLeaseRanOutCanSayThatItLeftUntilSomebodyDeclaresItDead() {
        String first = workers.enlist("w1", LEASE);
        expire("w1");
        workers.markLeft("w1", first);
        assertLife(WorkerLife.LEFT, "w1");
        String second = workers.enlist("w2", LEASE);
        expire("w2");
        assertThat(workers.tryDeclareDead("w2")).isTrue();
        workers.markLeft("w2", second);
        assertLife(WorkerLife.VANISHED, "w2");
    }

    @Test
    void workerThatLeavesNothingBehindIsGone() {
        String lease = workers.enlist("w1", LEASE);
        workers.leave("w1", STRANGER);
        assertLife(WorkerLife.LIVING, "w1");
        workers.leave("w1", lease);
        assertLife(WorkerLife.GONE, "w1");
        workers.leave("w1", lease);
        assertThat(workers.renew("w1", lease)).isFalse();
    }

    @Test
    void forgetsTheDeadAndNotTheLiving() {
        workers.enlist("w1", LEASE);
        workers.enlist("w2", LEASE);
        expire("w1");
        workers.tryDeclareDead("w1");
        workers.forget("w1");
        workers.forget("w2");
        workers.forget("w3");
        assertLife(WorkerLife.GONE, "w1");
        assertLife(WorkerLife.LIVING, "w2");
    }
}
