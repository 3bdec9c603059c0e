package dev.soliton.engine;

import dev.soliton.engine.JournalEvent.EventRaised;
import dev.soliton.engine.JournalEvent.EventSent;
import dev.soliton.engine.JournalEvent.ExecutionRewound;
import dev.soliton.engine.JournalEvent.SubOrchestrationCompleted;
import dev.soliton.engine.JournalEvent.SubOrchestrationFailed;
import dev.soliton.engine.JournalEvent.SubOrchestrationScheduled;
import dev.soliton.engine.JournalEvent.TaskCompleted;
import dev.soliton.engine.JournalEvent.TaskFailed;
import dev.soliton.engine.JournalEvent.TaskScheduled;
import dev.soliton.instance.InboxItem;
import dev.soliton.instance.Payload;
import dev.soliton.orchestration.FailureDetails;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** What an execution has asked for, as its journal and what is new say, and the carrying out of it. */
final class OpenWork {
    private static final int WARN_EVENTS = 10_000;

    /** How a sub-orchestration ended for a parent that was told to end with all that it has called. */
    private static final FailureDetails ENDED =
            new FailureDetails("Terminated", "It was told to end with its parent.", "", null, false);

    private final EngineContext context;
    private final OpenInstance instance;
    private final Activities activities;
    private final Outbox outbox;
    private final Ledger ledger;
    private final InstanceLog log;
    private @Nullable JournalEvent lastNoted;
    private boolean again;
    private int events;

    OpenWork(
            EngineContext context,
            OpenInstance instance,
            Activities activities,
            Outbox outbox,
            Ledger ledger,
            InstanceLog log) {
        this.context = context;
        this.instance = instance;
        this.activities = activities;
        this.outbox = outbox;
        this.ledger = ledger;
        this.log = log;
    }

    /** Takes stock of a journal: what is open in it, and what of that may have been carried out already. */
    void begin(List<JournalEvent> journal) {
        outbox.begin(instance.row().progress().delivered(), deliveredBefore(journal));
        journal.forEach(this::note);
        again = outbox.hasPending();
        events = journal.size();
    }

    /** Begins a generation that nothing was asked for in yet. */
    void begin(int carried) {
        outbox.begin(0, null);
        again = false;
        events = carried;
        lastNoted = null;
    }

    /** Up to which number everything for others had been delivered when an execution was rewound; null if it never was. */
    private static @Nullable Integer deliveredBefore(List<JournalEvent> journal) {
        return journal.stream()
                .filter(ExecutionRewound.class::isInstance)
                .map(event -> ((ExecutionRewound) event).delivered())
                .max(Comparator.naturalOrder())
                .orElse(null);
    }

    /** The mark behind the end of an execution, which is to go on. */
    ExecutionRewound mark(List<JournalEvent> journal, InboxItem.Rewind asked, Instant at) {
        Integer before = deliveredBefore(journal);
        int delivered = Math.max(instance.row().progress().delivered(), before == null ? 0 : before);
        return new ExecutionRewound(asked.reason(), asked.failure(), delivered, at);
    }

    /** Takes note of what is new since the last time; whether any of it has to be carried out. */
    boolean noteFresh(Live.State state) {
        for (JournalEvent.Request dropped : state.dropped()) {
            activities.ended(dropped.id());
            outbox.drop(dropped.id());
        }
        if (!state.dropped().isEmpty()) {
            state.dropped().clear();
        }
        List<JournalEvent> fresh = state.fresh();
        // What was committed was removed from the front.
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
                        ledger.key(),
                        "events",
                        events,
                        "limit",
                        context.limits().maxEvents());
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
            ledger.note(task.input());
        } else if (event instanceof SubOrchestrationScheduled child) {
            outbox.note(child);
            ledger.note(child.input());
        } else if (event instanceof EventSent sent) {
            outbox.note(sent);
            ledger.note(sent.input());
        } else if (event instanceof TaskCompleted completed) {
            activities.ended(completed.id());
            ledger.note(completed.result());
        } else if (event instanceof TaskFailed failed) {
            activities.ended(failed.id());
            ledger.note(failed.failure());
        } else if (event instanceof SubOrchestrationCompleted completed) {
            outbox.ended(completed.id());
            ledger.note(completed.result());
        } else if (event instanceof SubOrchestrationFailed failed) {
            outbox.ended(failed.id());
            ledger.note(failed.failure());
        } else if (event instanceof EventRaised raised) {
            ledger.note(raised.input());
        }
    }

    /** Whether this process has something to do for the execution, or to wait for. */
    boolean isLocal() {
        return activities.hasRequests() || activities.underWay() > 0 || outbox.hasPending() || outbox.hasRunning();
    }

    /** Whether something is under way that a turn which gives way has to wait for. */
    boolean isUnderWay() {
        return activities.underWay() > 0 || outbox.hasRunning();
    }

    /** Whether there is something to be sent to others, or to be let go, before this instance ends or goes on anew. */
    boolean hasSomethingForOthers() {
        return outbox.hasPending() || outbox.hasUnreleased();
    }

    /**
     * Sends what a commit holds to other instances, or a part of it.
     *
     * @param here whether sub-orchestrations may run in this process
     * @param late whether the turn is to leave the rest to another
     * @return whether nothing is left
     * @throws TurnStopped if the storage failed
     */
    boolean deliver(boolean here, BooleanSupplier late) throws TurnStopped {
        boolean whole = outbox.deliver(ledger.key(), again, here, late);
        again &= !whole;
        return whole;
    }

    /** Starts activities that a commit holds, as far as there is room. */
    void startSome() {
        activities.startSome(context, instance.row().ownership().fence(), context.payloads(ledger.key()), log.logger());
    }

    /**
     * Ends the sub-orchestrations that were called and have not ended, or a part of them. That they are to end is committed
     * before the first of them is told; and where they are many, whom nobody has to tell any more.
     *
     * @param late whether the turn is to leave the rest to another
     * @return whether nothing is left
     */
    boolean endChildren(Live.State state, @Nullable String reason, BooleanSupplier late) throws TurnStopped {
        noteFresh(state);
        if (!outbox.hasOpen()) {
            return true;
        }
        ledger.commit(state, new Draft.Hold.Claim());
        List<Integer> ended = new ArrayList<>();
        if (outbox.endChildren(ledger.key(), again, reason, late, ended::add)) {
            return true;
        }
        Payload failure = context.payloads(ledger.key()).saveOwn(context.json().writeFailure(ENDED));
        Instant at = context.now();
        ended.forEach(id -> state.fresh().add(new SubOrchestrationFailed(id, failure, at)));
        noteFresh(state);
        ledger.commit(state, new Draft.Hold.Same());
        return false;
    }

    /** Leaves sub-orchestrations that run here to others, and sees to it that each has begun. */
    void leaveChildren() throws TurnStopped {
        outbox.stop(false);
        // They are few, since many are not started here.
        while (outbox.hasPending()) {
            outbox.deliver(ledger.key(), true, false, () -> false);
        }
    }
}
