package dev.soliton.testkit;

import dev.soliton.store.SettableClock;
import dev.soliton.store.Waits;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.BlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * The time of a hub that has but one thread: to wait is to let the clock jump. Nobody else could bring what is waited
 * for.
 */
final class HubTime implements InstantSource, Waits {
    private final SettableClock clock;

    HubTime(Instant start) {
        clock = new SettableClock(start);
    }

    @Override
    public Instant instant() {
        return clock.instant();
    }

    @Override
    public Duration elapsed() {
        return Duration.between(Instant.EPOCH, clock.instant());
    }

    @Override
    public void pause(Duration time) {
        clock.advance(time);
    }

    @Override
    public <T> @Nullable T take(BlockingQueue<T> queue, Duration limit) {
        T ready = queue.poll();
        if (ready == null) {
            clock.advance(limit);
        }
        return ready;
    }

    /** Jumps to a time, unless it is past. */
    void advanceTo(Instant time) {
        Duration left = Duration.between(clock.instant(), time);
        if (!left.isNegative()) {
            clock.advance(left);
        }
    }
}
