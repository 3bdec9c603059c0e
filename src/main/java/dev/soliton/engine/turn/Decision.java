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

/** What is to be done about a message, given the state that was read after it was received. */
sealed interface Decision {

    /** There is nothing to do for it, now or ever. */
    record Drop(String why) implements Decision {}

    /** It may be needed later: put it back. */
    record Requeue(String why) implements Decision {}

    /** Its promise is overdue: make sure that it cannot come any more, then drop the message. */
    record WriteTombstone() implements Decision {}

    /** The execution has ended, and the rewind is overdue that was to come: make sure that it cannot any more. */
    record InvalidateRewind(Versioned<InstanceRow> instance) implements Decision {}

    /** Its timer is not due yet: send a message on to that time, then drop this one. */
    record Redelay(Instant due) implements Decision {}

    /**
     * Run a turn of the instance in this state.
     *
     * @param claimFirst whether the instance is to be claimed before anything else
     * @param vanished whether its owner has vanished
     */
    record Run(Versioned<InstanceRow> instance, Versioned<Gate> gate, boolean claimFirst, boolean vanished)
            implements Decision {}

    /** The execution has ended, and its end is to be delivered to its parent. */
    record DeliverResult(Versioned<InstanceRow> instance) implements Decision {}

    /**
     * Decides.
     *
     * <p>What is owned by another worker that lives is left to it, whatever the message is for. What came in has changed
     * the gate, which the owner must find unchanged before it releases the instance. For its timers it puts a message then. And if it
     * dies, all that it owned is found.
     *
     * @param me the worker that decides
     * @param ownerState how the owner is, as it was found out after the message was received; null without another owner
     */
    static Decision of(WorkMessage message, Partition state, String me, @Nullable WorkerState ownerState, Instant now) {
        Versioned<InstanceRow> instance = state.instance().orElse(null);
        Optional<Versioned<Gate>> gate = state.gate(message.executionId());
        if (instance == null || !instance.row().key().executionId().equals(message.executionId())) {
            return gate.isPresent() && gate.get().row().tombstone()
                    ? new Drop("the execution has a tombstone")
                    : ofForeign(message, instance);
        }
        // A tombstone of an execution that came means nothing: somebody wanted to be sure that it does not come any
        // more.
        gate = gate.filter(found -> !found.row().tombstone());
        if (message.base() != null && message.base().isStateOf(instance)) {
            // On an execution that has ended, all that can be promised is that it goes on.
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
            // Row and gate are written together, and the gate is read first: the row is the younger one.
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
        return row.further() != null
                && QueuedRun.keyAfter(row.key()).executionId().equals(message.executionId());
    }

    /** The execution that the message is about is not the one that is there. */
    private static Decision ofForeign(WorkMessage message, @Nullable Versioned<InstanceRow> instance) {
        if (instance != null && isFollowedBy(instance.row(), message)) {
            // It was accepted, and its owner, or whoever takes over from that, gives it the ID.
            return new Requeue("the execution before it is about to release the ID");
        }
        Base base = message.base();
        if (base == null) {
            return new Drop("the execution is gone");
        }
        if (base.isStateOf(instance)) {
            return Requeues.isOverdue(message) ? new WriteTombstone() : new Requeue("the promise may still come");
        }
        // A row that was to be replaced and is gone will not come back. But that there is no row can come true again,
        // when whoever has the ID is purged: a start that is late would then be written without a message.
        return base.equals(Base.NO_ROW) ? new WriteTombstone() : new Drop("the promise can never come");
    }
}
