package dev.soliton.engine.journal;

import dev.soliton.store.ExecutionKey;
import dev.soliton.store.Payload;
import dev.soliton.store.PayloadMissingException;
import dev.soliton.store.PayloadTooLargeException;
import dev.soliton.store.Payloads;
import dev.soliton.store.StorageException;
import org.jspecify.annotations.Nullable;

/** The payloads of one execution, for its orchestrator and for the threads of its activities. */
public record ExecutionPayloads(ExecutionKey key, Payloads payloads) {

    /**
     * Refuses a value that is too large.
     *
     * @throws PayloadTooLargeException if it is too large
     */
    public void check(@Nullable String json) {
        payloads.check(json);
    }

    /**
     * Saves a value, and returns where it is stored.
     *
     * @throws PayloadTooLargeException if it is too large
     * @throws StorageException if the storage failed
     */
    public @Nullable Payload save(@Nullable String json) {
        return payloads.save(key.instanceId(), key.executionId(), json);
    }

    /**
     * Saves a text of the engine itself, of any size.
     *
     * @throws StorageException if the storage failed
     */
    public Payload saveOwn(String json) {
        return payloads.saveOwn(key.instanceId(), key.executionId(), json);
    }

    /**
     * Loads a value.
     *
     * @throws PayloadMissingException if the value was removed
     * @throws StorageException if the storage failed
     */
    public @Nullable String load(@Nullable Payload payload) {
        return payloads.load(payload);
    }
}
