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
 * The activities that one turn has under way, on the threads of the process. How they end is put where the turn looks
 * for it, in the order in which they end.
 */
final class Activities {
    /**
     * How many activities of one instance are handed to the process's threads at a time: a large fan-out is not to keep
     * every other instance waiting, and a turn that gives way has to wait for those that it has handed over.
     */
    private static final int MAX_UNDER_WAY = 128;

    private final EngineExecutors executors;
    private final WorkerLease lease;
    private final BlockingQueue<TurnSignal> signals;
    /** One for each that has returned, without what it returned, for those that wait for their termination. */
    private final BlockingQueue<Boolean> returnedCalls = new LinkedBlockingQueue<>();

    private final Map<Integer, TaskScheduled> toStart = new LinkedHashMap<>();
    /** Changed by the turn's thread; told by the worker's, too, when the lease is lost. */
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

        /** It did not begin: it was too late for it. */
        record NotRun(TaskScheduled task) implements Ended {}

        /** The storage failed before or after it: only another try of the whole step can tell. */
        record Unknown(TaskScheduled task, StorageException trouble) implements Ended {}
    }

    Activities(EngineExecutors executors, WorkerLease lease, BlockingQueue<TurnSignal> happenings) {
        this.executors = executors;
        this.lease = lease;
        this.signals = happenings;
    }

    /** Takes note of an activity that the orchestrator asked for. */
    void request(TaskScheduled task) {
        toStart.put(task.id(), task);
    }

    /** Takes note that the result of an activity is in the journal. */
    void ended(int id) {
        toStart.remove(id);
    }

    /** Whether activities are asked for that were not started. */
    boolean hasRequests() {
        return !toStart.isEmpty();
    }

    /** How many of those that were started were not taken in yet. */
    int underWay() {
        return running.size();
    }

    /** The name of an activity that was started here, for the log. */
    String nameOf(int id) {
        return names.getOrDefault(id, "?");
    }

    /** Starts what was asked for and committed, as far as there is room. */
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
     * Ends all that is under way, since the host is about to end the process for it. What had all the time that it could
     * have counts as failed, and would be no better off in another turn. The rest is left to the next turn, where it is
     * the first to begin.
     */
    void timeOutActivities(EngineServices services) throws TurnStopped {
        Duration now = services.elapsed();
        Map<Integer, ActivityRun> interrupted = new HashMap<>(running);
        synchronized (this) {
            signals.forEach(told -> {
                if (told instanceof Ended ended) {
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
            // Whatever returns from now on comes too late.
            generation++;
            signals.removeIf(told -> told instanceof Ended ended
                    && !(ended instanceof Ended.Returned)
                    && interrupted.containsKey(ended.task().id()));
            Set<Integer> ended = signals.stream()
                    .filter(Ended.class::isInstance)
                    .map(told -> ((Ended) told).task().id())
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

    /** Notes that an end was taken in. */
    void taken(Ended what) {
        running.remove(what.task().id());
    }

    /** Interrupts all that was asked for up to now, and forgets it: what follows is another generation. */
    void abandon(EngineServices services) throws TurnStopped {
        toStart.clear();
        // Another generation counts its calls from zero again.
        firstStarted.clear();
        running.values().forEach(ActivityRun::cancel);
        running.clear();
        synchronized (this) {
            generation++;
            signals.removeIf(Ended.class::isInstance);
        }
        awaitReturns(services);
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
    int awaitTermination(EngineServices services) throws TurnStopped {
        cancel();
        awaitReturns(services);
        return stillRunning();
    }

    private void awaitReturns(EngineServices services) throws TurnStopped {
        // Those that returned before were not waited for.
        returnedCalls.clear();
        while (stillRunning() > 0
                && services.take(returnedCalls, services.limits().activityGracePeriod()) != null) {
            // Each that returns gives the others time anew.
        }
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

    /** Whether none is on a thread any more. */
    boolean haveAllReturned() {
        return stillRunning() == 0;
    }

    private synchronized int stillRunning() {
        return onThreads;
    }

    private void report(Ended what, int toldGeneration) {
        Runnable action = () -> {};
        synchronized (this) {
            if (toldGeneration == generation) {
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
