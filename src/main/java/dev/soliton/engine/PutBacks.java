package dev.soliton.engine;

import dev.soliton.instance.StorageException;
import dev.soliton.instance.WorkMessage;
import java.time.Duration;

/** How long a message waits that was put back: 1, 2, 4, 8, 16 and then 30 seconds. */
final class PutBacks {
    private static final int LONGEST_SECONDS = 30;

    /** After so many a minute has passed, which no starter needs from its message to its row. */
    private static final int OVERDUE_AFTER = 6;

    /** How long what failed without its message stays away: as long as a message that failed. */
    private static final Duration AFTER_FAILURE = Duration.ofSeconds(15);

    /** How often the host delivers a message before it gives it up, as host.json has it. */
    private static final int TRIES = 20;

    private PutBacks() {}

    static Duration delay(WorkMessage message) {
        int doublings = Math.min(message.attempt(), 5);
        return Duration.ofSeconds(Math.min(LONGEST_SECONDS, 1L << doublings));
    }

    /**
     * Puts a copy of a message, to be looked at later.
     *
     * @throws StorageException if the storage failed
     */
    static void put(EngineContext context, WorkMessage message, InstanceLog log, String why) {
        Duration delay = delay(message);
        context.storage().queue().put(message.again(), delay);
        log.info("put back", message.key(), "why", why, "seconds", delay.toSeconds());
    }

    /**
     * Puts a copy of a message that nothing is wrong with, and that has to wait: it counts for nothing.
     *
     * @throws StorageException if the storage failed
     */
    static void putWaiting(EngineContext context, WorkMessage message, Duration delay, InstanceLog log, String why) {
        context.storage().queue().put(message, delay);
        log.info("put back", message.key(), "why", why, "seconds", delay.toSeconds());
    }

    /**
     * Puts what is to come again in the place of a message that was answered before its turn had failed. What is no trouble of
     * the storage counts, as it does where the host delivers a message again: after as many tries it is given up once.
     *
     * @throws StorageException if the storage failed
     */
    static void putInPlace(EngineContext context, WorkMessage message, Throwable failure, Slots.Slot slot) {
        if (failure instanceof StorageException) {
            context.storage().queue().put(message.again(), delay(message));
        } else if (message.failures() + 1 < TRIES) {
            context.storage().queue().put(message.afterFailure(), AFTER_FAILURE);
        } else {
            context.storage().queue().put(message.afterFailures(), PoisonDrain.delay(message));
        }
        slot.replaced();
    }

    static boolean isOverdue(WorkMessage message) {
        return message.attempt() >= OVERDUE_AFTER;
    }
}
