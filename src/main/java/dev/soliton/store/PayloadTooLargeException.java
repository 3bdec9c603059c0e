package dev.soliton.store;

import dev.soliton.orchestration.PublicApi;
import dev.soliton.orchestration.RecordedAs;
import dev.soliton.orchestration.SolitonException;

/** A JSON text is larger than the app allows. */
@RecordedAs("dev.soliton.instance.PayloadTooLargeException")
@PublicApi
public final class PayloadTooLargeException extends SolitonException {

    PayloadTooLargeException(long limit) {
        super("A payload has at most " + limit + " bytes as UTF-8 JSON (setting SOLITON_MAX_PAYLOAD).", null);
    }
}
