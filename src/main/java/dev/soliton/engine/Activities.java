package dev.soliton.engine;

import dev.soliton.engine.JournalEvent.TaskScheduled;
import dev.soliton.instance.Payload;
import dev.soliton.instance.StorageException;
import dev.soliton.orchestration.Activity;
import dev.soliton.orchestration.FailureDetails;
import dev.soliton.orchestration.Registry;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * The activities that one turn has under way, on the threads of the process. What they return is put where the turn
 * looks for it, in the order in which they end.
 */
final class Activities implements AutoCloseable {
    private final Registry registry;
    private final ExecutorService threads;
    private final BlockingQueue<Ended> ended = new LinkedBlockingQueue<>();
    private final Map<Integer, Running> running = new HashMap<>();

    private record Running(ActivityCall call, Future<?> future) {}

    /** How an activity ended. */
    sealed interface Ended {
        TaskScheduled task();

        record Returned(TaskScheduled task, @Nullable Payload result) implements Ended {}

        record Threw(TaskScheduled task, FailureDetails failure) implements Ended {}

        /** It ended, but what it returned could not be kept: only another try of the whole step can tell. */
        record Unkept(TaskScheduled task, StorageException trouble) implements Ended {}
    }

    Activities(Registry registry, ExecutorService threads) {
        this.registry = registry;
        this.threads = threads;
    }

    /** Where what ended is found. */
    BlockingQueue<Ended> ended() {
        return ended;
    }

    boolean isIdle() {
        return running.isEmpty();
    }

    void start(ActivityCall call) {
        running.put(call.task().id(), new Running(call, threads.submit(() -> ended.add(run(call)))));
    }

    /** Notes that what ended was taken in. */
    void taken(Ended what) {
        running.remove(what.task().id());
    }

    /** Interrupts all that is still running; nobody waits for it any more. */
    @Override
    public void close() {
        for (Running left : running.values()) {
            left.call().cancel();
            left.future().cancel(true);
        }
        running.clear();
    }

    private Ended run(ActivityCall call) {
        TaskScheduled task = call.task();
        try {
            Activity activity =
                    registry.newActivity(task.name()).orElseThrow(() -> new UnknownActivityException(task.name()));
            Object result = activity.run(call);
            try {
                return new Ended.Returned(task, call.keep(result));
            } catch (StorageException trouble) {
                return new Ended.Unkept(task, trouble);
            }
        } catch (Throwable thrown) {
            return new Ended.Threw(task, FailureDetails.of(thrown));
        }
    }
}
