package dev.soliton.engine;

import dev.soliton.engine.JournalEvent.TaskScheduled;
import dev.soliton.instance.Payload;
import dev.soliton.instance.StorageException;
import dev.soliton.orchestration.FailureDetails;
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

    private final Crew crew;
    private final WorkerLease lease;
    private final BlockingQueue<Happening> happenings;
    /** One for each that has returned, without what it returned, for those that wait for a farewell. */
    private final BlockingQueue<Boolean> returned = new LinkedBlockingQueue<>();

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
    sealed interface Ended extends Happening {
        TaskScheduled task();

        record Returned(TaskScheduled task, @Nullable Payload result) implements Ended {}

        record Threw(TaskScheduled task, FailureDetails failure) implements Ended {}

        /** It did not begin: it was too late for it. */
        record NotRun(TaskScheduled task) implements Ended {}

        /** The storage failed before or after it: only another try of the whole step can tell. */
        record Unknown(TaskScheduled task, StorageException trouble) implements Ended {}
    }

    Activities(Crew crew, WorkerLease lease, BlockingQueue<Happening> happenings) {
        this.crew = crew;
        this.lease = lease;
        this.happenings = happenings;
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
    void startSome(EngineContext context, long fence, ExecutionPayloads payloads, Logger logger) {
        boolean first = names.isEmpty();
        Iterator<TaskScheduled> tasks = toStart.values().iterator();
        while (tasks.hasNext() && running.size() < MAX_UNDER_WAY) {
            TaskScheduled task = tasks.next();
            tasks.remove();
            names.put(task.id(), task.name());
            if (first) {
                firstStarted.add(task.id());
            }
            start(context, new ActivityCall(task, fence, context.json(), payloads, logger));
        }
    }

    private void start(EngineContext context, ActivityCall call) {
        int mine;
        synchronized (this) {
            onThreads++;
            mine = generation;
        }
        ActivityRun run = new ActivityRun(
                call,
                crew.registry(),
                () -> !cancelled && lease.isValid(),
                context::elapsed,
                ended -> tell(ended, mine));
        try {
            crew.activities().execute(run);
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
    void endBefore(EngineContext context) throws TurnStopped {
        Duration now = context.elapsed();
        Map<Integer, ActivityRun> interrupted = new HashMap<>(running);
        synchronized (this) {
            happenings.forEach(told -> {
                if (told instanceof Ended ended) {
                    interrupted.remove(ended.task().id());
                }
            });
        }
        cancel();
        Duration until = now.plus(context.limits().farewell());
        while (stillRunning() > 0 && context.elapsed().compareTo(until) < 0) {
            context.take(returned, until.minus(context.elapsed()));
        }
        synchronized (this) {
            // Whatever returns from now on comes too late.
            generation++;
            happenings.removeIf(told -> told instanceof Ended ended
                    && !(ended instanceof Ended.Returned)
                    && interrupted.containsKey(ended.task().id()));
            Set<Integer> ended = happenings.stream()
                    .filter(Ended.class::isInstance)
                    .map(told -> ((Ended) told).task().id())
                    .collect(Collectors.toSet());
            interrupted.forEach((id, run) -> {
                Duration ran = run.hasRunFor(now);
                if (!ended.contains(id) && hadItsTime(id, ran, context.limits().lastCall())) {
                    happenings.add(new Ended.Threw(
                            run.task(),
                            FailureDetails.of(
                                    new ActivityTimeoutException(run.task().name(), ran))));
                }
            });
        }
        running.clear();
    }

    private boolean hadItsTime(int id, Duration ran, Duration all) {
        return ran.multipliedBy(5).compareTo(all.multipliedBy(4)) >= 0
                || (firstStarted.contains(id) && ran.multipliedBy(2).compareTo(all) >= 0);
    }

    /** Notes that an end was taken in. */
    void taken(Ended what) {
        running.remove(what.task().id());
    }

    /** Interrupts all that was asked for up to now, and forgets it: what follows is another generation. */
    void abandon(EngineContext context) throws TurnStopped {
        toStart.clear();
        // Another generation counts its calls from zero again.
        firstStarted.clear();
        running.values().forEach(ActivityRun::cancel);
        running.clear();
        synchronized (this) {
            generation++;
            happenings.removeIf(Ended.class::isInstance);
        }
        awaitReturns(context);
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
        awaitReturns(context);
        return stillRunning();
    }

    private void awaitReturns(EngineContext context) throws TurnStopped {
        // Those that returned before were not waited for.
        returned.clear();
        while (stillRunning() > 0 && context.take(returned, context.limits().farewellOfActivities()) != null) {
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
    boolean areOver() {
        return stillRunning() == 0;
    }

    private synchronized int stillRunning() {
        return onThreads;
    }

    private void tell(Ended what, int toldGeneration) {
        Runnable action = () -> {};
        synchronized (this) {
            if (toldGeneration == generation) {
                happenings.add(what);
            }
            if (--onThreads == 0) {
                action = afterAll;
                afterAll = () -> {};
            }
        }
        returned.add(true);
        action.run();
    }
}
