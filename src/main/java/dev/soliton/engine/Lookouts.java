package dev.soliton.engine;

import dev.soliton.instance.ExecutionKey;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Which executions wait for something that only people can change, a version of the app or a row that was edited, and for
 * which of them a message is on its way that looks again. That one does for all others, however many come.
 *
 * <p>Invariant: a message is only dropped for another that is in the queue and comes later. So of all messages for an
 * execution the one that comes last is never dropped, whatever other processes know.
 */
final class Lookouts {
    /** Of so many executions at most it is known; of the others each message is put back. */
    private static final int MOST = 10_000;

    private final Supplier<Duration> elapsed;

    private final Map<ExecutionKey, Duration> comesAt = new LinkedHashMap<>();

    Lookouts(Supplier<Duration> elapsed) {
        this.elapsed = elapsed;
    }

    /** Whether a message is on its way for that execution, and comes later. */
    synchronized boolean isOnItsWay(ExecutionKey key) {
        Duration comes = comesAt.get(key);
        if (comes == null || comes.compareTo(elapsed.get()) > 0) {
            return comes != null;
        }
        comesAt.remove(key);
        return false;
    }

    /** A moment before a message is put that is to come after that time. */
    Duration after(Duration delay) {
        return elapsed.get().plus(delay);
    }

    /**
     * Notes that a message for that execution was put.
     *
     * @param when it comes, or later
     */
    synchronized void note(ExecutionKey key, Duration when) {
        comesAt.put(key, when);
        if (comesAt.size() > MOST) {
            comesAt.remove(comesAt.keySet().iterator().next());
        }
    }
}
