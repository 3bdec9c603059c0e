package dev.soliton.store;

import dev.soliton.orchestration.PublicApi;
import dev.soliton.orchestration.RecordedAs;
import dev.soliton.orchestration.SolitonException;
import org.jspecify.annotations.Nullable;

/** A row is not as this version writes rows: somebody edited it. Trying again does not help before it is mended. */
@RecordedAs("dev.soliton.instance.UnreadableRowException")
@PublicApi
public final class UnreadableRowException extends SolitonException {

    /**
     * Names the row.
     *
     * @param rowKey its key within the instance
     * @param problem what is wrong: "it has no proper name"
     */
    public UnreadableRowException(String instanceId, String rowKey, String problem, @Nullable Throwable cause) {
        super("The row '" + rowKey + "' of instance '" + instanceId + "' cannot be read: " + problem + ".", cause);
    }
}
