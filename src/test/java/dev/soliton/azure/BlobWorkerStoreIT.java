package dev.soliton.azure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.soliton.store.StorageException;
import dev.soliton.store.WorkerState;
import dev.soliton.store.WorkerStore;
import dev.soliton.store.WorkerStoreContract;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("integration")
final class BlobWorkerStoreIT extends WorkerStoreContract {
    private final String hub = AzuriteAccount.freshHub();

    @Override
    protected WorkerStore emptyStore() {
        return new BlobWorkerStore(AzuriteAccount.shared(), hub);
    }

    @Override
    protected void expire(String worker) {
        WorkerLeases.end(AzuriteAccount.shared(), hub, worker);
    }

    /** A record was made, the answer is lost, and a sweep finds it before the client tries again. */
    @Test
    void nobodyGetsALeaseOfARecordThatWasMarkedBeforeItWasLeased() {
        WorkerStore others = emptyStore();
        others.register("first", Duration.ofSeconds(60));
        FaultyWire wire = new FaultyWire();
        BlobWorkerStore mine = new BlobWorkerStore(AzuriteAccount.through(wire), hub);
        wire.next(1, new FaultyWire.Fault.LostAnswer(() -> assertThat(others.tryDeclareDead("second"))
                .isTrue()));
        assertThatThrownBy(() -> mine.register("second", Duration.ofSeconds(20)))
                .isInstanceOf(StorageException.class);
        assertThat(others.stateOf("second")).isEqualTo(WorkerState.EXPIRED);
    }

    @Test
    void recordWhoseAnswerIsLostIsLeasedAllTheSame() {
        emptyStore().register("first", Duration.ofSeconds(60));
        FaultyWire wire = new FaultyWire();
        BlobWorkerStore mine = new BlobWorkerStore(AzuriteAccount.through(wire), hub);
        wire.next(2, new FaultyWire.Fault.LostAnswer());
        String lease = mine.register("second", Duration.ofSeconds(20));
        assertThat(mine.renew("second", lease)).isTrue();
        assertThat(emptyStore().stateOf("second")).isEqualTo(WorkerState.LIVE);
    }
}
