package dev.soliton.cost;

import dev.soliton.store.SettableClock;
import org.junit.jupiter.api.Tag;

/** Large executions on Azurite. */
@Tag("full")
final class LargeExecutionsIT extends LargeExecutions {
    @Override
    HubStorage storage(SettableClock clock) {
        return new AzuriteHubStorage(clock);
    }
}
