package dev.soliton.engine;

import dev.soliton.engine.JournalEvent.TaskScheduled;
import dev.soliton.instance.Payload;
import dev.soliton.instance.StorageException;
import dev.soliton.orchestration.FailureDetails;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * The activities that one turn has under way, on the threads of the process. How they end is put where the turn looks
 * for it, in the order in which they end.
 */
final class Activities {
    /** How long those that were interrupted have until the next of them returns. */
    private static final Duration FAREWELL = Duration.ofSeconds(5);

    private final Crew crew;
    private final BlockingQueue<Happening> happenings;
    private final BlockingQueue<Ended> returned = new LinkedBlockingQueue<>();
    private final Map<Integer, ActivityRun> running = new HashMap<>();
    private volatile boolean cancelled;
    private int onThreads;
    private Runnable afterAll = () -> {};

    /** How an activity ended. */
    sealed interface Ended extends Happening {
        TaskScheduled task();

        record Returned(TaskScheduled task, @Nullable Payload result) implements Ended {}

        record Threw(TaskScheduled task, FailureDetails failure) implements Ended {}

        /** The storage failed before or after it: only another try of the whole step can tell. */
        record Unknown(TaskScheduled task, StorageException trouble) implements Ended {}
    }

    Activities(Crew crew, BlockingQueue<Happening> happenings) {
        this.crew = crew;
        this.happenings = happenings;
    }

    /** How many of those that were started were not taken in yet. */
    int underWay() {
        return running.size();
    }

    void start(ActivityCall call) {
        ActivityRun run = new ActivityRun(call, crew.registry(), () -> cancelled, this::tell);
        synchronized (this) {
            onThreads++;
        }
        try {
            crew.threads().execute(run);
        } catch (RuntimeException | Error refused) {
            synchronized (this) {
                onThreads--;
            }
            throw refused;
        }
        running.put(call.task().id(), run);
    }

    /** Notes that an end was taken in. */
    void taken(Ended what) {
        running.remove(what.task().id());
    }

    /** Interrupts all that is still running; nobody waits for its results any more. */
    void cancel() {
        // First of all none begins any more: those in the queue are told one by one.
        cancelled = true;
        running.values().forEach(ActivityRun::cancel);
    }

    /**
     * Interrupts all that is still running, and gives it time to return.
     *
     * @return how many did not
     */
    int sayFarewell(EngineContext context) throws TurnStopped {
        cancel();
        while (stillRunning() > 0 && context.take(returned, FAREWELL) != null) {
            // Each that returns gives the others time anew.
        }
        return stillRunning();
    }

    /** Does something once no activity is on a thread any more, which may be at once. */
    void afterAll(Runnable action) {
        synchronized (this) {
            if (onThreads > 0) {
                afterAll = action;
                return;
            }
        }
        action.run();
    }

    private synchronized int stillRunning() {
        return onThreads;
    }

    private void tell(Ended what) {
        happenings.add(what);
        Runnable action = () -> {};
        synchronized (this) {
            if (--onThreads == 0) {
                action = afterAll;
                afterAll = () -> {};
            }
        }
        returned.add(what);
        action.run();
    }
}
