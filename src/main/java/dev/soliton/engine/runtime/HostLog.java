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
 * Writes log lines to the host's logger, which may be slow and may throw while the host stops. So the thread that logs
 * never writes a line itself: it puts the line into a queue of the invocation, and another thread empties that. The
 * invocation waits for the queue at its end, for a bounded time, since the host drops later lines.
 *
 * <p>Invariants:
 *
 * <ul>
 *   <li>A thread that logs neither waits for the host nor sees its exceptions.
 *   <li>After the first line that throws, or for which an invocation waited in vain, the host receives no other line of
 *       that invocation.
 *   <li>A process holds a bounded number of lines that the host does not accept. The threads are bounded too: one for
 *       each invocation that is under way or was given up.
 * </ul>
 */
public final class HostLog {
    /** How many lines of an invocation may wait. Lines beyond that are dropped. */
    static final int CAPACITY = 1_000;

    /** How long an invocation waits for its lines at its end. */
    static final Duration PATIENCE = Duration.ofSeconds(1);

    /** How long it waits if the last invocation waited in vain. */
    static final Duration SHORT_PATIENCE = Duration.ofMillis(50);

    private final Executor threads;
    private final Waits waits;
    private final Runnable onBroken;
    private volatile boolean slow;

    /**
     * Creates the way to the host's log.
     *
     * @param threads runs the writing: one thread for each task, however many there are
     * @param onBroken called when the host threw on a line
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

    /** The log of one invocation. It accepts lines until it is closed, and drops later ones. */
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

        /** Waits for the queued lines, for a bounded time, and accepts no more. */
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
