package dev.soliton.store;

import dev.soliton.orchestration.PublicApi;
import dev.soliton.orchestration.RecordedAs;
import dev.soliton.orchestration.SolitonException;

/** A text that a row refers to is not there: somebody removed it. Trying again does not bring it back. */
@RecordedAs("dev.soliton.instance.PayloadMissingException")
@PublicApi
public final class PayloadMissingException extends SolitonException {

    /**
     * Names the text.
     *
     * @param name its name in the store
     */
    public PayloadMissingException(String name) {
        super("The stored payload '" + name + "' is gone.", null);
    }
}
