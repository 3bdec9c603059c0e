package dev.soliton.engine;

import dev.soliton.engine.JournalEvent.TaskScheduled;
import dev.soliton.instance.Payload;
import dev.soliton.instance.StorageException;
import dev.soliton.orchestration.FailureDetails;
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
    private final Crew crew;
    private final BlockingQueue<Ended> ended = new LinkedBlockingQueue<>();
    private final Map<Integer, ActivityRun> running = new HashMap<>();
    private int onThreads;
    private Runnable afterAll = () -> {};

    /** How an activity ended. */
    sealed interface Ended {
        TaskScheduled task();

        record Returned(TaskScheduled task, @Nullable Payload result) implements Ended {}

        record Threw(TaskScheduled task, FailureDetails failure) implements Ended {}

        /** The storage failed before or after it: only another try of the whole step can tell. */
        record Unknown(TaskScheduled task, StorageException trouble) implements Ended {}
    }

    Activities(Crew crew) {
        this.crew = crew;
    }

    /** Where it is found how activities ended. */
    BlockingQueue<Ended> ended() {
        return ended;
    }

    /** How many of those that were started were not taken in yet. */
    int underWay() {
        return running.size();
    }

    void start(ActivityCall call) {
        ActivityRun run = new ActivityRun(call, crew.registry(), this::tell);
        synchronized (this) {
            onThreads++;
        }
        running.put(call.task().id(), run);
        crew.threads().execute(run);
    }

    /** Notes that an end was taken in. */
    void taken(Ended what) {
        running.remove(what.task().id());
    }

    /** Interrupts all that is still running; nobody waits for its results any more. */
    void cancel() {
        running.values().forEach(ActivityRun::cancel);
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

    private void tell(Ended what) {
        ended.add(what);
        Runnable action;
        synchronized (this) {
            if (--onThreads > 0) {
                return;
            }
            action = afterAll;
            afterAll = () -> {};
        }
        action.run();
    }
}
