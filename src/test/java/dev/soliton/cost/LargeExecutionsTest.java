package dev.soliton.cost;

import dev.soliton.instance.SettableClock;

/** Large executions in memory. */
final class LargeExecutionsTest extends LargeExecutions {
    @Override
    HubStorage storage(SettableClock clock) {
        return new MemoryHubStorage(clock);
    }
}
