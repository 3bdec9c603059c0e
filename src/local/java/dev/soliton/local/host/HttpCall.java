package dev.soliton.local.host;

import com.microsoft.azure.functions.HttpMethod;
import com.microsoft.azure.functions.HttpRequestMessage;
import com.microsoft.azure.functions.HttpResponseMessage;
import com.microsoft.azure.functions.HttpStatus;
import com.microsoft.azure.functions.HttpStatusType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.net.URI;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A request before a function's type of body is known.
 *
 * @param content text, bytes, or null where there is no body
 */
record HttpCall(
        String uri, String method, Map<String, String> headers, Map<String, String> query, @Nullable Object content) {

    HttpCall {
        headers = Map.copyOf(headers);
        query = Map.copyOf(query);
    }

    /** The request as a parameter of the given type sees it. */
    HttpRequestMessage<@Nullable Object> as(Type type) {
        Type bodyType = type instanceof ParameterizedType generic ? generic.getActualTypeArguments()[0] : Object.class;
        return new Message(this, Conversions.content(content, bodyType));
    }

    private record Message(HttpCall call, @Nullable Object body) implements HttpRequestMessage<@Nullable Object> {

        /** Throws where the host takes what {@link URI} refuses, as the worker's does. */
        @Override
        public URI getUri() {
            return URI.create(call.uri());
        }

        @Override
        public HttpMethod getHttpMethod() {
            return HttpMethod.value(call.method());
        }

        @Override
        public Map<String, String> getHeaders() {
            return call.headers();
        }

        @Override
        public Map<String, String> getQueryParameters() {
            return call.query();
        }

        @Override
        public @Nullable Object getBody() {
            return body;
        }

        @Override
        public HttpResponseMessage.Builder createResponseBuilder(HttpStatus status) {
            return new HttpAnswer().status(status);
        }

        @Override
        public HttpResponseMessage.Builder createResponseBuilder(HttpStatusType status) {
            return new HttpAnswer().status(status);
        }
    }
}
