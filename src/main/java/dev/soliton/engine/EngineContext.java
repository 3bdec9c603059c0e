package dev.soliton.engine;

import dev.soliton.instance.Storage;
import dev.soliton.instance.Waits;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.BlockingQueue;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What all turns of a process share.
 *
 * @param worker names this process as an owner
 * @param ids a fresh unique ID at each call
 */
record EngineContext(
        String worker, Storage storage, EngineJson json, InstantSource clock, Supplier<String> ids, Waits waits) {

    String newId() {
        return ids.get();
    }

    /** The time, as exact as the storage keeps it. */
    Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MICROS);
    }

    void pause(Duration time) throws TurnStopped {
        try {
            waits.pause(time);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw TurnStopped.by(new InterruptedTurnException(stop));
        }
    }

    /** Waits for something to take; null if nothing came within the limit. */
    <T> @Nullable T take(BlockingQueue<T> queue, Duration limit) throws TurnStopped {
        try {
            return waits.take(queue, limit);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw TurnStopped.by(new InterruptedTurnException(stop));
        }
    }
}
