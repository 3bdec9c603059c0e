package dev.soliton.bench;

import dev.soliton.store.Waits;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Waits that take their time. */
final class RealWaits implements Waits {
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    @Override
    public Duration elapsed() {
        return Duration.ofNanos(System.nanoTime());
    }

    @Override
    public void pause(Duration time) throws InterruptedException {
        TimeUnit.NANOSECONDS.sleep(time.toNanos());
    }

    @Override
    public <T> @Nullable T take(BlockingQueue<T> answers, Duration limit) throws InterruptedException {
        Duration bounded = limit.compareTo(PATIENCE) > 0 ? PATIENCE : limit;
        return answers.poll(bounded.toNanos(), TimeUnit.NANOSECONDS);
    }
}
