package dev.soliton.cost;

import dev.soliton.instance.SettableClock;

/** Large executions on Azurite. */
final class LargeExecutionsIT extends LargeExecutions {
    @Override
    HubStorage storage(SettableClock clock) {
        return new AzuriteHubStorage(clock);
    }
}
