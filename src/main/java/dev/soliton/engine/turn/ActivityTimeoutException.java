package dev.soliton.engine.turn;

import dev.soliton.orchestration.RecordedAs;
import dev.soliton.orchestration.SolitonException;
import java.time.Duration;

/** An activity that did not end before the host would have ended the process for it. */
@RecordedAs("dev.soliton.engine.ActivityTimeoutException")
final class ActivityTimeoutException extends SolitonException {

    ActivityTimeoutException(String name, Duration ran) {
        super(
                "The activity '" + name + "' was interrupted after " + ran.toSeconds()
                        + " s, shortly before the function timeout (functionTimeout in host.json). Divide its work among"
                        + " several activities, or raise the timeout where the plan allows it.",
                null);
    }
}
