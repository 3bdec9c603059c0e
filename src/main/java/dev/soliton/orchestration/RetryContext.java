package dev.soliton.orchestration;

import java.time.Duration;

/** What a {@link RetryHandler} is told about the call that failed. */
public final class RetryContext {
    private final OrchestrationContext orchestrationContext;
    private final int lastAttemptNumber;
    private final FailureDetails lastFailure;
    private final Duration totalRetryTime;

    /** Describes a failed attempt. */
    public RetryContext(
            OrchestrationContext orchestrationContext,
            int lastAttemptNumber,
            FailureDetails lastFailure,
            Duration totalRetryTime) {
        this.orchestrationContext = orchestrationContext;
        this.lastAttemptNumber = lastAttemptNumber;
        this.lastFailure = lastFailure;
        this.totalRetryTime = totalRetryTime;
    }

    /** The context of the orchestration that called. */
    public OrchestrationContext getOrchestrationContext() {
        return orchestrationContext;
    }

    /** Which attempt it was that failed, from 1. */
    public int getLastAttemptNumber() {
        return lastAttemptNumber;
    }

    /** How it failed. */
    public FailureDetails getLastFailure() {
        return lastFailure;
    }

    /** The time since the first attempt was asked for. */
    public Duration getTotalRetryTime() {
        return totalRetryTime;
    }
}
