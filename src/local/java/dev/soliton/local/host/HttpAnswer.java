package dev.soliton.local.host;

import com.microsoft.azure.functions.HttpResponseMessage;
import com.microsoft.azure.functions.HttpStatus;
import com.microsoft.azure.functions.HttpStatusType;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A function's response and, as in the worker, its own builder. A header has one value, the last; of its spellings in several
 * cases the host takes the first that it comes upon in this map.
 */
final class HttpAnswer implements HttpResponseMessage, HttpResponseMessage.Builder {

    private final Map<String, String> headers = new HashMap<>();
    private HttpStatusType status = HttpStatus.OK;
    private @Nullable Object body;

    @Override
    public HttpAnswer status(HttpStatusType value) {
        status = value;
        return this;
    }

    @Override
    public HttpAnswer header(String name, String value) {
        headers.put(name, value);
        return this;
    }

    @Override
    public HttpAnswer body(@Nullable Object value) {
        body = value;
        return this;
    }

    @Override
    public HttpAnswer build() {
        return this;
    }

    @Override
    public HttpStatusType getStatus() {
        return status;
    }

    @Override
    public @Nullable String getHeader(String name) {
        return headers.get(name);
    }

    @Override
    public @Nullable Object getBody() {
        return body;
    }

    Map<String, String> headers() {
        return headers;
    }
}
