package dev.soliton.engine.turn;

import dev.soliton.engine.journal.ExecutionPayloads;
import dev.soliton.engine.journal.JournalEvent.TaskScheduled;
import dev.soliton.engine.runtime.EngineServices;
import dev.soliton.engine.runtime.TurnStopped;
import dev.soliton.engine.worker.WorkerLease;
import dev.soliton.orchestration.FailureDetails;
import dev.soliton.store.Payload;
import dev.soliton.store.StorageException;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.logging.Logger;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The activities that one turn has under way, on the threads of the process. The turn receives their ends as signals,
 * in the order in which they happen.
 */
final class Activities {
    /**
     * How many activities of one instance are submitted to the threads of the process at a time. A large fan-out must
     * not keep every other instance waiting, and a turn that hands off has to wait for the activities that it has
     * submitted.
     */
    private static final int MAX_UNDER_WAY = 128;

    private final EngineExecutors executors;
    private final WorkerLease lease;
    private final BlockingQueue<TurnSignal> signals;
    /** One entry for each activity that has returned, without its result, for a turn that waits until all have. */
    private final BlockingQueue<Boolean> returnedCalls = new LinkedBlockingQueue<>();

    private final Map<Integer, TaskScheduled> toStart = new LinkedHashMap<>();
    /** The turn's thread changes it. When the lease is lost, the worker's thread cancels what is in it. */
    private final Map<Integer, ActivityRun> running = new ConcurrentHashMap<>();

    private final Map<Integer, String> names = new HashMap<>();
    private final Set<Integer> firstStarted = new HashSet<>();
    private volatile boolean cancelled;
    private int onThreads;
    private int generation;
    private Runnable afterAll = () -> {};

    /** How an activity ended. */
    sealed interface Ended extends TurnSignal {
        TaskScheduled task();

        record Returned(TaskScheduled task, @Nullable Payload result) implements Ended {}

        record Threw(TaskScheduled task, FailureDetails failure) implements Ended {}

        /** The activity did not begin, because it was too late. */
        record NotRun(TaskScheduled task) implements Ended {}

        /** The storage failed before or after the activity: only another run of the whole step can give its result. */
        record Unknown(TaskScheduled task, StorageException trouble) implements Ended {}
    }

    Activities(EngineExecutors executors, WorkerLease lease, BlockingQueue<TurnSignal> signals) {
        this.executors = executors;
        this.lease = lease;
        this.signals = signals;
    }

    /** Notes an activity that the orchestrator requested. */
    void request(TaskScheduled task) {
        toStart.put(task.id(), task);
    }

    /** Notes that the result of an activity is in the journal. */
    void ended(int id) {
        toStart.remove(id);
    }

    /** Whether there are requested activities that have not been started. */
    boolean hasRequests() {
        return !toStart.isEmpty();
    }

    /** How many activities were started and have no processed result yet. */
    int underWay() {
        return running.size();
    }

    /** The name of an activity that was started here, for the log. */
    String nameOf(int id) {
        return names.getOrDefault(id, "?");
    }

    /** Starts activities that are requested and committed, as many as fit. */
    void startSome(EngineServices services, long fence, ExecutionPayloads payloads, Logger logger) {
        boolean first = names.isEmpty();
        Iterator<TaskScheduled> tasks = toStart.values().iterator();
        while (tasks.hasNext() && running.size() < MAX_UNDER_WAY) {
            TaskScheduled task = tasks.next();
            tasks.remove();
            names.put(task.id(), task.name());
            if (first) {
                firstStarted.add(task.id());
            }
            start(services, new ActivityCall(task, fence, services.json(), payloads, logger));
        }
    }

    private void start(EngineServices services, ActivityCall call) {
        int mine;
        synchronized (this) {
            onThreads++;
            mine = generation;
        }
        ActivityRun run = new ActivityRun(
                call,
                executors.registry(),
                () -> !cancelled && lease.isValid(),
                services::elapsed,
                ended -> report(ended, mine));
        try {
            executors.activities().execute(run);
        } catch (RuntimeException | Error refused) {
            synchronized (this) {
                onThreads--;
            }
            throw refused;
        }
        running.put(call.task().id(), run);
    }

    /**
     * Ends all that is under way, because the host is about to end the process. An activity that had all the time that
     * it could have counts as failed: another turn would give it no more. The rest is left to the next turn, which
     * begins with it.
     */
    void timeOutActivities(EngineServices services) throws TurnStopped {
        Duration now = services.elapsed();
        Map<Integer, ActivityRun> interrupted = new HashMap<>(running);
        synchronized (this) {
            signals.forEach(signal -> {
                if (signal instanceof Ended ended) {
                    interrupted.remove(ended.task().id());
                }
            });
        }
        cancel();
        Duration until = now.plus(services.limits().gracePeriod());
        while (stillRunning() > 0 && services.elapsed().compareTo(until) < 0) {
            services.take(returnedCalls, until.minus(services.elapsed()));
        }
        synchronized (this) {
            // A return from now on is too late.
            generation++;
            signals.removeIf(signal -> signal instanceof Ended ended
                    && !(ended instanceof Ended.Returned)
                    && interrupted.containsKey(ended.task().id()));
            Set<Integer> ended = signals.stream()
                    .filter(Ended.class::isInstance)
                    .map(signal -> ((Ended) signal).task().id())
                    .collect(Collectors.toSet());
            interrupted.forEach((id, run) -> {
                Duration ran = run.hasRunFor(now);
                if (!ended.contains(id) && isOverdue(id, ran, services.limits().deadline())) {
                    signals.add(new Ended.Threw(
                            run.task(),
                            FailureDetails.of(
                                    new ActivityTimeoutException(run.task().name(), ran))));
                }
            });
        }
        running.clear();
    }

    private boolean isOverdue(int id, Duration ran, Duration all) {
        return ran.multipliedBy(5).compareTo(all.multipliedBy(4)) >= 0
                || (firstStarted.contains(id) && ran.multipliedBy(2).compareTo(all) >= 0);
    }

    /** Notes that the turn has processed an end. */
    void taken(Ended what) {
        running.remove(what.task().id());
    }

    /**
     * Interrupts all activities that were requested up to now, and forgets them, because another generation follows.
     */
    void abandon(EngineServices services) throws TurnStopped {
        toStart.clear();
        // Another generation numbers its calls from zero again.
        firstStarted.clear();
        running.values().forEach(ActivityRun::cancel);
        running.clear();
        synchronized (this) {
            generation++;
            signals.removeIf(Ended.class::isInstance);
        }
        awaitReturns(services);
    }

    /** Interrupts all activities that still run; nothing waits for their results any more. */
    void cancel() {
        // First of all, no other activity may begin: the loop cancels those in the queue one by one.
        cancelled = true;
        running.values().forEach(ActivityRun::cancel);
    }

    /**
     * Interrupts all activities that still run, and gives them time to return.
     *
     * @return how many did not return
     */
    int awaitTermination(EngineServices services) throws TurnStopped {
        cancel();
        awaitReturns(services);
        return stillRunning();
    }

    private void awaitReturns(EngineServices services) throws TurnStopped {
        // Only returns from now on count.
        returnedCalls.clear();
        while (stillRunning() > 0
                && services.take(returnedCalls, services.limits().activityGracePeriod()) != null) {
            // Each that returns gives the others the full time again.
        }
    }

    /** Runs an action once no activity is on a thread any more, which may be at once. */
    void afterAll(Runnable action) {
        synchronized (this) {
            if (onThreads > 0) {
                afterAll = action;
                return;
            }
        }
        action.run();
    }

    /** Whether no activity is on a thread any more. */
    boolean haveAllReturned() {
        return stillRunning() == 0;
    }

    private synchronized int stillRunning() {
        return onThreads;
    }

    private void report(Ended what, int runGeneration) {
        Runnable action = () -> {};
        synchronized (this) {
            if (runGeneration == generation) {
                signals.add(what);
            }
            if (--onThreads == 0) {
                action = afterAll;
                afterAll = () -> {};
            }
        }
        returnedCalls.add(true);
        action.run();
    }
}
