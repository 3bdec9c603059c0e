package dev.soliton.engine.turn;

import dev.soliton.orchestration.RecordedAs;
import dev.soliton.orchestration.SolitonException;

/** The workers of an instance vanished, one after another, while they ran it. */
@RecordedAs("dev.soliton.engine.KilledWorkersException")
final class KilledWorkersException extends SolitonException {

    KilledWorkersException(int alone, int shared) {
        super(
                (alone + shared)
                        + " workers in a row vanished while they ran this instance without getting anything done, "
                        + (shared == 0
                                ? "the last of them with nothing else at hand"
                                : shared + " of them when it was the only one that this had happened to so often")
                        + ". It seems to end the process that runs it.",
                null);
    }
}
