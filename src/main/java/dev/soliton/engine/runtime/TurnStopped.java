package dev.soliton.engine.runtime;

import dev.soliton.orchestration.SolitonException;
import org.jspecify.annotations.Nullable;

/** A turn cannot go on. This exception never reaches the orchestrator's code. */
public final class TurnStopped extends Exception {
    private final Why why;
    private final transient @Nullable SolitonException trouble;

    /** Why a turn cannot go on. */
    public enum Why {
        /** Another worker has changed the instance meanwhile: a normal end. */
        OWNERSHIP_LOST,
        /** The turn has run long enough: it has to hand off the rest of its work. */
        HANDED_OFF,
        /** This process is not the same worker any more: it owns nothing that it had claimed. */
        WORKER_STOPPED,
        /** Nothing is left to do until something arrives or a timer is due. */
        IDLE,
        /** Something failed, and another try may succeed. */
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
