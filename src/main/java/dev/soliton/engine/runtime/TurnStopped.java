package dev.soliton.engine.runtime;

import dev.soliton.orchestration.SolitonException;
import dev.soliton.store.StorageException;

/**
 * A turn cannot go on: its {@link TurnResult}, on the way out of the engine's own calls. It never reaches the
 * orchestrator's code, and nobody decides by it: see {@link TurnResult#of}.
 */
public final class TurnStopped extends Exception {
    private final transient TurnResult result;

    private TurnStopped(TurnResult result) {
        super(result.toString(), null, false, false);
        this.result = result;
    }

    private TurnStopped(TurnResult result, SolitonException trouble) {
        super(trouble.getMessage(), trouble, false, false);
        this.result = result;
    }

    public static TurnStopped ownershipLost() {
        return new TurnStopped(new TurnResult.OwnershipLost());
    }

    public static TurnStopped workerStopped() {
        return new TurnStopped(new TurnResult.WorkerStopped());
    }

    public static TurnStopped handedOff() {
        return new TurnStopped(new TurnResult.HandedOff());
    }

    public static TurnStopped idle() {
        return new TurnStopped(new TurnResult.Idle());
    }

    /** This version of the app cannot run the instance, for the given reason. */
    public static TurnStopped blocked(String reason) {
        return new TurnStopped(new TurnResult.Blocked(reason));
    }

    public static TurnStopped by(SolitonException trouble) {
        return new TurnStopped(
                trouble instanceof StorageException storage
                        ? new TurnResult.StorageFailed(storage)
                        : new TurnResult.Failed(trouble),
                trouble);
    }

    public TurnResult result() {
        return result;
    }

    /** What failed, as an exception that the caller of the engine receives. */
    public RuntimeException failure() {
        if (result instanceof TurnResult.StorageFailed storage) {
            return storage.trouble();
        }
        if (result instanceof TurnResult.Failed failed) {
            return failed.failure();
        }
        return new IllegalStateException("The turn was stopped by no failure: " + result, this);
    }
}
