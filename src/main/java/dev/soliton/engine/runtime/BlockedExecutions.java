package dev.soliton.engine.runtime;

import dev.soliton.engine.runtime.SleepAwareClock.Moment;
import dev.soliton.store.ExecutionKey;
import dev.soliton.store.WorkMessage;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Which executions wait for something that only people can change, a version of the app or a row that was edited, and for
 * which of them a message is on its way that checks again. It stands for all others, however many arrive.
 *
 * <p>Invariant: a message is only dropped for another that is in the queue and comes later. So of all messages for an
 * execution the one that comes last is never dropped, whatever other processes know. Neither clock of this process is
 * believed alone: one may stand still while the process does, and the other may be set.
 */
public final class BlockedExecutions {
    /** Of so many executions at most it is known; of the others each message is put back. */
    private static final int MOST = 10_000;

    /** How much earlier than it was asked to the queue may deliver a message. */
    private static final Duration EARLY = Duration.ofSeconds(2);

    private final Supplier<Moment> now;

    private final Map<ExecutionKey, Recheck> lookouts = new LinkedHashMap<>();

    /**
     * A message that checks again.
     *
     * @param attempt which it is: one that was put back as often may be itself
     * @param put when it was put, or before
     * @param delay after what time it comes
     */
    private record Recheck(int attempt, Moment put, Duration delay) {}

    BlockedExecutions(Supplier<Moment> now) {
        this.now = now;
    }

    /** Whether another message is on its way for the execution that this one is for, and comes later. */
    public synchronized boolean isAnotherOnItsWay(WorkMessage message) {
        Recheck lookout = lookouts.get(message.key());
        return lookout != null
                && message.attempt() < lookout.attempt()
                && !now.get().isFurtherThan(lookout.delay().minus(EARLY), lookout.put());
    }

    /** The message in the place of the one that looked again last, which is dropped for its successor if it is to come yet. */
    public synchronized WorkMessage successor(WorkMessage message) {
        Recheck lookout = lookouts.get(message.key());
        if (lookout == null) {
            return message;
        }
        if (now.get().isFurtherThan(lookout.delay().multipliedBy(2), lookout.put())) {
            // It waits for the first time in a while.
            lookouts.remove(message.key());
            return message;
        }
        return message.afterAttempts(lookout.attempt());
    }

    /**
     * Notes that a message was put.
     *
     * @param put when, or before
     * @param delay after what time it comes, or later
     */
    public synchronized void note(WorkMessage message, Moment put, Duration delay) {
        lookouts.put(message.key(), new Recheck(message.attempt(), put, delay));
        if (lookouts.size() > MOST) {
            lookouts.remove(lookouts.keySet().iterator().next());
        }
    }
}
