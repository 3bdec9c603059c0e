package dev.soliton.testkit;

import dev.soliton.store.Waits;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The waits of whoever calls a hub from outside: while he waits, the hub goes on. */
final class ClientWaits implements Waits {
    private final HubTime time;
    private final Consumer<Duration> advance;

    /**
     * Waits by the time of a hub.
     *
     * @param advance lets so much time pass in the hub
     */
    ClientWaits(HubTime time, Consumer<Duration> advance) {
        this.time = time;
        this.advance = advance;
    }

    @Override
    public Duration elapsed() {
        return time.elapsed();
    }

    @Override
    public void pause(Duration duration) {
        advance.accept(duration);
    }

    @Override
    public <T> @Nullable T take(BlockingQueue<T> queue, Duration limit) {
        if (queue.isEmpty()) {
            advance.accept(limit);
        }
        return queue.poll();
    }
}
