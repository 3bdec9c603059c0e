package dev.soliton.instance;

final class InMemoryInstanceStoreTest extends InstanceStoreContract {
    @Override
    protected InstanceStore emptyStore() {
        return new InMemoryInstanceStore();
    }
}
