package dev.soliton.engine.replay;

import dev.soliton.orchestration.RetryHandler;
import dev.soliton.orchestration.RetryPolicy;
import dev.soliton.orchestration.TaskOptions;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What a call does when an attempt fails, by the options that it was made with. */
sealed interface CallRetries {

    /** The first failure is final. */
    record None() implements CallRetries {}

    /** The author's code decides. */
    record ByHandler(RetryHandler handler) implements CallRetries {}

    /** The failure is followed by a pause and another attempt, within limits. */
    record ByPolicy(
            int attempts, Duration first, double backoff, @Nullable Duration longest, @Nullable Duration timeout)
            implements CallRetries {

        static ByPolicy of(RetryPolicy policy) {
            return new ByPolicy(
                    policy.getMaxNumberOfAttempts(),
                    policy.getFirstRetryInterval(),
                    policy.getBackoffCoefficient(),
                    policy.getMaxRetryInterval(),
                    policy.getRetryTimeout());
        }

        /**
         * The pause before the next attempt.
         *
         * @param failures how many attempts have failed, from 1
         * @param elapsed the time since the first attempt was requested
         * @return the pause; null if there is no further attempt
         */
        @Nullable
        Duration pause(int failures, Duration elapsed) {
            if (failures >= attempts || (timeout != null && elapsed.compareTo(timeout) >= 0)) {
                return null;
            }
            Duration limit = longest == null ? Duration.ofSeconds(Long.MAX_VALUE) : longest;
            return DueTimes.times(first, Math.pow(backoff, failures - 1.0), limit);
        }
    }

    /** Reads the retries from a call's options. */
    static CallRetries of(@Nullable TaskOptions options) {
        if (options == null) {
            return new None();
        }
        RetryHandler handler = options.getRetryHandler();
        if (handler != null) {
            return new ByHandler(handler);
        }
        RetryPolicy policy = options.getRetryPolicy();
        return policy == null ? new None() : ByPolicy.of(policy);
    }
}
