package dev.soliton.engine;

import dev.soliton.orchestration.SolitonException;

/** An instance whose workers vanish, one after another, while they run it. */
final class KilledWorkersException extends SolitonException {

    KilledWorkersException(int workers) {
        super(
                workers
                        + " workers in a row vanished while they ran this instance without getting anything done, the last of"
                        + " them with nothing else at hand. It seems to end the process that runs it.",
                null);
    }
}
