package dev.soliton.engine.turn;

import dev.soliton.engine.runtime.EngineServices;
import dev.soliton.engine.runtime.InstanceLog;
import dev.soliton.engine.worker.WorkerLease;
import dev.soliton.store.ExecutionKey;
import dev.soliton.store.WorkMessage;
import java.time.Duration;

/**
 * A message that is being processed, and what that takes.
 *
 * @param slot the place that the message has among those that this process has received
 * @param begun when the work on it began, by {@link EngineServices#elapsed}
 */
record MessageContext(
        EngineServices services,
        EngineExecutors executors,
        InstanceLocks locks,
        WorkMessage message,
        WorkerLease lease,
        MessageSlots.Slot slot,
        InstanceLog log,
        Duration begun) {

    /** The execution that the message is about. */
    ExecutionKey key() {
        return message.key();
    }

    /**
     * Puts a copy of the message, to be looked at later.
     *
     * @throws dev.soliton.store.StorageException if the storage failed
     */
    TurnOutcome requeue(String why) {
        Requeues.requeue(services, message, log, why);
        return TurnOutcome.REQUEUED;
    }
}
