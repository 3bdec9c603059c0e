package dev.soliton.cost;

import dev.soliton.instance.SettableClock;

/** What each operation sends to Azurite. */
final class RequestCountIT extends RequestCount {
    @Override
    HubStorage storage(SettableClock clock) {
        return new AzuriteHubStorage(clock);
    }
}
