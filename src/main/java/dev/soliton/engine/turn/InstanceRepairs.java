package dev.soliton.engine.turn;

import dev.soliton.engine.commit.ChildEnd;
import dev.soliton.engine.commit.InstanceSession;
import dev.soliton.engine.runtime.EngineServices;
import dev.soliton.engine.runtime.InstanceLog;
import dev.soliton.engine.runtime.SleepAwareClock;
import dev.soliton.engine.runtime.TurnStopped;
import dev.soliton.engine.worker.WorkerLease;
import dev.soliton.store.Gate;
import dev.soliton.store.InstanceRow;
import dev.soliton.store.RowChange;
import dev.soliton.store.UnreadableRowException;
import dev.soliton.store.Versioned;
import dev.soliton.store.WorkMessage;
import dev.soliton.store.WriteOutcome;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;

/**
 * What a message can do for its instance without a turn: keep out what comes late, deliver a result, say why the
 * instance waits, and come again.
 */
final class InstanceRepairs {
    private final MessageContext context;
    private final EngineServices services;
    private final WorkMessage message;
    private final WorkerLease lease;
    private final InstanceLog log;

    InstanceRepairs(MessageContext context) {
        this.context = context;
        this.services = context.services();
        this.message = context.message();
        this.lease = context.lease();
        this.log = context.log();
    }

    /** Delivers the end of an execution whose owner did not. */
    Attempt deliverResult(Versioned<InstanceRow> ended) throws TurnStopped {
        if (context.locks().find(message.instanceId()).isPresent()) {
            // If this worker owns it, the turn that ended it is about to see to that, or waits for an activity that
            // still works. An earlier lease of this process has left the activity behind, and nobody to see to the
            // rest.
            return Attempt.handled(
                    lease.worker().equals(ended.row().ownership().owner())
                            ? TurnOutcome.ENDED
                            : context.requeue(LockConflicts.ACTIVITY_LEFT));
        }
        InstanceSession session = new InstanceSession(services, lease, ended, null, List.of());
        try {
            ChildEnd.deliver(services, session);
            return Attempt.handled(TurnOutcome.ENDED);
        } catch (TurnStopped stopped) {
            if (stopped.why() == TurnStopped.Why.OWNERSHIP_LOST) {
                return Attempt.READ_AGAIN;
            }
            throw stopped;
        }
    }

    /** Puts a tombstone where the gate would be, unless there is a gate or a tombstone already. */
    Attempt writeTombstone() {
        RowChange tombstone = new RowChange.InsertGate(new Gate(message.executionId(), true));
        return write(tombstone, "tombstone written", "its start did not come");
    }

    /** Changes nothing of a row but its ETag, on which a late rewind is conditional. */
    Attempt invalidateRewind(Versioned<InstanceRow> ended) {
        RowChange same = new RowChange.ReplaceInstance(ended.row().rewritten(services.newId()), ended.etag());
        return write(same, "dropped", "its rewind did not come");
    }

    private Attempt write(RowChange change, String done, String why) {
        WriteOutcome outcome = services.storage().instances().write(message.instanceId(), List.of(change));
        if (!(outcome instanceof WriteOutcome.Written)) {
            return Attempt.READ_AGAIN;
        }
        log.info(done, context.key(), "why", why);
        return Attempt.handled(TurnOutcome.DROPPED);
    }

    /** Sends the message of a timer that is not due yet on to its time. */
    TurnOutcome redelay(Instant due) {
        Duration delay = TimerMessages.delay(due, services.now());
        WorkMessage timer = WorkMessage.timer(message.instanceId(), message.executionId(), due, null);
        services.storage().queue().put(timer, delay);
        log.info("timer requeued", context.key(), "due", due, "seconds", delay.toSeconds());
        return TurnOutcome.REQUEUED;
    }

    /** A deployment took away what the instance needs: it says so, and goes on when that is back. */
    TurnOutcome leaveBlocked(Versioned<InstanceRow> instance, String reason) {
        showReason(reason, instance);
        return recheckLater(reason, true);
    }

    /** A row was edited by hand: the instance says so, as far as it can be read itself, and goes on when it is mended. */
    TurnOutcome leaveUnreadable(UnreadableRowException unreadable) {
        String reason = String.valueOf(unreadable.getMessage());
        try {
            services.storage()
                    .instances()
                    .findRow(message.instanceId())
                    .filter(instance -> !instance.row().status().isTerminal())
                    .ifPresent(instance -> showReason(reason, instance));
        } catch (UnreadableRowException itself) {
            // Whoever asks for its status is told the same.
        }
        return recheckLater(reason, message.base() == null);
    }

    /** Whether the execution waits for people, and another message looks again. */
    boolean isRechecked() {
        return !isCountedOn() && isDuplicate();
    }

    private boolean isDuplicate() {
        if (!services.blocked().isAnotherOnItsWay(message)) {
            return false;
        }
        log.info("dropped", context.key(), "why", "another message looks whether it can go on");
        return true;
    }

    /** Whether the row may name this message, as the one that is there for a timer or for what was left. */
    private boolean isCountedOn() {
        return message.base() != null || message.due() != null;
    }

    /** Has one message look again, whatever others are about: whoever can go on finds all that came in. */
    private TurnOutcome recheckLater(String reason, boolean whateverCame) {
        boolean forAll = whateverCame && message.due() == null;
        if (isToComeLater()) {
            // The row may name this message: it comes when its timer is due, and does not look meanwhile.
            return message.base() == null ? redelay(Objects.requireNonNull(message.due())) : context.requeue(reason);
        }
        if (forAll && isDuplicate()) {
            return TurnOutcome.DROPPED;
        }
        WorkMessage again = forAll ? services.blocked().successor(message) : message;
        SleepAwareClock.Moment before = services.moment();
        Requeues.requeue(services, again, log, reason);
        if (forAll) {
            services.blocked().note(again.again(), before, Requeues.delay(again));
        }
        return TurnOutcome.REQUEUED;
    }

    private boolean isToComeLater() {
        return message.due() != null && message.due().isAfter(services.now());
    }

    /** Has the status say why an instance does not go on. */
    void showReason(String reason, Versioned<InstanceRow> instance) {
        InstanceRow row = instance.row();
        if (!Objects.equals(row.values().reason(), reason)) {
            // Losing this race changes nothing: whoever won it knows better why the instance waits.
            services.storage()
                    .instances()
                    .write(
                            row.key().instanceId(),
                            List.of(new RowChange.ReplaceInstance(
                                    row.changed(
                                            row.status(),
                                            row.ownership(),
                                            row.values().withReason(reason),
                                            services.now(),
                                            services.newId()),
                                    instance.etag())));
        }
    }
}
