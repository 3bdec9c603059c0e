package dev.soliton.client;

import dev.soliton.store.InstanceRow;
import dev.soliton.store.StorageException;
import dev.soliton.store.WorkMessage;
import dev.soliton.store.WorkQueue;
import java.time.Duration;

/** An execution that has ended and still has an owner, which is to notify its parent or to start the queued run. */
public final class EndedHolder {
    private EndedHolder() {}

    /** Whether that is one. */
    public static boolean isKept(InstanceRow row) {
        return row.status().isTerminal() && row.ownership().owner() != null;
    }

    /**
     * Puts a message that has it seen to, should its owner be dead and all messages for it be lost. A living owner is left
     * alone. A caller that meets one calls this before it answers that the ID is not free yet, so that no such state lasts.
     */
    public static void wake(WorkQueue queue, InstanceRow row) {
        try {
            queue.put(WorkMessage.wake(row.key().instanceId(), row.key().executionId(), null), Duration.ZERO);
        } catch (StorageException notNow) {
            // The caller gets the same answer, and the next one that meets it tries again.
        }
    }
}
