package dev.soliton.store;

import dev.soliton.orchestration.PublicApi;
import dev.soliton.orchestration.RecordedAs;
import dev.soliton.orchestration.SolitonException;
import org.jspecify.annotations.Nullable;

/**
 * The storage failed, or did not answer. What was asked of it may have happened all the same: whoever has to know reads
 * back.
 */
@RecordedAs("dev.soliton.instance.StorageException")
@PublicApi
public final class StorageException extends SolitonException {

    public StorageException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
