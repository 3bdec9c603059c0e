package dev.soliton.client;

import dev.soliton.store.Incarnation;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The executions that were live when last seen, so that an event for them needs no read of the instance row. The cache
 * may be out of date: the execution's gate decides.
 */
final class LiveExecutionCache {
    static final int MAX_ENTRIES = 10_000;
    static final Duration MAX_AGE = Duration.ofMinutes(5);

    private final InstantSource clock;
    private final Map<String, Known> entries = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Known> eldest) {
            return size() > MAX_ENTRIES;
        }
    };

    private record Known(Incarnation incarnation, Instant seenAt) {}

    LiveExecutionCache(InstantSource clock) {
        this.clock = clock;
    }

    /** The execution that was live when the instance was last seen; null if none is known, or if that was long ago. */
    synchronized @Nullable Incarnation of(String instanceId) {
        Known known = entries.get(instanceId);
        if (known == null) {
            return null;
        }
        if (known.seenAt().plus(MAX_AGE).isBefore(clock.instant())) {
            entries.remove(instanceId);
            return null;
        }
        return known.incarnation();
    }

    synchronized void remember(String instanceId, Incarnation incarnation) {
        entries.put(instanceId, new Known(incarnation, clock.instant()));
    }

    /** Notes that an execution is live, in its known incarnation, or else in its first. */
    synchronized void remember(String instanceId, String executionId) {
        Known known = entries.get(instanceId);
        remember(
                instanceId,
                known != null && known.incarnation().executionId().equals(executionId)
                        ? known.incarnation()
                        : Incarnation.first(executionId));
    }

    /** Forgets an incarnation that has ended, unless another one is known by now. */
    synchronized void forget(String instanceId, Incarnation incarnation) {
        Known known = entries.get(instanceId);
        if (known != null && known.incarnation().equals(incarnation)) {
            entries.remove(instanceId);
        }
    }
}
