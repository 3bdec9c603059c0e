package dev.soliton.orchestration;

import org.jspecify.annotations.Nullable;

/** How a call is carried out: what happens when it fails. */
public final class TaskOptions {
    private final @Nullable RetryPolicy retryPolicy;
    private final @Nullable RetryHandler retryHandler;

    /** Options by which a failed call is tried again by a policy. */
    public TaskOptions(RetryPolicy retryPolicy) {
        this(require(retryPolicy, "RetryPolicy"), null);
    }

    /** Options by which code decides whether a failed call is tried again. */
    public TaskOptions(RetryHandler retryHandler) {
        this(null, require(retryHandler, "RetryHandler"));
    }

    private TaskOptions(@Nullable RetryPolicy retryPolicy, @Nullable RetryHandler retryHandler) {
        this.retryPolicy = retryPolicy;
        this.retryHandler = retryHandler;
    }

    /** Options by which a failed call is tried again by a policy. */
    public static TaskOptions withRetryPolicy(RetryPolicy retryPolicy) {
        return new TaskOptions(retryPolicy);
    }

    /** Options by which code decides whether a failed call is tried again. */
    public static TaskOptions withRetryHandler(RetryHandler retryHandler) {
        return new TaskOptions(retryHandler);
    }

    /** The policy; null if there is a handler instead. */
    public @Nullable RetryPolicy getRetryPolicy() {
        return retryPolicy;
    }

    /** The handler; null if there is a policy instead. */
    public @Nullable RetryHandler getRetryHandler() {
        return retryHandler;
    }

    private static <T> T require(@Nullable T given, String what) {
        if (given == null) {
            throw new IllegalArgumentException("These options need a " + what + ".");
        }
        return given;
    }
}
