package dev.soliton.instance;

import dev.soliton.orchestration.SolitonException;

/** An instance has so many events that it has not waited for that it takes no more of them for now; nothing was done. */
public final class TooManyEventsException extends SolitonException {

    TooManyEventsException(String instanceId, String eventName, long waiting) {
        super(
                "The instance '" + instanceId + "' does not wait for '" + eventName + "' now, and has " + waiting
                        + " events already that it has not waited for. Raise this one again when it has taken some; its"
                        + " status says what it waits for.",
                null);
    }
}
