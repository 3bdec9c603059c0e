package dev.soliton.engine.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.soliton.store.Waits;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executor;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A host that takes no lines of the log, or throws at them, neither holds up nor breaks who has something to say. */
final class HostLogTest {
    private final Deque<Runnable> threads = new ArrayDeque<>();
    private final List<Duration> waited = new ArrayList<>();
    private final List<String> taken = new ArrayList<>();
    private Duration now = Duration.ZERO;
    private int broken;

    /** The other threads run while somebody waits for them; where none is left the time passes. */
    private final class Script implements Waits {
        @Override
        public Duration elapsed() {
            return now;
        }

        @Override
        public void pause(Duration time) {
            throw new AssertionError("Nobody pauses here.");
        }

        @Override
        public <T> @Nullable T take(BlockingQueue<T> queue, Duration limit) {
            Runnable next = threads.poll();
            if (next != null) {
                next.run();
            }
            T found = queue.poll();
            if (found == null) {
                waited.add(limit);
                now = now.plus(limit);
            }
            return found;
        }
    }

    private HostLog log(Executor executor) {
        return new HostLog(executor, new Script(), () -> broken++);
    }

    private Logger host() {
        return new Logger(null, null) {
            @Override
            public void log(LogRecord line) {
                taken.add(line.getMessage());
            }
        };
    }

    private static Logger throwing() {
        return new Logger(null, null) {
            @Override
            public void log(LogRecord line) {
                throw new IllegalStateException("call already closed");
            }
        };
    }

    @Test
    void linesAreWrittenInTheirOrderBeforeTheInvocationEnds() {
        HostLog.Lines lines = log(threads::add).open(host());
        for (int line = 0; line < 10; line++) {
            lines.log(Level.INFO, "line " + line);
        }
        assertThat(taken).as("the thread that logs writes nothing itself").isEmpty();
        lines.close();
        assertThat(taken).hasSize(10).startsWith("line 0", "line 1").endsWith("line 9");
        assertThat(waited).isEmpty();
        lines.log(Level.INFO, "too late");
        assertThat(threads).isEmpty();
    }

    @Test
    void lineThatTheHostDoesNotTakeIsWaitedForForABoundedTime() {
        List<Runnable> hanging = new ArrayList<>();
        HostLog log = log(hanging::add);
        for (int invocation = 0; invocation < 3; invocation++) {
            HostLog.Lines lines = log.open(host());
            lines.log(Level.INFO, "of invocation " + invocation);
            lines.log(Level.INFO, "another");
            lines.close();
        }
        assertThat(waited).containsExactly(HostLog.PATIENCE, HostLog.SHORT_PATIENCE, HostLog.SHORT_PATIENCE);
        assertThat(hanging).as("one thread for each invocation").hasSize(3);
        hanging.forEach(Runnable::run);
        assertThat(taken).as("what the host would drop is not handed to it").isEmpty();
    }

    @Test
    void hostThatTakesLinesAgainIsWaitedForAsBefore() {
        List<Runnable> hanging = new ArrayList<>();
        Deque<Boolean> hangs = new ArrayDeque<>(List.of(true, false));
        HostLog log = log(task -> (hangs.isEmpty() || hangs.remove() ? hanging : threads).add(task));
        for (int invocation = 0; invocation < 3; invocation++) {
            HostLog.Lines lines = log.open(host());
            lines.log(Level.INFO, "a line");
            lines.close();
        }
        assertThat(waited).containsExactly(HostLog.PATIENCE, HostLog.PATIENCE);
    }

    @Test
    void firstLineThatThrowsIsTheLastOfItsInvocation() {
        HostLog.Lines lines = log(Runnable::run).open(throwing());
        lines.log(Level.INFO, "one");
        lines.log(Level.INFO, "two");
        lines.close();
        assertThat(broken).isEqualTo(1);
        assertThat(waited).isEmpty();
    }

    @Test
    void linesThatTheHostDoesNotTakeAreBounded() {
        HostLog.Lines lines = log(threads::add).open(host());
        for (int line = 0; line < 3 * HostLog.CAPACITY; line++) {
            lines.log(Level.INFO, "a line");
        }
        lines.close();
        assertThat(taken).hasSize(HostLog.CAPACITY);
    }
}
