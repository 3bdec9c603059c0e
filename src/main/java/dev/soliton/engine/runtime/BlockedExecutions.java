package dev.soliton.engine.runtime;

import dev.soliton.engine.runtime.SleepAwareClock.Moment;
import dev.soliton.store.ExecutionKey;
import dev.soliton.store.WorkMessage;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

/**
 * The executions that wait for a person, who has to deploy a version of the app or mend an edited row. For each of them
 * one message is on its way that checks again; it replaces all others, however many arrive.
 *
 * <p>Invariant: a message is dropped only for another that is in the queue and arrives later. So the last of all
 * messages for an execution is never dropped, whatever other processes know. Neither clock of this process is trusted
 * alone: one may stand still while the process does, and the other may be set.
 */
public final class BlockedExecutions {
    /** The most executions that are remembered; each message of any other is requeued. */
    private static final int MAX_ENTRIES = 10_000;

    /** How much earlier than requested the queue may deliver a message. */
    private static final Duration EARLY = Duration.ofSeconds(2);

    private final Supplier<Moment> now;

    private final Map<ExecutionKey, Recheck> rechecks = new LinkedHashMap<>();

    /**
     * A message that checks again.
     *
     * @param attempt how often it was requeued; a message that was requeued as often may be this one
     * @param put when it was put, or a moment before
     * @param delay after what time it arrives
     */
    private record Recheck(int attempt, Moment put, Duration delay) {}

    BlockedExecutions(Supplier<Moment> now) {
        this.now = now;
    }

    /** Whether another message is on its way for the execution of this one, and arrives later. */
    public synchronized boolean hasLaterRecheck(WorkMessage message) {
        Recheck recheck = rechecks.get(message.key());
        return recheck != null
                && message.attempt() < recheck.attempt()
                && !now.get().isFurtherThan(recheck.delay().minus(EARLY), recheck.put());
    }

    /**
     * The message that replaces the last recheck. If that recheck has not arrived yet, it will be dropped for this one.
     */
    public synchronized WorkMessage successor(WorkMessage message) {
        Recheck recheck = rechecks.get(message.key());
        if (recheck == null) {
            return message;
        }
        if (now.get().isFurtherThan(recheck.delay().multipliedBy(2), recheck.put())) {
            // The execution has not been blocked for a while.
            rechecks.remove(message.key());
            return message;
        }
        return message.afterAttempts(recheck.attempt());
    }

    /**
     * Notes that a message was put.
     *
     * @param put when it was put, or a moment before
     * @param delay after what time it arrives, or later
     */
    public synchronized void note(WorkMessage message, Moment put, Duration delay) {
        rechecks.put(message.key(), new Recheck(message.attempt(), put, delay));
        if (rechecks.size() > MAX_ENTRIES) {
            rechecks.remove(rechecks.keySet().iterator().next());
        }
    }
}
