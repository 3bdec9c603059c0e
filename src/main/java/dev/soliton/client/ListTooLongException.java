package dev.soliton.client;

import dev.soliton.orchestration.PublicApi;
import dev.soliton.orchestration.RecordedAs;
import dev.soliton.orchestration.SolitonException;

/**
 * There are more instances than can be read while a caller waits, and a part of them would not be the requested list.
 */
@RecordedAs("dev.soliton.instance.ListTooLongException")
@PublicApi
public final class ListTooLongException extends SolitonException {

    ListTooLongException(String message) {
        super(message, null);
    }
}
