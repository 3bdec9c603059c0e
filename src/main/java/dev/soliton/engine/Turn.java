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
    /** How much may pile up before it is committed although nothing depends on it yet. */
    private static final int MAX_UNCOMMITTED = 64;

    /** An activity may take as long as it likes; the wait is taken up again. */
    private static final Duration LOOK = Duration.ofMinutes(1);

    private final EngineContext context;
    private final ClaimedInstance instance;
    private final Activities activities;
    private final InstanceLog log;
    private final ExecutionPayloads payloads;
    private final Map<Integer, TaskScheduled> toStart = new LinkedHashMap<>();
    private final Map<Integer, String> names = new HashMap<>();
    private Instant latest;

    Turn(EngineContext context, ClaimedInstance instance, Activities activities, InstanceLog log) {
        this.context = context;
        this.instance = instance;
        this.activities = activities;
        this.log = log;
        this.payloads =
                new ExecutionPayloads(instance.row().key(), context.storage().payloads());
        this.latest = instance.row().createdAt();
    }

    /**
     * Runs until the instance has ended.
     *
     * @return how it ended
     * @throws TurnStopped if the turn cannot go on
     */
    RuntimeStatus run(Orchestrator orchestrator, List<JournalEvent> journal) throws TurnStopped {
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
        try (activities) {
            Replay.End end = replay.run(orchestrator);
            return end(replay, end);
        } catch (StorageException trouble) {
            throw TurnStopped.by(trouble);
        }
    }

    private RuntimeStatus end(Replay replay, Replay.End end) throws TurnStopped {
        // Nobody waits for what is still running, and the status that follows says that all is over.
        activities.close();
        if (end instanceof Replay.End.Completed completed) {
            try {
                return commitEnd(replay, RuntimeStatus.COMPLETED, payloads.save(completed.output()), null);
            } catch (PayloadTooLargeException tooLarge) {
                return commitFailure(replay, FailureDetails.of(tooLarge));
            }
        }
        return commitFailure(replay, ((Replay.End.Failed) end).failure());
    }

    private RuntimeStatus commitFailure(Replay replay, FailureDetails failure) throws TurnStopped {
        Payload details = payloads.save(context.json().writeFailure(failure));
        Payload summary = payloads.save(context.json().write(failure.summary()));
        commitEnd(replay, RuntimeStatus.FAILED, summary, details);
        log.warning("failed", instance.row().key(), "failure", failure.summary());
        return RuntimeStatus.FAILED;
    }

    private RuntimeStatus commitEnd(
            Replay replay, RuntimeStatus status, @Nullable Payload output, @Nullable Payload failure)
            throws TurnStopped {
        List<JournalEvent> events = replay.fresh();
        events.add(new ExecutionCompleted(status, now()));
        Values shown =
                instance.row().values().withCustomStatus(replay.customStatus()).withOutcome(output, failure);
        instance.end(status, events, shown, context.now());
        logSteps(events);
        if (status == RuntimeStatus.COMPLETED) {
            log.info("completed", instance.row().key());
        }
        return status;
    }

    @Override
    public JournalEvent next(List<JournalEvent> fresh, @Nullable String customStatus) throws TurnStopped {
        for (JournalEvent event : fresh) {
            if (event instanceof TaskScheduled scheduled) {
                toStart.put(scheduled.id(), scheduled);
            }
        }
        if (!toStart.isEmpty()
                || fresh.size() >= MAX_UNCOMMITTED
                || activities.ended().isEmpty()) {
            commit(fresh, customStatus);
            startAll();
        }
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

    private void startAll() {
        for (TaskScheduled task : toStart.values()) {
            names.put(task.id(), task.name());
            activities.start(new ActivityCall(task, instance.row().ownership().fence(), context.json(), payloads));
        }
        toStart.clear();
    }

    private Ended await() throws TurnStopped {
        if (activities.isIdle()) {
            throw new IllegalStateException("The orchestrator waits, and nothing is under way: "
                    + instance.row().key());
        }
        try {
            while (true) {
                Ended ended = context.waits().take(activities.ended(), LOOK);
                if (ended != null) {
                    return ended;
                }
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw TurnStopped.by(new InterruptedTurnException(stop));
        }
    }

    private JournalEvent taken(Ended ended) throws TurnStopped {
        activities.taken(ended);
        TaskScheduled task = ended.task();
        if (ended instanceof Ended.Unkept unkept) {
            throw TurnStopped.by(unkept.trouble());
        }
        if (ended instanceof Ended.Threw threw) {
            Payload failure =
                    Objects.requireNonNull(payloads.save(context.json().writeFailure(threw.failure())));
            return new TaskFailed(task.id(), failure, now());
        }
        return new TaskCompleted(task.id(), ((Ended.Returned) ended).result(), now());
    }

    @Override
    public Instant now() {
        Instant now = context.now();
        latest = now.isBefore(latest) ? latest : now;
        return latest;
    }
}
