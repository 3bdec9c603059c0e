package dev.soliton.client;

import dev.soliton.orchestration.PublicApi;
import dev.soliton.orchestration.RecordedAs;
import dev.soliton.orchestration.SolitonException;
import org.jspecify.annotations.Nullable;

/**
 * The storage gave no clear answer about a request, however often it was asked. It may have taken effect. The message
 * says what a repetition does.
 */
@RecordedAs("dev.soliton.instance.OutcomeUnknownException")
@PublicApi
public final class OutcomeUnknownException extends SolitonException {

    private OutcomeUnknownException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    static OutcomeUnknownException ofStart(String instanceId, @Nullable Throwable cause) {
        return new OutcomeUnknownException(
                "The storage did not tell whether the instance '" + instanceId + "' was started. Ask for its status, or"
                        + " send the request again: at most one is started.",
                cause);
    }

    /** For a start under an ID that only the receiver of this answer knows. */
    static OutcomeUnknownException ofFreshStart(String instanceId, @Nullable Throwable cause) {
        return new OutcomeUnknownException(
                "The storage did not tell whether the instance '" + instanceId
                        + "' was started. Ask for its status: the"
                        + " request, sent again, would start another one. One that has an instance ID or an"
                        + " Idempotency-Key can be sent again.",
                cause);
    }

    static OutcomeUnknownException ofQueuedRun(String instanceId, boolean hasKey, @Nullable Throwable cause) {
        return new OutcomeUnknownException(
                "The storage did not tell whether a run is to follow the instance '" + instanceId + "'. "
                        + (hasKey
                                ? "Send the request again with the same Idempotency-Key: it takes effect once."
                                : "Sent again, it may take effect twice; a request that has an Idempotency-Key can be sent"
                                        + " again and takes effect once."),
                cause);
    }

    static OutcomeUnknownException ofEvent(String instanceId, boolean hasId, Throwable cause) {
        return new OutcomeUnknownException(
                "The storage did not tell whether the event was raised for the instance '" + instanceId + "'. "
                        + (hasId
                                ? "Send it again with the same eventId: it is raised once."
                                : "Sent again, it may be raised twice; an event that has an eventId can be sent again"
                                        + " and is raised once."),
                cause);
    }

    static OutcomeUnknownException ofRewind(String instanceId, Throwable cause) {
        return new OutcomeUnknownException(
                "The storage did not tell whether the instance '" + instanceId
                        + "' was rewound. Ask for its status; if it" + " is Failed, send the request again.",
                cause);
    }

    static OutcomeUnknownException ofPurge(String instanceId, @Nullable Throwable cause) {
        return new OutcomeUnknownException(
                "The storage did not tell whether the instance '" + instanceId
                        + "' was purged. Send the request again: 404 says that it is gone.",
                cause);
    }

    static OutcomeUnknownException ofOperation(String instanceId, Throwable cause) {
        return new OutcomeUnknownException(
                "The storage did not tell whether the request reached the instance '" + instanceId + "'. Send it again:"
                        + " done twice, it does nothing more than done once.",
                cause);
    }
}
