package dev.soliton.engine.worker;

import dev.soliton.engine.runtime.EngineServices;
import dev.soliton.engine.runtime.TurnStopped;
import dev.soliton.store.StorageException;

/** A claim that a worker may have on an instance, while no turn is there to release it. */
public interface AbandonedClaim {
    /**
     * Releases the claim, if that can be done now.
     *
     * @return whether nothing is left to do about the claim
     * @throws StorageException if the storage failed
     * @throws TurnStopped if the release did not work this time
     */
    boolean trySettle(EngineServices services, WorkerLease lease) throws TurnStopped;
}
