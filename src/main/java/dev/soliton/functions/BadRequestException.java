package dev.soliton.functions;

import com.microsoft.azure.functions.HttpStatus;
import com.microsoft.azure.functions.HttpStatusType;
import dev.soliton.orchestration.SolitonException;

/** A request is refused because of its content. The message tells the caller what to change. */
final class BadRequestException extends SolitonException {
    private final transient HttpStatusType status;

    BadRequestException(String message) {
        this(HttpStatus.BAD_REQUEST, message);
    }

    BadRequestException(HttpStatusType status, String message) {
        super(message, null);
        this.status = status;
    }

    HttpStatusType status() {
        return status;
    }
}
