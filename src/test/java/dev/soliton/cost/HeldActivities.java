package dev.soliton.cost;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** An executor without threads: what it is given is held, and run when the test says so, by whoever says so. */
final class HeldActivities extends AbstractExecutorService {
    private final Deque<Runnable> held = new ArrayDeque<>();
    private int together = Integer.MAX_VALUE;
    private boolean shutdown;

    /** How many end before the turn that waits for them hears of any. */
    synchronized void endTogether(int activities) {
        together = activities;
    }

    /** Runs what is held, as much as is to end together. */
    void runSome() {
        for (int begun = 0; begun < together; begun++) {
            Runnable activity = next();
            if (activity == null) {
                return;
            }
            activity.run();
        }
    }

    private synchronized @Nullable Runnable next() {
        return held.poll();
    }

    @Override
    public synchronized void execute(Runnable command) {
        if (shutdown) {
            throw new RejectedExecutionException("Nothing is run any more.");
        }
        held.add(command);
    }

    @Override
    public synchronized void shutdown() {
        shutdown = true;
    }

    @Override
    public synchronized List<Runnable> shutdownNow() {
        shutdown = true;
        return List.copyOf(held);
    }

    @Override
    public synchronized boolean isShutdown() {
        return shutdown;
    }

    @Override
    public synchronized boolean isTerminated() {
        return shutdown;
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) {
        return isShutdown();
    }
}
