package dev.soliton.client;

import dev.soliton.orchestration.PublicApi;
import org.jspecify.annotations.Nullable;

/**
 * A request to start an instance.
 *
 * @param name the orchestrator's name
 * @param instanceId the ID, under which only one instance may exist; null for a random one, or for one that is derived
 *     from the name and the idempotency key
 * @param input the input as JSON; null for none
 * @param options the options of the start
 */
@PublicApi
public record StartRequest(String name, @Nullable String instanceId, @Nullable String input, StartOptions options) {

    /** A start that refuses an ID that is taken. */
    public StartRequest(String name, @Nullable String instanceId, @Nullable String input) {
        this(name, instanceId, input, StartOptions.DEFAULT);
    }
}
