package dev.soliton.engine.runtime;

import dev.soliton.orchestration.SolitonException;
import org.jspecify.annotations.Nullable;

/** A turn that cannot go on, and why. It never reaches the orchestrator's code. */
public final class TurnStopped extends Exception {
    private final Why why;
    private final transient @Nullable SolitonException trouble;

    /** Why a turn cannot go on. */
    public enum Why {
        /** Another worker has changed the instance meanwhile: a normal end. */
        OWNERSHIP_LOST,
        /** It has run long enough: a message for the rest of the work is to be put. */
        HANDED_OFF,
        /** This process is not the worker any more that it was: nothing that it owned is its own. */
        WORKER_STOPPED,
        /** Nothing is left to do until something arrives or a timer is due. */
        IDLE,
        /** Something failed that another try may mend. */
        TROUBLE
    }

    private TurnStopped(Why why, @Nullable SolitonException trouble) {
        super(trouble == null ? why.toString() : trouble.getMessage(), trouble, false, false);
        this.why = why;
        this.trouble = trouble;
    }

    public static TurnStopped ownershipLost() {
        return new TurnStopped(Why.OWNERSHIP_LOST, null);
    }

    public static TurnStopped workerStopped() {
        return new TurnStopped(Why.WORKER_STOPPED, null);
    }

    public static TurnStopped handedOff() {
        return new TurnStopped(Why.HANDED_OFF, null);
    }

    public static TurnStopped idle() {
        return new TurnStopped(Why.IDLE, null);
    }

    public static TurnStopped by(SolitonException trouble) {
        return new TurnStopped(Why.TROUBLE, trouble);
    }

    public Why why() {
        return why;
    }

    /** What failed. */
    public SolitonException trouble() {
        if (trouble == null) {
            throw new IllegalStateException("The turn was stopped by no trouble: " + why);
        }
        return trouble;
    }
}
