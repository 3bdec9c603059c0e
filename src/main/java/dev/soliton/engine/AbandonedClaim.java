package dev.soliton.engine;

import dev.soliton.instance.StorageException;

/** A claim that a worker may have on an instance, without a turn that would release it. */
interface AbandonedClaim {
    /**
     * Releases the claim, if that can be done now.
     *
     * @return whether nothing is left to be done about it
     * @throws StorageException if the storage failed
     * @throws TurnStopped if that did not work out this time
     */
    boolean trySettle(EngineContext context, WorkerLease lease) throws TurnStopped;
}
