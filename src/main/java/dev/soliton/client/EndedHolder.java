package dev.soliton.client;

import dev.soliton.store.InstanceRow;
import dev.soliton.store.StorageException;
import dev.soliton.store.WorkMessage;
import dev.soliton.store.WorkQueue;
import java.time.Duration;

/** An execution that has ended and still has an owner, which has to notify the parent or to start the queued run. */
public final class EndedHolder {
    private EndedHolder() {}

    /** Whether the row is of such an execution. */
    public static boolean isKept(InstanceRow row) {
        return row.status().isTerminal() && row.ownership().owner() != null;
    }

    /**
     * Puts a wake message, in case the owner is dead and all messages for the execution are lost. It does not disturb a
     * living owner. A caller that finds such an execution calls this before it answers that the ID is not free yet, so
     * that the state does not last.
     */
    public static void wake(WorkQueue queue, InstanceRow row) {
        try {
            queue.put(WorkMessage.wake(row.key().instanceId(), row.key().executionId(), null), Duration.ZERO);
        } catch (StorageException notNow) {
            // The caller gets the same answer, and the next caller that finds the execution tries again.
        }
    }
}
