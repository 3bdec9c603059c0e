package dev.soliton.client;

import dev.soliton.store.Waits;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * Notifies those in this process who wait for the end of an instance, so that they need not wait for their next read. A
 * notice promises nothing: who is notified reads the instance.
 */
public final class EndNotices {
    private final Map<String, Set<Listener>> listeners = new HashMap<>();

    /** Notifies all that wait for the end of an instance of that ID. */
    public synchronized void ended(String instanceId) {
        listeners.getOrDefault(instanceId, Set.of()).forEach(Listener::notice);
    }

    /** Begins to listen: what ends from now on ends the next pause. */
    synchronized Listener listen(String instanceId) {
        Listener listener = new Listener(instanceId);
        listeners.computeIfAbsent(instanceId, id -> new HashSet<>()).add(listener);
        return listener;
    }

    private synchronized void forget(Listener listener) {
        listeners.computeIfPresent(listener.instanceId, (id, all) -> {
            all.remove(listener);
            return all.isEmpty() ? null : all;
        });
    }

    /** How many listen. */
    synchronized int size() {
        return listeners.values().stream().mapToInt(Set::size).sum();
    }

    /** One that waits for an end. */
    final class Listener implements AutoCloseable {
        private final String instanceId;
        private final BlockingQueue<Boolean> notices = new LinkedBlockingQueue<>(1);

        private Listener(String instanceId) {
            this.instanceId = instanceId;
        }

        private void notice() {
            // One is enough, however many come before it is taken.
            boolean unused = notices.offer(true);
        }

        /** Pauses until there is a notice, or time is up. */
        void pause(Waits waits, Duration time) throws InterruptedException {
            waits.take(notices, time);
        }

        @Override
        public void close() {
            forget(this);
        }
    }
}
