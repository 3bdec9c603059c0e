package dev.soliton.client;

import dev.soliton.orchestration.PublicApi;
import dev.soliton.orchestration.RecordedAs;
import dev.soliton.orchestration.SolitonException;

/**
 * An instance has too many events that it has not awaited, and accepts no more of them for now: some 10,000, or events
 * whose payloads have 16 Mi characters together. It accepts an awaited event up to twice that limit. Nothing was done.
 */
@RecordedAs("dev.soliton.instance.TooManyEventsException")
@PublicApi
public final class TooManyEventsException extends SolitonException {

    TooManyEventsException(String instanceId, String eventName, long waiting, long characters) {
        super(
                "The instance '" + instanceId + "' takes no '" + eventName + "' for now: it has " + waiting
                        + " events already that it has not waited for, with " + characters
                        + " characters. Raise this one again when it has taken some; its status says what it waits for.",
                null);
    }
}
