package dev.soliton.store;

import java.time.Instant;

final class InMemoryWorkerStoreTest extends WorkerStoreContract {
    private final InMemoryWorkerStore store = new InMemoryWorkerStore(new SettableClock(Instant.EPOCH));

    @Override
    protected WorkerStore emptyStore() {
        return store;
    }

    @Override
    protected void expire(String worker) {
        store.expire(worker);
    }
}
