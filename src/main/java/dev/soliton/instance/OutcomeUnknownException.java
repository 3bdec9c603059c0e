package dev.soliton.instance;

import dev.soliton.orchestration.SolitonException;
import org.jspecify.annotations.Nullable;

/** The storage did not tell what became of a start, however often it was asked. It may have taken effect. */
public final class OutcomeUnknownException extends SolitonException {

    OutcomeUnknownException(String instanceId, @Nullable Throwable cause) {
        super(
                "The storage did not tell whether the instance '" + instanceId + "' was started. Ask for its status, or"
                        + " send the request again: at most one is started.",
                cause);
    }
}
