package dev.soliton.azure;

import com.azure.core.http.HttpPipelineCallContext;
import com.azure.core.http.HttpPipelinePosition;
import com.azure.core.http.HttpRequest;
import com.azure.core.http.HttpResponse;
import com.azure.core.http.policy.HttpPipelineSyncPolicy;
import com.azure.core.util.BinaryData;
import com.azure.core.util.Context;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * The policy that adds to table transactions what the client lacks: it refuses one that is too large, and passes the
 * raw answer to the {@link TransactionAnswer} in the request's context.
 */
final class TransactionPolicy extends HttpPipelineSyncPolicy {
    private static final String KEY = TransactionAnswer.class.getName();
    private static final int MAX_REQUEST_BYTES = 4 * 1024 * 1024;

    /** The request is larger than the service accepts. It was not sent. */
    static final class TooLargeException extends IllegalArgumentException {
        TooLargeException(long length) {
            super("A write has at most 4 MiB, not " + length + " bytes.");
        }
    }

    /** The context of a request whose raw answer goes to the given object. */
    static Context contextOf(TransactionAnswer answer) {
        return new Context(KEY, answer);
    }

    @Override
    public HttpPipelinePosition getPipelinePosition() {
        return HttpPipelinePosition.PER_CALL;
    }

    @Override
    protected void beforeSendingRequest(HttpPipelineCallContext context) {
        if (context.getData(KEY).isEmpty()) {
            return;
        }
        HttpRequest request = context.getHttpRequest();
        String body = withoutLineSeparators(request.getBodyAsBinaryData().toString());
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        if (bytes.length > MAX_REQUEST_BYTES) {
            // Azurite accepts larger requests than the service does.
            throw new TooLargeException(bytes.length);
        }
        request.setBody(BinaryData.fromBytes(bytes));
    }

    @Override
    protected HttpResponse afterReceivedResponse(HttpPipelineCallContext context, HttpResponse response) {
        Optional<Object> answer = context.getData(KEY);
        if (answer.isEmpty()) {
            return response;
        }
        HttpResponse buffered = response.buffer();
        ((TransactionAnswer) answer.get()).read(buffered.getBodyAsBinaryData().toString());
        return buffered;
    }

    /**
     * Writes two characters as their JSON escapes. Azurite treats them as the end of a line, and answers 500. They
     * occur only in JSON strings: in URLs they are escaped already.
     */
    private static String withoutLineSeparators(String body) {
        return body.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029");
    }
}
