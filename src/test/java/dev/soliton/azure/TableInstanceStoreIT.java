package dev.soliton.azure;

import dev.soliton.instance.InstanceStore;
import dev.soliton.instance.InstanceStoreContract;

final class TableInstanceStoreIT extends InstanceStoreContract {
    @Override
    protected InstanceStore emptyStore() {
        return new TableInstanceStore(AzuriteAccount.shared(), AzuriteAccount.freshHub());
    }
}
