package dev.soliton.engine.turn;

import dev.soliton.store.Gate;
import dev.soliton.store.InstanceRow;
import dev.soliton.store.Partition;
import dev.soliton.store.QueuedRun;
import dev.soliton.store.RuntimeStatus;
import dev.soliton.store.Versioned;
import dev.soliton.store.WorkMessage;
import dev.soliton.store.WorkMessage.Base;
import dev.soliton.store.WorkerState;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a worker does about a message, given the state that it read after it received the message. */
sealed interface Decision {

    /** There is nothing to do for the message, now or ever. */
    record Drop(String why) implements Decision {}

    /** The message may be needed later: requeue it. */
    record Requeue(String why) implements Decision {}

    /**
     * The execution that the message announces is overdue: make sure that it cannot start any more, then drop the
     * message.
     */
    record WriteTombstone() implements Decision {}

    /**
     * The execution has ended, and the rewind that the message announces is overdue: make sure that it cannot happen
     * any more.
     */
    record InvalidateRewind(Versioned<InstanceRow> instance) implements Decision {}

    /** The timer of the message is not due yet: put a message for that time, then drop this one. */
    record Redelay(Instant due) implements Decision {}

    /**
     * Run a turn of the instance in this state.
     *
     * @param claimFirst whether the worker claims the instance before anything else
     * @param vanished whether the owner of the instance has vanished
     */
    record Run(Versioned<InstanceRow> instance, Versioned<Gate> gate, boolean claimFirst, boolean vanished)
            implements Decision {}

    /** The execution has ended, and this worker delivers its end to its parent. */
    record DeliverResult(Versioned<InstanceRow> instance) implements Decision {}

    /**
     * Decides.
     *
     * <p>If another living worker owns the instance, this one leaves the instance to it, whatever the message is for.
     * Every arrival has changed the gate, and the owner releases the instance only if it finds the gate unchanged. For
     * the timers the owner puts a message then. If the owner dies, other workers find all that it owned.
     *
     * @param me the worker that decides
     * @param ownerState the state of the owner, found after the message was received; null without another owner
     */
    static Decision of(WorkMessage message, Partition state, String me, @Nullable WorkerState ownerState, Instant now) {
        Versioned<InstanceRow> instance = state.instance().orElse(null);
        Optional<Versioned<Gate>> gate = state.gate(message.executionId());
        if (instance == null || !instance.row().key().executionId().equals(message.executionId())) {
            return gate.isPresent() && gate.get().row().tombstone()
                    ? new Drop("the execution has a tombstone")
                    : ofForeign(message, instance);
        }
        // A tombstone of an execution that did start means nothing: a worker wrote it so that the execution cannot
        // start any more.
        gate = gate.filter(found -> !found.row().tombstone());
        if (message.base() != null && message.base().isStateOf(instance)) {
            // The only thing that a message can announce for an ended execution is a rewind.
            return instance.row().status().isTerminal() && Requeues.isOverdue(message)
                    ? new InvalidateRewind(instance)
                    : new Requeue("the promise may still come");
        }
        InstanceRow row = instance.row();
        String owner = row.ownership().owner();
        if (owner != null && !owner.equals(me) && (ownerState == null || !ownerState.isDead())) {
            return new Drop("worker " + owner + " owns the instance");
        }
        if (row.status().isTerminal()) {
            return owner == null ? new Drop("the execution has ended") : new DeliverResult(instance);
        }
        if (gate.isEmpty()) {
            // A start writes row and gate together, and this worker read the gate first: the row is the younger one.
            return new Requeue("the execution came while it was looked at");
        }
        boolean claimFirst = owner != null || (row.status() == RuntimeStatus.PENDING && !row.isDelayed(now));
        if (claimFirst || hasWork(row, state, now)) {
            return new Run(instance, gate.get(), claimFirst, ownerState == WorkerState.EXPIRED);
        }
        return message.due() != null && message.due().equals(row.progress().nextDue())
                ? new Redelay(message.due())
                : new Drop("there is nothing to do");
    }

    private static boolean hasWork(InstanceRow row, Partition state, Instant now) {
        Instant due = row.progress().nextDue();
        return !state.inbox(row.key().executionId()).isEmpty()
                || (due == null ? row.isDelayed(now) : !due.isAfter(now));
    }

    private static boolean isFollowedBy(InstanceRow row, WorkMessage message) {
        return row.queuedRun() != null
                && QueuedRun.keyAfter(row.key()).executionId().equals(message.executionId());
    }

    /** Decides about a message for another execution than the one that has the ID. */
    private static Decision ofForeign(WorkMessage message, @Nullable Versioned<InstanceRow> instance) {
        if (instance != null && isFollowedBy(instance.row(), message)) {
            // That execution was accepted. The owner of the one before it starts it, or a worker that takes over from
            // this owner.
            return new Requeue("the execution before it is about to release the ID");
        }
        Base base = message.base();
        if (base == null) {
            return new Drop("the execution is gone");
        }
        if (base.isStateOf(instance)) {
            return Requeues.isOverdue(message) ? new WriteTombstone() : new Requeue("the promise may still come");
        }
        // A row that a start was to replace does not come back once it is gone. But there can be no row once more, when
        // a caller purges the holder. A late start would then write its row, and no message would be there for it.
        return base.equals(Base.NO_ROW) ? new WriteTombstone() : new Drop("the promise can never come");
    }
}
