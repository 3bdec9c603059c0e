package dev.soliton.engine;

import dev.soliton.orchestration.SolitonException;
import org.jspecify.annotations.Nullable;

/** A turn that cannot go on, and why. It never reaches the orchestrator's code. */
final class TurnStopped extends Exception {
    private final Why why;
    private final transient @Nullable SolitonException trouble;

    /** Why a turn cannot go on. */
    enum Why {
        /** Another worker has changed the instance meanwhile: a normal end. */
        OWNERSHIP_LOST,
        /** It has run long enough: a message for the rest of the work is to be put. */
        GAVE_WAY,
        /** This process is not the worker any more that it was: nothing that it owned is its own. */
        WORKER_STOPPED,
        /** Nothing is left to do until something comes in or a timer is due. */
        AT_REST,
        /** Something failed that another try may mend. */
        TROUBLE
    }

    private TurnStopped(Why why, @Nullable SolitonException trouble) {
        super(trouble == null ? why.toString() : trouble.getMessage(), trouble, false, false);
        this.why = why;
        this.trouble = trouble;
    }

    static TurnStopped ownershipLost() {
        return new TurnStopped(Why.OWNERSHIP_LOST, null);
    }

    static TurnStopped workerStopped() {
        return new TurnStopped(Why.WORKER_STOPPED, null);
    }

    static TurnStopped gaveWay() {
        return new TurnStopped(Why.GAVE_WAY, null);
    }

    static TurnStopped atRest() {
        return new TurnStopped(Why.AT_REST, null);
    }

    static TurnStopped by(SolitonException trouble) {
        return new TurnStopped(Why.TROUBLE, trouble);
    }

    Why why() {
        return why;
    }

    /** What failed. */
    SolitonException trouble() {
        if (trouble == null) {
            throw new IllegalStateException("The turn was stopped by no trouble: " + why);
        }
        return trouble;
    }
}
