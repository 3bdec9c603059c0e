package dev.soliton.store;

final class InMemoryInstanceCatalogTest extends InstanceCatalogContract {
    @Override
    protected InstanceStore emptyStore() {
        return new InMemoryInstanceStore();
    }

    @Override
    protected InstanceCatalog catalogOf(InstanceStore of) {
        return new InMemoryInstanceCatalog((InMemoryInstanceStore) of);
    }
}
