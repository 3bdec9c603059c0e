package dev.soliton.engine;

import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The instances that this process has a turn of: one at a time each. */
final class BusyInstances {
    private final Set<String> busy = ConcurrentHashMap.newKeySet();

    /** Enters the instance; empty if a turn of it is under way. */
    Optional<Entry> tryEnter(String instanceId) {
        return busy.add(instanceId) ? Optional.of(() -> busy.remove(instanceId)) : Optional.empty();
    }

    /** The right to run a turn. */
    @FunctionalInterface
    interface Entry {
        /** Gives the right back. */
        void leave();
    }
}
