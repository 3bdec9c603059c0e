package dev.soliton.engine.turn;

import dev.soliton.engine.runtime.EngineServices;
import dev.soliton.engine.runtime.InstanceLog;
import dev.soliton.store.StorageException;
import dev.soliton.store.WorkMessage;
import java.time.Duration;

/** How long a requeued message waits: 1, 2, 4, 8, 16 and then 30 seconds. */
public final class Requeues {
    private static final int LONGEST_SECONDS = 30;

    /** After this many requeues a minute has passed, and no starter needs that long from its message to its row. */
    private static final int OVERDUE_AFTER = 6;

    /**
     * How long a detached turn that failed stays away: as long as a message that failed, by {@code visibilityTimeout}
     * of host.json.
     */
    private static final Duration AFTER_FAILURE = Duration.ofSeconds(15);

    /** How long a message waits after the host has given it up for the first time. */
    public static final Duration FIRST_DELAY_AFTER_GIVEN_UP = Duration.ofMinutes(1);

    /** How often the host delivers a message before it gives it up, by {@code maxDequeueCount} of host.json. */
    private static final int TRIES = 20;

    private Requeues() {}

    static Duration delay(WorkMessage message) {
        int doublings = Math.min(message.attempt(), 5);
        return Duration.ofSeconds(Math.min(LONGEST_SECONDS, 1L << doublings));
    }

    /**
     * Puts a copy of a message that is to be processed later.
     *
     * @throws StorageException if the storage failed
     */
    public static TurnOutcome requeue(EngineServices services, WorkMessage message, InstanceLog log, String why) {
        return requeueBlocked(services, message.again(), delay(message), log, why);
    }

    /**
     * Puts a copy of a message that has to wait although nothing is wrong with it. So it does not count as an attempt.
     *
     * @throws StorageException if the storage failed
     */
    static TurnOutcome requeueBlocked(
            EngineServices services, WorkMessage message, Duration delay, InstanceLog log, String why) {
        services.storage().queue().put(message, delay);
        log.info("requeued", message.key(), "why", why, "seconds", delay.toSeconds());
        return TurnOutcome.REQUEUED;
    }

    /**
     * Puts a message in the place of one that was answered before its turn failed. A failure other than one of the
     * storage counts, as it does when the host delivers a message again: after as many tries the message is given up
     * once.
     *
     * @throws StorageException if the storage failed
     */
    public static void requeueInPlace(
            EngineServices services, WorkMessage message, Throwable failure, MessageSlots.Slot slot) {
        if (failure instanceof StorageException) {
            services.storage().queue().put(message.again(), delay(message));
        } else if (message.failures() + 1 < TRIES) {
            services.storage().queue().put(message.afterFailure(), AFTER_FAILURE);
        } else {
            services.storage().queue().put(message.afterFailures(), delayAfterGivenUp(message));
        }
        slot.replaced();
    }

    /** How long a message waits after the host has given it up, by how often: 1, 4, then 16 minutes. */
    public static Duration delayAfterGivenUp(WorkMessage message) {
        return FIRST_DELAY_AFTER_GIVEN_UP.multipliedBy(1L << (2 * message.givenUp()));
    }

    static boolean isOverdue(WorkMessage message) {
        return message.attempt() >= OVERDUE_AFTER;
    }
}
