package dev.soliton.cost;

import dev.soliton.store.SettableClock;

/** What each operation asks of storage in memory. */
final class RequestCountTest extends RequestCount {
    @Override
    HubStorage storage(SettableClock clock) {
        return new MemoryHubStorage(clock);
    }
}
