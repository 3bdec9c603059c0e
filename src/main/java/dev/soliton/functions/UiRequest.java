package dev.soliton.functions;

import com.microsoft.azure.functions.HttpMethod;
import com.microsoft.azure.functions.HttpRequestMessage;
import com.microsoft.azure.functions.HttpResponseMessage;
import com.microsoft.azure.functions.HttpStatus;
import com.microsoft.azure.functions.HttpStatusType;
import java.net.URI;
import java.util.Map;
import java.util.Optional;

/** A request of a user of the dashboard who has signed in and may make it. */
record UiRequest(HttpRequestMessage<Optional<String>> request, Principal user)
        implements HttpRequestMessage<Optional<String>> {
    /** The header that the dashboard sends. A page of another site cannot make a browser send it. */
    static final String HEADER = "x-soliton-ui";

    /** Whoever has a key: the host does not tell the app which one it was. */
    private static final String SOMEBODY = "key";

    /** Whether the dashboard made a request, as that says of itself. */
    static boolean isOfTheDashboard(HttpRequestMessage<?> request) {
        return Requests.header(request, HEADER) != null;
    }

    /** Who made a request, for the log. */
    static String userOf(HttpRequestMessage<?> request) {
        return request instanceof UiRequest ofUser ? ofUser.user().name() : SOMEBODY;
    }

    @Override
    public URI getUri() {
        return request.getUri();
    }

    @Override
    public HttpMethod getHttpMethod() {
        return request.getHttpMethod();
    }

    @Override
    public Map<String, String> getHeaders() {
        return request.getHeaders();
    }

    @Override
    public Map<String, String> getQueryParameters() {
        return request.getQueryParameters();
    }

    @Override
    public Optional<String> getBody() {
        return request.getBody();
    }

    @Override
    public HttpResponseMessage.Builder createResponseBuilder(HttpStatus status) {
        return request.createResponseBuilder(status);
    }

    @Override
    public HttpResponseMessage.Builder createResponseBuilder(HttpStatusType status) {
        return request.createResponseBuilder(status);
    }
}
