package dev.soliton.engine.turn;

import dev.soliton.engine.commit.Commit;
import dev.soliton.engine.commit.InstanceSession;
import dev.soliton.engine.journal.JournalEvent;
import dev.soliton.engine.journal.JournalEvent.EventRaised;
import dev.soliton.engine.journal.JournalEvent.EventSent;
import dev.soliton.engine.journal.JournalEvent.ExecutionRewound;
import dev.soliton.engine.journal.JournalEvent.SubOrchestrationCompleted;
import dev.soliton.engine.journal.JournalEvent.SubOrchestrationFailed;
import dev.soliton.engine.journal.JournalEvent.SubOrchestrationScheduled;
import dev.soliton.engine.journal.JournalEvent.TaskCompleted;
import dev.soliton.engine.journal.JournalEvent.TaskFailed;
import dev.soliton.engine.journal.JournalEvent.TaskScheduled;
import dev.soliton.engine.replay.EventSource;
import dev.soliton.engine.runtime.EngineServices;
import dev.soliton.engine.runtime.InstanceLog;
import dev.soliton.engine.runtime.TurnStopped;
import dev.soliton.orchestration.FailureDetails;
import dev.soliton.store.InboxItem;
import dev.soliton.store.Payload;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What an execution has requested, according to its journal and to what is new. It carries the requests out, each once
 * a commit holds it, and none whose result is in the journal.
 */
final class PendingWork {
    private static final int WARN_EVENTS = 10_000;

    /** The end that a terminated parent records for each sub-orchestration that ends with it. */
    private static final FailureDetails ENDED =
            new FailureDetails("Terminated", "It was told to end with its parent.", "", null, false);

    private final EngineServices services;
    private final InstanceSession session;
    private final Activities activities;
    private final Outbox outbox;
    private final UnitOfWork unit;
    private final InstanceLog log;
    private @Nullable JournalEvent lastNoted;
    private boolean again;
    private int events;

    PendingWork(
            EngineServices services,
            InstanceSession session,
            Activities activities,
            Outbox outbox,
            UnitOfWork unit,
            InstanceLog log) {
        this.services = services;
        this.session = session;
        this.activities = activities;
        this.outbox = outbox;
        this.unit = unit;
        this.log = log;
    }

    /** Begins with a journal: what is open in it, and what of that may have been carried out already. */
    void begin(List<JournalEvent> journal) {
        outbox.begin(session.row().progress().delivered(), deliveredBefore(journal));
        journal.forEach(this::note);
        again = outbox.hasPending();
        events = journal.size();
    }

    /** Begins a generation without any requests. */
    void begin(int carried) {
        outbox.begin(0, null);
        again = false;
        events = carried;
        lastNoted = null;
    }

    /** The number up to which everything for others had been delivered at the last rewind; null if there was none. */
    private static @Nullable Integer deliveredBefore(List<JournalEvent> journal) {
        return journal.stream()
                .filter(ExecutionRewound.class::isInstance)
                .map(event -> ((ExecutionRewound) event).delivered())
                .max(Comparator.naturalOrder())
                .orElse(null);
    }

    /** The event that a rewind records after the end of an execution. */
    ExecutionRewound mark(List<JournalEvent> journal, InboxItem.Rewind asked, Instant at) {
        Integer before = deliveredBefore(journal);
        int delivered = Math.max(session.row().progress().delivered(), before == null ? 0 : before);
        return new ExecutionRewound(asked.reason(), asked.failure(), delivered, at);
    }

    /**
     * Notes what is new since the last call.
     *
     * @return whether any of it has to be carried out
     */
    boolean noteFresh(EventSource.State state) {
        for (JournalEvent.Request dropped : state.dropped()) {
            activities.ended(dropped.id());
            outbox.drop(dropped.id());
        }
        if (!state.dropped().isEmpty()) {
            state.dropped().clear();
        }
        List<JournalEvent> fresh = state.fresh();
        // A commit removed from the front what it wrote.
        int known = fresh.size();
        while (known > 0 && fresh.get(known - 1) != lastNoted) {
            known--;
        }
        boolean requested = false;
        for (JournalEvent event : fresh.subList(known, fresh.size())) {
            note(event);
            lastNoted = event;
            events++;
            if (events == WARN_EVENTS) {
                log.warning(
                        "long journal",
                        unit.key(),
                        "events",
                        events,
                        "limit",
                        services.limits().maxEvents());
            }
            requested |= event instanceof TaskScheduled
                    || event instanceof SubOrchestrationScheduled
                    || event instanceof EventSent;
        }
        return requested;
    }

    private void note(JournalEvent event) {
        if (event instanceof TaskScheduled task) {
            activities.request(task);
            unit.note(task.input());
        } else if (event instanceof SubOrchestrationScheduled child) {
            outbox.note(child);
            unit.note(child.input());
        } else if (event instanceof EventSent sent) {
            outbox.note(sent);
            unit.note(sent.input());
        } else if (event instanceof TaskCompleted completed) {
            activities.ended(completed.id());
            unit.note(completed.result());
        } else if (event instanceof TaskFailed failed) {
            activities.ended(failed.id());
            unit.note(failed.failure());
        } else if (event instanceof SubOrchestrationCompleted completed) {
            outbox.ended(completed.id());
            unit.note(completed.result());
        } else if (event instanceof SubOrchestrationFailed failed) {
            outbox.ended(failed.id());
            unit.note(failed.failure());
        } else if (event instanceof EventRaised raised) {
            unit.note(raised.input());
        }
    }

    /** Whether this process has something to do for the execution, or waits for something that it does. */
    boolean isLocal() {
        return activities.hasRequests() || activities.underWay() > 0 || outbox.hasPending() || outbox.hasRunning();
    }

    /** Whether something is under way whose end a turn awaits before it hands off. */
    boolean isUnderWay() {
        return activities.underWay() > 0 || outbox.hasRunning();
    }

    /** Whether something is to be sent to others, or released, before this instance ends or continues as new. */
    boolean hasSomethingForOthers() {
        return outbox.hasPending() || outbox.hasUnreleased();
    }

    /**
     * Sends to other instances what a commit holds, or a part of it.
     *
     * @param here whether sub-orchestrations may run in this process
     * @param late whether the turn is to leave the rest to another
     * @return whether nothing is left
     * @throws TurnStopped if the storage failed
     */
    boolean deliver(boolean here, BooleanSupplier late) throws TurnStopped {
        boolean whole = outbox.deliver(unit.key(), again, here, late);
        again &= !whole;
        return whole;
    }

    /** Starts activities that a commit holds, as many as fit. */
    void startSome() {
        activities.startSome(services, session.row().ownership().fence(), services.payloads(unit.key()), log.logger());
    }

    /**
     * Terminates the sub-orchestrations that were called and have not ended, or a part of them. Before it notifies the
     * first, it commits that they are to end. If they are many, it also commits which of them have been notified, so
     * that no later turn notifies them again.
     *
     * @param late whether the turn is to leave the rest to another
     * @return whether nothing is left
     */
    boolean endChildren(EventSource.State state, @Nullable String reason, BooleanSupplier late) throws TurnStopped {
        noteFresh(state);
        if (!outbox.hasOpen()) {
            return true;
        }
        unit.commit(state, new Commit.OwnerAfter.Claim());
        List<Integer> ended = new ArrayList<>();
        if (outbox.endChildren(unit.key(), again, reason, late, ended::add)) {
            return true;
        }
        Payload failure = services.payloads(unit.key()).saveOwn(services.json().writeFailure(ENDED));
        Instant at = services.now();
        ended.forEach(id -> state.fresh().add(new SubOrchestrationFailed(id, failure, at)));
        noteFresh(state);
        unit.commit(state, new Commit.OwnerAfter.Unchanged());
        return false;
    }

    /** Leaves the sub-orchestrations that run here to others, and makes sure that each has begun. */
    void handOffChildren() throws TurnStopped {
        outbox.stop(false);
        // They are few, because many are never started here.
        while (outbox.hasPending()) {
            outbox.deliver(unit.key(), true, false, () -> false);
        }
    }
}
