package dev.soliton.testkit;

import org.jspecify.annotations.Nullable;

/**
 * A call of an activity, as a {@link TestHub} saw it.
 *
 * @param name the activity's name
 * @param instanceId the instance that called
 * @param taskId names the call
 * @param input what it was given, as JSON; null for nothing
 * @param customStatus what the instance showed at that time, as JSON; null for nothing
 */
public record ActivityCalled(
        String name, String instanceId, String taskId, @Nullable String input, @Nullable String customStatus) {}
