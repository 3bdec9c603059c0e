package dev.soliton.engine.turn;

import dev.soliton.engine.runtime.EngineServices;
import dev.soliton.engine.runtime.InstanceLog;
import dev.soliton.store.StorageException;
import dev.soliton.store.WorkMessage;
import java.time.Duration;

/** How long a message waits that was put back: 1, 2, 4, 8, 16 and then 30 seconds. */
public final class Requeues {
    private static final int LONGEST_SECONDS = 30;

    /** After so many a minute has passed, which no starter needs from its message to its row. */
    private static final int OVERDUE_AFTER = 6;

    /** How long what failed without its message stays away: as long as a message that failed, by {@code visibilityTimeout} of host.json. */
    private static final Duration AFTER_FAILURE = Duration.ofSeconds(15);

    /** How long a message waits that the host has given up for the first time. */
    public static final Duration FIRST_DELAY_AFTER_GIVEN_UP = Duration.ofMinutes(1);

    /** How often the host delivers a message before it gives it up, by {@code maxDequeueCount} of host.json. */
    private static final int TRIES = 20;

    private Requeues() {}

    static Duration delay(WorkMessage message) {
        int doublings = Math.min(message.attempt(), 5);
        return Duration.ofSeconds(Math.min(LONGEST_SECONDS, 1L << doublings));
    }

    /**
     * Puts a copy of a message, to be looked at later.
     *
     * @throws StorageException if the storage failed
     */
    public static void requeue(EngineServices services, WorkMessage message, InstanceLog log, String why) {
        Duration delay = delay(message);
        services.storage().queue().put(message.again(), delay);
        log.info("requeued", message.key(), "why", why, "seconds", delay.toSeconds());
    }

    /**
     * Puts a copy of a message that nothing is wrong with, and that has to wait: it counts for nothing.
     *
     * @throws StorageException if the storage failed
     */
    static void requeueBlocked(
            EngineServices services, WorkMessage message, Duration delay, InstanceLog log, String why) {
        services.storage().queue().put(message, delay);
        log.info("requeued", message.key(), "why", why, "seconds", delay.toSeconds());
    }

    /**
     * Puts what is to come again in the place of a message that was answered before its turn had failed. What is no trouble of
     * the storage counts, as it does where the host delivers a message again: after as many tries it is given up once.
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

    /** How long a message waits that the host has given up so often: 1, 4, then 16 minutes. */
    public static Duration delayAfterGivenUp(WorkMessage message) {
        return FIRST_DELAY_AFTER_GIVEN_UP.multipliedBy(1L << (2 * message.givenUp()));
    }

    static boolean isOverdue(WorkMessage message) {
        return message.attempt() >= OVERDUE_AFTER;
    }
}
