package dev.soliton.instance;

import org.jspecify.annotations.Nullable;

/**
 * Asks for an instance to be started.
 *
 * @param name the orchestrator's name
 * @param instanceId the ID of which only one instance may exist; null for a random one
 * @param input the input as JSON; null for none
 */
public record StartRequest(String name, @Nullable String instanceId, @Nullable String input) {}
