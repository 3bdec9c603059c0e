package dev.soliton.store;

import dev.soliton.orchestration.PublicApi;
import dev.soliton.orchestration.RecordedAs;
import dev.soliton.orchestration.SolitonException;
import org.jspecify.annotations.Nullable;

/** A text that is to say where a list goes on was given by no page of it. */
@RecordedAs("dev.soliton.instance.InvalidContinuationException")
@PublicApi
public final class InvalidContinuationException extends SolitonException {

    public InvalidContinuationException(@Nullable Throwable cause) {
        super("No list goes on where this continuation token says.", cause);
    }
}
