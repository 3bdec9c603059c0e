package dev.soliton.engine.turn;

import dev.soliton.engine.commit.InstanceSession;
import dev.soliton.engine.journal.ExecutionPayloads;
import dev.soliton.engine.journal.JournalEvent;
import dev.soliton.engine.journal.JournalEvent.ExecutionCompleted;
import dev.soliton.engine.journal.JournalEvent.ExecutionTerminated;
import dev.soliton.engine.replay.EventSource;
import dev.soliton.engine.replay.ReplayContext;
import dev.soliton.engine.runtime.EngineServices;
import dev.soliton.engine.runtime.InstanceLog;
import dev.soliton.engine.runtime.TurnStopped;
import dev.soliton.orchestration.FailureDetails;
import dev.soliton.store.InboxItem;
import dev.soliton.store.InstanceRow.Values;
import dev.soliton.store.Payload;
import dev.soliton.store.PayloadTooLargeException;
import dev.soliton.store.RuntimeStatus;
import dev.soliton.store.StorageException;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How an execution ends: it sends what it still has to send, its sub-orchestrations hand off, its activities return,
 * and then the last commit records the end.
 */
final class TurnEnding {
    private final EngineServices services;
    private final InstanceSession session;
    private final InstanceLocks.Lock lock;
    private final Activities activities;
    private final UnitOfWork unit;
    private final PendingWork pending;
    private final TurnLoop loop;
    private final InstanceLog log;

    TurnEnding(
            EngineServices services,
            InstanceSession session,
            InstanceLocks.Lock lock,
            Activities activities,
            UnitOfWork unit,
            PendingWork pending,
            TurnLoop loop,
            InstanceLog log) {
        this.services = services;
        this.session = session;
        this.lock = lock;
        this.activities = activities;
        this.unit = unit;
        this.pending = pending;
        this.loop = loop;
        this.log = log;
    }

    void end(EventSource.State state, ReplayContext.End end) throws TurnStopped {
        Values shown = session.row().values().withCustomStatus(state.customStatus());
        if (end instanceof ReplayContext.End.Completed completed) {
            try {
                Payload output = services.payloads(unit.key()).save(completed.output());
                end(state, RuntimeStatus.COMPLETED, shown.withOutcome(output, null), null);
                log.info("completed", unit.key());
            } catch (PayloadTooLargeException tooLarge) {
                fail(state, new ReplayContext.End.Failed(FailureDetails.of(tooLarge)));
            } catch (StorageException trouble) {
                throw TurnStopped.by(trouble);
            }
        } else {
            fail(state, (ReplayContext.End.Failed) end);
        }
    }

    void terminate(InboxItem.Terminate termination) throws TurnStopped {
        terminate(EventSource.State.notReplayed(session.row().values().customStatus()), termination);
    }

    private void terminate(EventSource.State state, InboxItem.Terminate termination) throws TurnStopped {
        state.fresh().add(ExecutionTerminated.of(termination, loop.now()));
        terminate(state, new ReplayContext.End.Terminated(termination.reason(), termination.recursive()));
    }

    void terminate(EventSource.State state, ReplayContext.End.Terminated termination) throws TurnStopped {
        String reason = termination.reason();
        if (termination.recursive()) {
            loop.endChildren(state, reason);
        }
        loop.flush(state);
        Values shown = session.row().values().withCustomStatus(state.customStatus());
        try {
            Payload output =
                    reason == null ? null : services.payloads(unit.key()).saveOwn(quoted(reason));
            end(state, RuntimeStatus.TERMINATED, shown.withOutcome(output, null), null);
        } catch (StorageException trouble) {
            throw TurnStopped.by(trouble);
        }
        log.info("terminated", unit.key(), "reason", String.valueOf(reason));
    }

    /** Ends an execution with a failure that its code did not throw. */
    void fail(FailureDetails failure) throws TurnStopped {
        fail(
                EventSource.State.notReplayed(session.row().values().customStatus()),
                new ReplayContext.End.Failed(failure));
    }

    /**
     * Ends an execution whose code was abandoned and is to blame. The requests that the code made before count; its
     * custom status may be half made, so the committed one stays.
     *
     * @param fresh the new events of the run
     */
    void failAbandoned(List<JournalEvent> fresh, FailureDetails failure) throws TurnStopped {
        EventSource.State state =
                EventSource.State.notReplayed(fresh, session.row().values().customStatus());
        loop.flush(state);
        fail(state, new ReplayContext.End.Failed(failure));
    }

    /** Ends an execution whose code was abandoned because a caller asked for its end. */
    void terminateAbandoned(List<JournalEvent> fresh, InboxItem.Terminate termination) throws TurnStopped {
        terminate(EventSource.State.notReplayed(fresh, session.row().values().customStatus()), termination);
    }

    void fail(EventSource.State state, ReplayContext.End.Failed end) throws TurnStopped {
        FailureDetails failure = end.failure();
        Values shown = session.row().values().withCustomStatus(state.customStatus());
        ExecutionPayloads payloads = services.payloads(unit.key());
        try {
            Payload details = payloads.saveOwn(services.json().writeFailure(failure));
            Payload summary = payloads.saveOwn(quoted(failure.summary()));
            end(state, RuntimeStatus.FAILED, shown.withOutcome(summary, details), end.calls());
        } catch (StorageException trouble) {
            throw TurnStopped.by(trouble);
        }
        log.warning("failed", unit.key(), "failure", failure.summary());
    }

    private String quoted(String text) {
        return Objects.requireNonNull(services.json().write(text));
    }

    private void end(
            EventSource.State state, RuntimeStatus status, Values shown, @Nullable List<List<Integer>> failedCalls)
            throws TurnStopped {
        pending.handOffChildren();
        // The status must not say "ended" while activities still work that return when they are interrupted. While
        // others still work, no other execution may get the ID.
        boolean owned = awaitTermination() > 0 || session.row().parent() != null;
        state.fresh().add(new ExecutionCompleted(status, failedCalls, loop.now()));
        lock.releasing();
        unit.end(state, status, shown, owned);
    }

    /**
     * Interrupts the activities that still run, and gives them time to return, so that the next owner does not meet
     * them.
     *
     * @return how many activities did not return
     */
    int awaitTermination() throws TurnStopped {
        int left = activities.awaitTermination(services);
        if (left > 0) {
            log.warning("activities outlive their turn", unit.key(), "activities", left);
        }
        return left;
    }
}
