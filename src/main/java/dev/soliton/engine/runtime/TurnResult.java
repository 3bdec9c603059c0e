package dev.soliton.engine.runtime;

import dev.soliton.store.StorageException;

/**
 * How a turn is over. Whoever ran the turn decides by this value what becomes of the message, the claim and the lock.
 *
 * <p>Within a turn every result but {@link Ended} travels as {@link TurnStopped}; {@link #of} makes a value of it again.
 */
public sealed interface TurnResult {

    /** The execution has ended. */
    record Ended() implements TurnResult {}

    /** Nothing is left to do until something arrives or a timer is due, and the row says so. */
    record Idle() implements TurnResult {}

    /** The turn has run long enough: it has to hand off the rest of its work. */
    record HandedOff() implements TurnResult {}

    /** Another worker has changed the instance meanwhile: a normal end. */
    record OwnershipLost() implements TurnResult {}

    /** This process is not the same worker any more: it owns nothing that it had claimed. */
    record WorkerStopped() implements TurnResult {}

    /** The storage failed. Another try may succeed, and nothing counts against the message. */
    record StorageFailed(StorageException trouble) implements TurnResult {}

    /** Something failed that is no fault of the storage, or the thread was interrupted. It counts against the message. */
    record Failed(RuntimeException failure) implements TurnResult {}

    /** The turn did not begin: the claim was not written as the instance was read. */
    record NotClaimed() implements TurnResult {}

    /** This version of the app cannot run the instance, for the given reason. What it has not committed is left. */
    record Blocked(String reason) implements TurnResult {}

    /** What is done about each result. Each kind of run has one, so that the compiler asks for every result. */
    interface Cases<T> {
        T ended();

        T idle();

        T handedOff();

        T ownershipLost();

        T workerStopped();

        T storageFailed(StorageException trouble);

        T failed(RuntimeException failure);

        T notClaimed();

        T blocked(String reason);
    }

    /** A turn, or what can stop as a turn does. */
    @FunctionalInterface
    interface Work {
        TurnResult run() throws TurnStopped;
    }

    /** Does the work, and returns how it was over, however it was left. */
    static TurnResult of(Work work) {
        try {
            return work.run();
        } catch (TurnStopped stopped) {
            return stopped.result();
        } catch (StorageException trouble) {
            return new StorageFailed(trouble);
        } catch (RuntimeException bug) {
            return new Failed(bug);
        }
    }

    /** The one switch over all results. */
    default <T> T match(Cases<T> cases) {
        if (this instanceof Ended) {
            return cases.ended();
        }
        if (this instanceof Idle) {
            return cases.idle();
        }
        if (this instanceof HandedOff) {
            return cases.handedOff();
        }
        if (this instanceof OwnershipLost) {
            return cases.ownershipLost();
        }
        if (this instanceof WorkerStopped) {
            return cases.workerStopped();
        }
        if (this instanceof StorageFailed failed) {
            return cases.storageFailed(failed.trouble());
        }
        if (this instanceof Failed failed) {
            return cases.failed(failed.failure());
        }
        if (this instanceof NotClaimed) {
            return cases.notClaimed();
        }
        return cases.blocked(((Blocked) this).reason());
    }
}
