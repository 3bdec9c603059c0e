package dev.soliton.cost;

import dev.soliton.store.SettableClock;
import org.junit.jupiter.api.Tag;

/** What each operation sends to Azurite. */
@Tag("full")
final class RequestCountIT extends RequestCount {
    @Override
    HubStorage storage(SettableClock clock) {
        return new AzuriteHubStorage(clock);
    }
}
