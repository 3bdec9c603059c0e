package dev.soliton.engine;

import dev.soliton.orchestration.SolitonException;
import org.jspecify.annotations.Nullable;

/** A turn that cannot go on, and why. It never reaches the orchestrator's code. */
final class TurnStopped extends Exception {
    private final transient @Nullable SolitonException trouble;

    private TurnStopped(String message, @Nullable SolitonException trouble) {
        super(message, trouble, false, false);
        this.trouble = trouble;
    }

    /** Another worker owns the instance now: a normal end. */
    static TurnStopped ownershipLost() {
        return new TurnStopped("Another worker owns the instance now.", null);
    }

    /** Something failed that another try may mend. */
    static TurnStopped by(SolitonException trouble) {
        return new TurnStopped(String.valueOf(trouble.getMessage()), trouble);
    }

    /** What failed; null if ownership was lost. */
    @Nullable
    SolitonException trouble() {
        return trouble;
    }
}
