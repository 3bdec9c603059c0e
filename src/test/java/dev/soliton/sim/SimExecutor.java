package dev.soliton.sim;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Threads of a process: each task gets a strand, waits for one, or is rejected. */
final class SimExecutor extends AbstractExecutorService {
    private final Scheduler scheduler;
    private final SimProcess process;
    private final String name;
    private final boolean daemon;
    private final int most;
    private final @Nullable Deque<Runnable> waiting;
    private int running;
    private int names;

    private SimExecutor(
            Scheduler scheduler,
            SimProcess process,
            String name,
            boolean daemon,
            int most,
            @Nullable Deque<Runnable> waiting) {
        this.scheduler = scheduler;
        this.process = process;
        this.name = name;
        this.daemon = daemon;
        this.most = most;
        this.waiting = waiting;
    }

    /** Threads for which tasks wait. */
    static SimExecutor waiting(Scheduler scheduler, SimProcess process, String name, int most) {
        return new SimExecutor(scheduler, process, name, false, most, new ArrayDeque<>());
    }

    /** Threads that take a task at once, or not at all. */
    static SimExecutor rejecting(Scheduler scheduler, SimProcess process, String name, int most) {
        return new SimExecutor(scheduler, process, name, false, most, null);
    }

    /** Threads for what goes on for as long as the process lives. */
    static SimExecutor daemons(Scheduler scheduler, SimProcess process, String name) {
        return new SimExecutor(scheduler, process, name, true, Integer.MAX_VALUE, null);
    }

    @Override
    public void execute(Runnable task) {
        if (running < most) {
            running++;
            scheduler.begin(process.name() + "." + name + ++names, process, daemon, () -> serve(task));
        } else if (waiting != null) {
            waiting.add(task);
        } else {
            throw new RejectedExecutionException("simulated: all threads are busy");
        }
    }

    private void serve(Runnable first) {
        try {
            for (Runnable task = first; task != null; task = waiting == null ? null : waiting.poll()) {
                task.run();
            }
        } finally {
            running--;
        }
    }

    @Override
    public void shutdown() {
        throw new UnsupportedOperationException("A simulated process dies with its threads.");
    }

    @Override
    public List<Runnable> shutdownNow() {
        throw new UnsupportedOperationException("A simulated process dies with its threads.");
    }

    @Override
    public boolean isShutdown() {
        return false;
    }

    @Override
    public boolean isTerminated() {
        return false;
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) {
        return false;
    }
}
