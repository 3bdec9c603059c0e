package dev.soliton.engine.turn;

import dev.soliton.engine.commit.ChildEnd;
import dev.soliton.engine.commit.InstanceSession;
import dev.soliton.engine.runtime.EngineServices;
import dev.soliton.engine.runtime.InstanceLog;
import dev.soliton.engine.runtime.SleepAwareClock;
import dev.soliton.engine.runtime.TurnResult;
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
 * What a message can do for its instance without a turn: write a tombstone for a late start, invalidate a late rewind,
 * deliver a result, show why the instance waits, and requeue itself.
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

    /** Delivers the end of an execution that its owner did not deliver. */
    Attempt deliverResult(Versioned<InstanceRow> ended) {
        if (context.locks().find(message.instanceId()).isPresent()) {
            // If this worker owns the instance, the turn that ended it is about to deliver the end, or waits for an
            // activity that still works. Otherwise an earlier lease of this process left that activity behind, and
            // nobody delivers the end.
            return Attempt.handled(
                    lease.worker().equals(ended.row().ownership().owner())
                            ? TurnOutcome.ENDED
                            : context.requeue(LockConflicts.ACTIVITY_LEFT));
        }
        InstanceSession session = new InstanceSession(services, lease, ended, null, List.of());
        TurnResult result = TurnResult.of(() -> {
            ChildEnd.deliver(services, session);
            return new TurnResult.Ended();
        });
        return result.match(Attempt.UNATTENDED);
    }

    /** Writes a tombstone in the place of the gate, unless there is a gate or a tombstone already. */
    Attempt writeTombstone() {
        RowChange tombstone = new RowChange.InsertGate(new Gate(message.executionId(), true));
        return write(tombstone, "tombstone written", "its start did not come");
    }

    /** Changes only the ETag of the row, so that a late rewind, which is conditional on it, fails. */
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

    /** Redelays the message of a timer that is not due yet. */
    TurnOutcome redelay(Instant due) {
        Duration delay = TimerMessages.delay(due, services.now());
        WorkMessage timer = WorkMessage.timer(message.instanceId(), message.executionId(), due, null);
        services.storage().queue().put(timer, delay);
        log.info("timer requeued", context.key(), "due", due, "seconds", delay.toSeconds());
        return TurnOutcome.REQUEUED;
    }

    /**
     * A deployment removed what the instance needs: the status says so, and the instance goes on once a version of the
     * app has it again.
     */
    TurnOutcome leaveBlocked(Versioned<InstanceRow> instance, String reason) {
        showReason(reason, instance);
        return recheckLater(reason, true);
    }

    /**
     * Somebody edited a row by hand. The status says so if the instance row is readable, and the instance goes on once
     * the row is repaired.
     */
    TurnOutcome leaveUnreadable(UnreadableRowException unreadable) {
        String reason = String.valueOf(unreadable.getMessage());
        try {
            services.storage()
                    .instances()
                    .findRow(message.instanceId())
                    .filter(instance -> !instance.row().status().isTerminal())
                    .ifPresent(instance -> showReason(reason, instance));
        } catch (UnreadableRowException itself) {
            // The caller that asks for the status receives the same reason.
        }
        return recheckLater(reason, message.base() == null);
    }

    /** Whether the execution waits for a person, and another message checks for it whether it can go on. */
    boolean isRechecked() {
        return !isCountedOn() && isDuplicate();
    }

    private boolean isDuplicate() {
        if (!services.blocked().hasLaterRecheck(message)) {
            return false;
        }
        log.info("dropped", context.key(), "why", "another message looks whether it can go on");
        return true;
    }

    /** Whether the row may count on this message: as the one for a timer, or for what a turn left to do. */
    private boolean isCountedOn() {
        return message.base() != null || message.due() != null;
    }

    /**
     * Leaves one message to check again, whatever others are about: the turn that can go on finds all that arrived.
     */
    private TurnOutcome recheckLater(String reason, boolean whateverArrived) {
        boolean forAll = whateverArrived && message.due() == null;
        if (isToComeLater()) {
            // The row may count on this message: it arrives when its timer is due, and does not check before.
            return message.base() == null ? redelay(Objects.requireNonNull(message.due())) : context.requeue(reason);
        }
        if (forAll && isDuplicate()) {
            return TurnOutcome.DROPPED;
        }
        WorkMessage again = forAll ? services.blocked().successor(message) : message;
        SleepAwareClock.Moment before = services.moment();
        TurnOutcome requeued = Requeues.requeue(services, again, log, reason);
        if (forAll) {
            services.blocked().note(again.again(), before, Requeues.delay(again));
        }
        return requeued;
    }

    private boolean isToComeLater() {
        return message.due() != null && message.due().isAfter(services.now());
    }

    /** Shows in the status why an instance does not go on. */
    void showReason(String reason, Versioned<InstanceRow> instance) {
        InstanceRow row = instance.row();
        if (!Objects.equals(row.values().reason(), reason)) {
            // Losing this race changes nothing: the writer that won knows better why the instance waits.
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
