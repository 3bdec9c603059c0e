package dev.soliton.local.host;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * What connects functions with the host that runs them. Once the host is gone, what a function returns arrives nowhere, and a
 * line of its log first blocks for as long as the stream takes to close, and then throws.
 */
final class WorkerStream {

    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile boolean broken;

    /** Leaves Java without a host; the stream takes so long to close. */
    void breakOff(Duration closing) {
        broken = true;
        Thread closer = new Thread(() -> close(closing), "worker-stream");
        closer.setDaemon(true);
        closer.start();
    }

    private void close(Duration closing) {
        try {
            TimeUnit.MILLISECONDS.sleep(closing.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        closed.countDown();
    }

    boolean isBroken() {
        return broken;
    }

    /**
     * Comes before each line.
     *
     * @throws IllegalStateException as gRPC's {@code onNext} after {@code onCompleted}, once the host is gone
     */
    void beforeLine() {
        if (!broken) {
            return;
        }
        try {
            closed.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        throw new IllegalStateException("call already half-closed");
    }

    /** Comes after each invocation: without a host nothing more becomes of it. */
    void afterInvocation() {
        while (broken) {
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                // the pool is shut down, and its JVM about to go
            }
        }
    }
}
