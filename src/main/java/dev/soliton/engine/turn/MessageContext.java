package dev.soliton.engine.turn;

import dev.soliton.engine.runtime.EngineServices;
import dev.soliton.engine.runtime.InstanceLog;
import dev.soliton.engine.worker.WorkerLease;
import dev.soliton.store.ExecutionKey;
import dev.soliton.store.WorkMessage;
import java.time.Duration;

/**
 * A message that a worker processes, and what the worker needs for that.
 *
 * @param slot the slot of the message among those that this process has received
 * @param begun when the worker began to process it, by {@link EngineServices#elapsed}
 */
public record MessageContext(
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
     * Puts a copy of the message that is to be processed later.
     *
     * @throws dev.soliton.store.StorageException if the storage failed
     */
    TurnOutcome requeue(String why) {
        return Requeues.requeue(services, message, log, why);
    }
}
