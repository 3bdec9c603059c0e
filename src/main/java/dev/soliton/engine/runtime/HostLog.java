package dev.soliton.engine.runtime;

import dev.soliton.store.Waits;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executor;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The way of log lines to the host, which belongs to somebody else: a line that is written while the host goes can take
 * long, and can throw. So no line is written by the thread that has something to say. It is handed over to a queue of
 * the invocation's, which another thread empties, and which is waited for at the end of the invocation, for a bounded
 * time, since the host drops what comes later.
 *
 * <p>Invariants:
 *
 * <ul>
 *   <li>Whoever logs neither waits for the host nor sees what it throws.
 *   <li>After the first line that throws, or that an invocation waited for in vain, no other line of that invocation is
 *       handed to the host.
 *   <li>What a process holds of lines that the host does not take is bounded, and so are the threads: one for each
 *       invocation that is under way or was given up.
 * </ul>
 */
public final class HostLog {
    /** How many lines of an invocation may wait. What comes beyond is dropped. */
    static final int CAPACITY = 1_000;

    /** How long an invocation waits at its end for its lines. */
    static final Duration PATIENCE = Duration.ofSeconds(1);

    /** How long it does where the last one waited in vain. */
    static final Duration SHORT_PATIENCE = Duration.ofMillis(50);

    private final Executor threads;
    private final Waits waits;
    private final Runnable onBroken;
    private volatile boolean slow;

    /**
     * Nothing is logged yet.
     *
     * @param threads writes the lines: a thread for each task, however many there are
     * @param onBroken is called when a line threw that the host was to take
     */
    public HostLog(Executor threads, Waits waits, Runnable onBroken) {
        this.threads = threads;
        this.waits = waits;
        this.onBroken = onBroken;
    }

    /** Opens the log of an invocation. */
    public Lines open(Logger host) {
        return new Lines(host);
    }

    /** The log of one invocation. It takes lines until it is closed, and drops what comes later. */
    public final class Lines extends Logger implements AutoCloseable {
        private final Logger host;
        private final BlockingQueue<LogRecord> lines = new ArrayBlockingQueue<>(CAPACITY);
        private final BlockingQueue<Boolean> idle = new ArrayBlockingQueue<>(1);
        private boolean writing;
        private boolean closed;

        private Lines(Logger host) {
            super(null, null);
            this.host = host;
            setLevel(Level.ALL);
        }

        @Override
        public void log(LogRecord line) {
            synchronized (this) {
                if (closed || !lines.offer(line) || writing) {
                    return;
                }
                writing = true;
            }
            try {
                threads.execute(this::write);
            } catch (RuntimeException refused) {
                giveUp();
            }
        }

        private void write() {
            for (LogRecord line = next(); line != null; line = next()) {
                try {
                    host.log(line);
                    slow = false;
                } catch (RuntimeException | LinkageError broken) {
                    giveUp();
                    onBroken.run();
                    return;
                }
            }
        }

        private synchronized @Nullable LogRecord next() {
            LogRecord next = lines.poll();
            if (next == null) {
                writing = false;
                idle.offer(true);
            }
            return next;
        }

        private synchronized void giveUp() {
            closed = true;
            writing = false;
            lines.clear();
            idle.offer(true);
        }

        private synchronized boolean isWriting() {
            return writing;
        }

        /** Waits for the lines that were handed over, for a bounded time, and takes no more. */
        @Override
        public void close() {
            Duration deadline = waits.elapsed().plus(slow ? SHORT_PATIENCE : PATIENCE);
            try {
                for (Duration left = deadline.minus(waits.elapsed());
                        isWriting() && !left.isNegative() && !left.isZero();
                        left = deadline.minus(waits.elapsed())) {
                    waits.take(idle, left);
                }
            } catch (InterruptedException stop) {
                Thread.currentThread().interrupt();
            }
            slow |= isWriting();
            giveUp();
        }
    }
}
