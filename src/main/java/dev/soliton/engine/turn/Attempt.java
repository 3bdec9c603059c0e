package dev.soliton.engine.turn;

import dev.soliton.engine.runtime.TurnResult;
import dev.soliton.store.StorageException;

/** What one attempt at a message, after one read of its instance, means for the message. */
sealed interface Attempt {
    /** The instance changed after the read, and has to be read again. */
    Attempt READ_AGAIN = new ReadAgain();

    static Attempt handled(TurnOutcome outcome) {
        return new Handled(outcome);
    }

    /** The message is handled. */
    record Handled(TurnOutcome outcome) implements Attempt {}

    /** Another read may show something else. */
    record ReadAgain() implements Attempt {}

    /** Nobody but the message knows of the rest of its work, so a copy of it has to be put. */
    record Requeue(String why) implements Attempt {}

    /**
     * What a result means for the message if no other message and no worker has the rest of its work. A failure is
     * thrown: if the storage failed, the message is requeued; any other failure counts against it.
     */
    TurnResult.Cases<Attempt> UNATTENDED = new TurnResult.Cases<>() {
        @Override
        public Attempt ended() {
            return handled(TurnOutcome.ENDED);
        }

        @Override
        public Attempt idle() {
            return handled(TurnOutcome.IDLE);
        }

        @Override
        public Attempt handedOff() {
            return new Requeue("the turn had to end");
        }

        @Override
        public Attempt ownershipLost() {
            return READ_AGAIN;
        }

        @Override
        public Attempt workerStopped() {
            return new Requeue("the worker lost its lease");
        }

        @Override
        public Attempt storageFailed(StorageException trouble) {
            throw trouble;
        }

        @Override
        public Attempt failed(RuntimeException failure) {
            throw failure;
        }

        @Override
        public Attempt notClaimed() {
            return READ_AGAIN;
        }

        @Override
        public Attempt blocked(String reason) {
            return new Requeue(reason);
        }
    };
}
