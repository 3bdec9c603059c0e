package dev.soliton.store;

import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * Every wait of Soliton goes through here, so that a test can own time and what happens meanwhile.
 */
public interface Waits {

    /** Waits in real time. */
    static Waits ofTheSystem() {
        return new SystemWaits();
    }

    /** The time since some moment of the past, by a clock that nobody sets. */
    Duration elapsed();

    /** Lets time pass. */
    void pause(Duration time) throws InterruptedException;

    /**
     * Waits until something is there to take.
     *
     * @return what was there; null if nothing came within the limit
     */
    <T> @Nullable T take(BlockingQueue<T> queue, Duration limit) throws InterruptedException;
}
