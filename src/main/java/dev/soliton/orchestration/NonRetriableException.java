package dev.soliton.orchestration;

import org.jspecify.annotations.Nullable;

/**
 * A failure that trying again cannot mend. Thrown by an activity or a sub-orchestration, or where a subclass of it is, it
 * ends the retries of the call: {@link FailureDetails#isNonRetriable()} is true.
 */
public class NonRetriableException extends RuntimeException {

    public NonRetriableException(String message) {
        this(message, null);
    }

    public NonRetriableException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
