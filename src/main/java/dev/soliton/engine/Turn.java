package dev.soliton.engine;

import dev.soliton.engine.Activities.Ended;
import dev.soliton.engine.JournalEvent.ExecutionCompleted;
import dev.soliton.engine.JournalEvent.TaskCompleted;
import dev.soliton.engine.JournalEvent.TaskFailed;
import dev.soliton.engine.JournalEvent.TaskScheduled;
import dev.soliton.instance.InstanceRow;
import dev.soliton.instance.InstanceRow.Values;
import dev.soliton.instance.Payload;
import dev.soliton.instance.PayloadTooLargeException;
import dev.soliton.instance.RuntimeStatus;
import dev.soliton.instance.StorageException;
import dev.soliton.orchestration.FailureDetails;
import dev.soliton.orchestration.Orchestrator;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One turn of a claimed instance, from its journal to its end.
 *
 * <p>The order of things is what makes it safe. A request is committed before its activity starts, and a result before
 * anything that depends on it: the commit that records a result is the one that records the next request, so that a
 * chain of activities costs one write a step. A crash before a commit repeats the activity whose result was not in it;
 * a crash after it never does.
 */
final class Turn implements Live {
    /**
     * How long a turn goes on before it leaves the rest to another one. The host kills the whole process when an
     * invocation passes the function timeout: ten minutes by {@code host.json}, five where nothing is said on the
     * Consumption plan.
     */
    static final Duration LIMIT = Duration.ofMinutes(4);

    /** How much may pile up before it is committed although nothing depends on it yet. */
    private static final int MAX_UNCOMMITTED = 64;

    /**
     * How many activities of one instance are handed to the process's threads at a time: a large fan-out is not to keep
     * every other instance waiting, and a turn that gives way has to wait for those that it has handed over.
     */
    private static final int MAX_UNDER_WAY = 128;

    /** How often an owner that waits makes sure that it is the owner still. */
    private static final Duration OWNERSHIP_CHECK = Duration.ofSeconds(30);

    private final EngineContext context;
    private final ClaimedInstance instance;
    private final Activities activities;
    private final InstanceLog log;
    private final ExecutionPayloads payloads;
    private final Map<Integer, TaskScheduled> toStart = new LinkedHashMap<>();
    private final Map<Integer, String> names = new HashMap<>();
    private final Instant begun;
    private Instant latest;

    Turn(EngineContext context, ClaimedInstance instance, Activities activities, InstanceLog log) {
        this.context = context;
        this.instance = instance;
        this.activities = activities;
        this.log = log;
        this.payloads =
                new ExecutionPayloads(instance.row().key(), context.storage().payloads());
        this.begun = context.now();
        this.latest = instance.row().createdAt();
    }

    /**
     * Runs until the instance has ended.
     *
     * @throws TurnStopped if the turn cannot go on
     */
    void run(Orchestrator orchestrator, List<JournalEvent> journal) throws TurnStopped {
        for (JournalEvent event : journal) {
            latest = event.at();
            if (event instanceof TaskScheduled scheduled) {
                toStart.put(scheduled.id(), scheduled);
            } else if (event instanceof TaskCompleted completed) {
                toStart.remove(completed.id());
            } else if (event instanceof TaskFailed failed) {
                toStart.remove(failed.id());
            }
        }
        InstanceRow row = instance.row();
        Replay.Subject subject = new Replay.Subject(
                row.name(), row.values().input(), row.values().customStatus());
        Replay replay = new Replay(subject, journal, context.json(), payloads, this);
        Replay.End end = replay.run(orchestrator);
        sayFarewell();
        Values shown = instance.row().values().withCustomStatus(replay.customStatus());
        if (end instanceof Replay.End.Completed completed) {
            try {
                complete(replay.fresh(), shown, completed);
            } catch (PayloadTooLargeException tooLarge) {
                fail(replay.fresh(), shown, FailureDetails.of(tooLarge));
            }
        } else {
            fail(replay.fresh(), shown, ((Replay.End.Failed) end).failure());
        }
    }

    /**
     * Ends an instance that cannot be run.
     *
     * @throws TurnStopped if the turn cannot go on
     */
    void fail(List<JournalEvent> events, FailureDetails failure) throws TurnStopped {
        fail(events, instance.row().values(), failure);
    }

    private void complete(List<JournalEvent> events, Values shown, Replay.End.Completed completed) throws TurnStopped {
        Payload output;
        try {
            output = payloads.save(completed.output());
        } catch (StorageException trouble) {
            throw TurnStopped.by(trouble);
        }
        end(RuntimeStatus.COMPLETED, events, shown.withOutcome(output, null));
        log.info("completed", instance.row().key());
    }

    private void fail(List<JournalEvent> events, Values shown, FailureDetails failure) throws TurnStopped {
        Payload details;
        Payload summary;
        try {
            details = payloads.saveOwn(context.json().writeFailure(failure));
            summary = payloads.saveOwn(Objects.requireNonNull(context.json().write(failure.summary())));
        } catch (StorageException trouble) {
            throw TurnStopped.by(trouble);
        }
        end(RuntimeStatus.FAILED, events, shown.withOutcome(summary, details));
        log.warning("failed", instance.row().key(), "failure", failure.summary());
    }

    private void end(RuntimeStatus status, List<JournalEvent> events, Values shown) throws TurnStopped {
        events.add(new ExecutionCompleted(status, now()));
        instance.end(status, events, shown, context.now());
        logSteps(events);
    }

    @Override
    public JournalEvent next(List<JournalEvent> fresh, @Nullable String customStatus) throws TurnStopped {
        boolean requested = false;
        for (JournalEvent event : fresh) {
            if (event instanceof TaskScheduled scheduled) {
                toStart.put(scheduled.id(), scheduled);
                requested = true;
            }
        }
        if (requested || fresh.size() >= MAX_UNCOMMITTED || activities.ended().isEmpty()) {
            commit(fresh, customStatus);
        }
        startSome();
        return taken(await());
    }

    private void commit(List<JournalEvent> fresh, @Nullable String customStatus) throws TurnStopped {
        Values shown = instance.row().values();
        if (fresh.isEmpty() && Objects.equals(shown.customStatus(), customStatus)) {
            return;
        }
        instance.append(fresh, shown.withCustomStatus(customStatus), context.now());
        logSteps(fresh);
        fresh.clear();
    }

    /** Starts what was asked for and committed; or nothing more, once the turn has run for long enough. */
    private void startSome() throws TurnStopped {
        // A turn whose replay alone takes that long has to get something done all the same, or none ever would.
        boolean late =
                !names.isEmpty() && Duration.between(begun, context.now()).compareTo(LIMIT) > 0;
        if (late && activities.underWay() == 0) {
            // Nothing is under way, so nothing is left to be taken in, and all that was taken in is committed.
            throw TurnStopped.gaveWay();
        }
        Iterator<TaskScheduled> tasks = toStart.values().iterator();
        while (!late && tasks.hasNext() && activities.underWay() < MAX_UNDER_WAY) {
            TaskScheduled task = tasks.next();
            tasks.remove();
            names.put(task.id(), task.name());
            activities.start(new ActivityCall(task, instance.row().ownership().fence(), context.json(), payloads));
        }
    }

    private Ended await() throws TurnStopped {
        if (activities.underWay() == 0) {
            throw new IllegalStateException("The orchestrator waits, and nothing is under way: "
                    + instance.row().key());
        }
        Ended ended = context.take(activities.ended(), OWNERSHIP_CHECK);
        while (ended == null) {
            instance.confirm();
            ended = context.take(activities.ended(), OWNERSHIP_CHECK);
        }
        activities.taken(ended);
        return ended;
    }

    private JournalEvent taken(Ended ended) throws TurnStopped {
        TaskScheduled task = ended.task();
        if (ended instanceof Ended.Unknown unknown) {
            throw TurnStopped.by(unknown.trouble());
        }
        if (ended instanceof Ended.Threw threw) {
            return new TaskFailed(task.id(), payloads.saveOwn(context.json().writeFailure(threw.failure())), now());
        }
        return new TaskCompleted(task.id(), ((Ended.Returned) ended).result(), now());
    }

    /** The status is not to say "ended" while activities still work, as far as they return when told to. */
    private void sayFarewell() throws TurnStopped {
        int left = activities.sayFarewell(context);
        if (left > 0) {
            log.warning("activities outlive their instance", instance.row().key(), "activities", left);
        }
    }

    /** Says which steps are final now. */
    private void logSteps(List<JournalEvent> committed) {
        for (JournalEvent event : committed) {
            if (event instanceof TaskCompleted completed) {
                logStep("step done", completed.id());
            } else if (event instanceof TaskFailed failed) {
                logStep("step failed", failed.id());
            }
        }
    }

    private void logStep(String event, int id) {
        log.info(event, instance.row().key(), "task", id, "activity", names.getOrDefault(id, "?"));
    }

    @Override
    public Instant now() {
        Instant now = context.now();
        latest = now.isBefore(latest) ? latest : now;
        return latest;
    }
}
