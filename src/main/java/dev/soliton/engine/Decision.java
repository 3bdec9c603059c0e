package dev.soliton.engine;

import dev.soliton.instance.Gate;
import dev.soliton.instance.InstanceRow;
import dev.soliton.instance.Partition;
import dev.soliton.instance.Versioned;
import dev.soliton.instance.WorkMessage;
import dev.soliton.instance.WorkMessage.Base;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What is to be done about a message, given the state that was read after it was received. */
sealed interface Decision {

    /** There is nothing to do for it, now or ever. */
    record Drop(String why) implements Decision {}

    /** It may be needed later: put it back. */
    record PutBack(String why) implements Decision {}

    /** Its promise is overdue: make sure that it cannot come any more, then drop the message. */
    record Bury() implements Decision {}

    /** Claim the instance in this state and run a turn of it. */
    record Claim(Versioned<InstanceRow> instance, String gateEtag) implements Decision {}

    /**
     * Decides.
     *
     * @param succession which claims of others the message may take over
     * @param worker the worker that decides
     */
    static Decision of(WorkMessage message, Succession succession, Partition state, String worker) {
        Versioned<InstanceRow> instance = state.instance().orElse(null);
        Optional<Versioned<Gate>> gate = state.gate(message.executionId());
        if (gate.isPresent() && gate.get().row().tombstone()) {
            return new Drop("the execution was buried");
        }
        if (instance == null || !instance.row().key().executionId().equals(message.executionId())) {
            return ofForeign(message, instance);
        }
        InstanceRow row = instance.row();
        if (row.status().isTerminal()) {
            return new Drop("the execution has ended");
        }
        if (gate.isEmpty()) {
            // Row and gate are written together, and the gate is read first: the row is the younger one.
            return new PutBack("the execution came while it was looked at");
        }
        String owner = row.ownership().owner();
        if (owner != null && !owner.equals(worker) && !succession.mayTakeOver(row.ownership())) {
            return new PutBack("worker " + owner + " owns the instance");
        }
        return new Claim(instance, gate.get().etag());
    }

    /** The execution that the message is about is not the one that is there. */
    private static Decision ofForeign(WorkMessage message, @Nullable Versioned<InstanceRow> instance) {
        Base base = message.base();
        if (base == null) {
            return new Drop("the execution is gone");
        }
        if (base.isStateOf(instance)) {
            return PutBacks.isOverdue(message) ? new Bury() : new PutBack("the promise may still come");
        }
        // A row that was to be replaced and is gone will not come back. But that there is no row can come true again,
        // when whoever has the ID is purged: a start that is late would then be written without a message.
        return base.equals(Base.NO_ROW) ? new Bury() : new Drop("the promise can never come");
    }
}
