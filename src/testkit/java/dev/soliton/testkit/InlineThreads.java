package dev.soliton.testkit;

import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/** An executor without threads: what it is given it runs at once, on the thread that gives it, or rejects. */
final class InlineThreads extends AbstractExecutorService {
    private final boolean accepting;
    private boolean shutdown;

    private InlineThreads(boolean accepting) {
        this.accepting = accepting;
    }

    /** Runs everything at once. */
    static InlineThreads runningAll() {
        return new InlineThreads(true);
    }

    /** Rejects everything. */
    static InlineThreads rejectingAll() {
        return new InlineThreads(false);
    }

    @Override
    public void execute(Runnable command) {
        if (!accepting || shutdown) {
            throw new RejectedExecutionException("Nothing is run here.");
        }
        command.run();
    }

    @Override
    public void shutdown() {
        shutdown = true;
    }

    @Override
    public List<Runnable> shutdownNow() {
        shutdown = true;
        return List.of();
    }

    @Override
    public boolean isShutdown() {
        return shutdown;
    }

    @Override
    public boolean isTerminated() {
        return shutdown;
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) {
        return shutdown;
    }
}
