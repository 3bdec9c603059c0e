package dev.soliton.azure;

import dev.soliton.engine.WorkerStore;
import dev.soliton.engine.WorkerStoreContract;

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
}
