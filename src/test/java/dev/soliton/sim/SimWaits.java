package dev.soliton.sim;

import dev.soliton.store.Waits;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Waits in simulated time, while others act. */
final class SimWaits implements Waits {
    private final Scheduler scheduler;
    private final SimProcess process;

    SimWaits(Scheduler scheduler, SimProcess process) {
        this.scheduler = scheduler;
        this.process = process;
    }

    @Override
    public Duration elapsed() {
        return process.elapsed();
    }

    @Override
    public void pause(Duration time) throws InterruptedException {
        await(() -> false, time);
    }

    @Override
    public <T> @Nullable T take(BlockingQueue<T> queue, Duration limit) throws InterruptedException {
        await(() -> !queue.isEmpty(), limit);
        return queue.poll();
    }

    private void await(BooleanSupplier condition, Duration limit) throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException("simulated");
        }
        scheduler.await(condition, scheduler.now() + limit.toNanos());
    }
}
