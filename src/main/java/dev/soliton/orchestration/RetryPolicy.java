package dev.soliton.orchestration;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * When a failed call is tried again. After the n-th failure, n from 1, the next attempt waits for {@code
 * firstRetryInterval * backoffCoefficient^(n-1)}, at most {@code maxRetryInterval}, on a timer that survives restarts.
 *
 * <p>It is read when a call is made: later changes have no effect on that call.
 */
public final class RetryPolicy {
    private int maxNumberOfAttempts;
    private Duration firstRetryInterval;
    private double backoffCoefficient = 1.0;
    private @Nullable Duration maxRetryInterval;
    private @Nullable Duration retryTimeout;

    /**
     * A policy with a constant pause and no end but the number of attempts.
     *
     * @param maxNumberOfAttempts how many attempts there are at most, the first one included; at least 1
     * @param firstRetryInterval the pause after the first failure; positive
     * @throws IllegalArgumentException if one of them is not so
     */
    public RetryPolicy(int maxNumberOfAttempts, Duration firstRetryInterval) {
        this.maxNumberOfAttempts = checkAttempts(maxNumberOfAttempts);
        this.firstRetryInterval = checkFirst(firstRetryInterval);
    }

    /**
     * Sets how many attempts there are at most, the first one included.
     *
     * @throws IllegalArgumentException if it is less than 1
     */
    public RetryPolicy setMaxNumberOfAttempts(int maxNumberOfAttempts) {
        this.maxNumberOfAttempts = checkAttempts(maxNumberOfAttempts);
        return this;
    }

    /**
     * Sets the pause after the first failure.
     *
     * @throws IllegalArgumentException if it is not positive
     */
    public RetryPolicy setFirstRetryInterval(Duration firstRetryInterval) {
        this.firstRetryInterval = checkFirst(firstRetryInterval);
        return this;
    }

    /**
     * Sets by how much each pause is longer than the one before it; 1 unless set.
     *
     * @throws IllegalArgumentException if it is less than 1, or no finite number
     */
    public RetryPolicy setBackoffCoefficient(double backoffCoefficient) {
        if (!(backoffCoefficient >= 1.0) || Double.isInfinite(backoffCoefficient)) {
            throw new IllegalArgumentException(
                    "backoffCoefficient is a finite number of at least 1, not " + backoffCoefficient + ".");
        }
        this.backoffCoefficient = backoffCoefficient;
        return this;
    }

    /**
     * Sets the longest pause.
     *
     * @param maxRetryInterval null for no limit
     * @throws IllegalArgumentException if it is shorter than the pause after the first failure
     */
    public RetryPolicy setMaxRetryInterval(@Nullable Duration maxRetryInterval) {
        this.maxRetryInterval = checkNotShorter("maxRetryInterval", maxRetryInterval);
        return this;
    }

    /**
     * Sets how long after the first attempt was asked for a failure is still followed by another attempt.
     *
     * @param retryTimeout null for no limit
     * @throws IllegalArgumentException if it is shorter than the pause after the first failure
     */
    public RetryPolicy setRetryTimeout(@Nullable Duration retryTimeout) {
        this.retryTimeout = checkNotShorter("retryTimeout", retryTimeout);
        return this;
    }

    /** How many attempts there are at most, the first one included. */
    public int getMaxNumberOfAttempts() {
        return maxNumberOfAttempts;
    }

    /** The pause after the first failure. */
    public Duration getFirstRetryInterval() {
        return firstRetryInterval;
    }

    /** By how much each pause is longer than the one before it. */
    public double getBackoffCoefficient() {
        return backoffCoefficient;
    }

    /** The longest pause; null if there is no limit. */
    public @Nullable Duration getMaxRetryInterval() {
        return maxRetryInterval;
    }

    /** How long after the first attempt a failure is still followed by another one; null if there is no limit. */
    public @Nullable Duration getRetryTimeout() {
        return retryTimeout;
    }

    private static int checkAttempts(int attempts) {
        if (attempts < 1) {
            throw new IllegalArgumentException("maxNumberOfAttempts is at least 1, not " + attempts + ".");
        }
        return attempts;
    }

    private static Duration checkFirst(@Nullable Duration first) {
        if (first == null || first.isNegative() || first.isZero()) {
            throw new IllegalArgumentException("firstRetryInterval is positive, not " + first + ".");
        }
        return first;
    }

    private @Nullable Duration checkNotShorter(String what, @Nullable Duration limit) {
        if (limit != null && limit.compareTo(firstRetryInterval) < 0) {
            throw new IllegalArgumentException(
                    what + " is not shorter than firstRetryInterval, " + firstRetryInterval + ": " + limit + ".");
        }
        return limit;
    }
}
