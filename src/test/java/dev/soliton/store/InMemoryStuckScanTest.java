package dev.soliton.store;

import java.time.Instant;

final class InMemoryStuckScanTest extends StuckScanContract {
    private static final Instant NOW = Instant.parse("2030-01-01T00:00:00Z");

    @Override
    protected Searched emptyStore() {
        InMemoryInstanceStore store = new InMemoryInstanceStore(() -> NOW);
        return new Searched(store, new InMemoryStuckScan(store), NOW);
    }
}
