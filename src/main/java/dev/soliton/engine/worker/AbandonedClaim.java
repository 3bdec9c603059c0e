package dev.soliton.engine.worker;

import dev.soliton.engine.runtime.EngineServices;
import dev.soliton.engine.runtime.TurnStopped;
import dev.soliton.store.StorageException;

/** A claim that a worker may have on an instance, without a turn that would release it. */
public interface AbandonedClaim {
    /**
     * Releases the claim, if that can be done now.
     *
     * @return whether nothing is left to be done about it
     * @throws StorageException if the storage failed
     * @throws TurnStopped if that did not work out this time
     */
    boolean trySettle(EngineServices services, WorkerLease lease) throws TurnStopped;
}
