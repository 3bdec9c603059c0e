package dev.soliton.cost;

import dev.soliton.store.SettableClock;
import org.junit.jupiter.api.Tag;

/** Large executions in memory. */
@Tag("slow")
final class LargeExecutionsTest extends LargeExecutions {
    @Override
    HubStorage storage(SettableClock clock) {
        return new MemoryHubStorage(clock);
    }
}
