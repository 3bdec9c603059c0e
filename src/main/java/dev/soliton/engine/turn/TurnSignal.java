package dev.soliton.engine.turn;

import dev.soliton.store.StorageException;
import org.jspecify.annotations.Nullable;

/** What the threads of a process report to a turn that waits. */
sealed interface TurnSignal
        permits Activities.Ended, TurnSignal.InboxChanged, TurnSignal.ChildEnded, TurnSignal.ChildHandedOff {

    /** Something may have arrived. */
    record InboxChanged() implements TurnSignal {}

    /**
     * A sub-orchestration that runs in this process has ended. It keeps its owner until its end is committed here.
     *
     * @param id the sequence number of the call
     * @param run the run that ended it; null if there was none
     * @param result what it returned, as JSON
     * @param failure the details of its failure, as JSON; null if it did not fail
     * @param child what is still to be done about it
     */
    record ChildEnded(
            int id, @Nullable ChildRun run, @Nullable String result, @Nullable String failure, HeldChild child)
            implements TurnSignal {

        /** The end of a sub-orchestration that did not run here. */
        static ChildEnded elsewhere(int id, @Nullable String result, @Nullable String failure) {
            return new ChildEnded(id, null, result, failure, HeldChild.NONE);
        }
    }

    /** A sub-orchestration that has ended in this process and is not released yet. */
    interface HeldChild {
        /** There is nothing to release. */
        HeldChild NONE = committed -> {};

        /**
         * Releases it.
         *
         * @param notified whether its parent knows its end or does not want it; if not, its end is sent to its parent
         */
        void release(boolean notified);
    }

    /**
     * A sub-orchestration does not run in this process any more, and has not ended: its result will arrive in the
     * inbox.
     *
     * @param run the run that is over
     * @param trouble why it may never have begun, so that the next turn of its parent has to start it again; null if
     *     another turn of it can go on
     */
    record ChildHandedOff(int id, ChildRun run, @Nullable StorageException trouble) implements TurnSignal {}
}
