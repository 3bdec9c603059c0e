package dev.soliton.engine;

import dev.soliton.instance.ExecutionKey;
import dev.soliton.instance.Payload;
import dev.soliton.instance.PayloadMissingException;
import dev.soliton.instance.PayloadTooLargeException;
import dev.soliton.instance.Payloads;
import dev.soliton.instance.StorageException;
import org.jspecify.annotations.Nullable;

/** The values of one execution, for its orchestrator and for the threads of its activities. */
record ExecutionPayloads(ExecutionKey key, Payloads payloads) {

    /**
     * Refuses a value that is too large.
     *
     * @throws PayloadTooLargeException if it is
     */
    void check(@Nullable String json) {
        payloads.check(json);
    }

    /**
     * Keeps a value, and says where.
     *
     * @throws PayloadTooLargeException if it is too large
     * @throws StorageException if the storage failed
     */
    @Nullable
    Payload save(@Nullable String json) {
        return payloads.save(key.instanceId(), key.executionId(), json);
    }

    /**
     * Keeps a text of the engine's own, of whatever size.
     *
     * @throws StorageException if the storage failed
     */
    Payload saveOwn(String json) {
        return payloads.saveOwn(key.instanceId(), key.executionId(), json);
    }

    /**
     * The value that is kept there.
     *
     * @throws PayloadMissingException if somebody removed it
     * @throws StorageException if the storage failed
     */
    @Nullable
    String load(@Nullable Payload payload) {
        return payloads.load(payload);
    }
}
