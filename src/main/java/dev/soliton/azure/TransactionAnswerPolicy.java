package dev.soliton.azure;

import com.azure.core.http.HttpPipelineCallContext;
import com.azure.core.http.HttpPipelineNextPolicy;
import com.azure.core.http.HttpPipelineNextSyncPolicy;
import com.azure.core.http.HttpPipelinePosition;
import com.azure.core.http.HttpResponse;
import com.azure.core.http.policy.HttpPipelinePolicy;
import com.azure.core.util.BinaryData;
import com.azure.core.util.Context;
import java.util.Optional;
import reactor.core.publisher.Mono;

/** The policy that lets a {@link TransactionAnswer} in the request's context see the raw answer. */
final class TransactionAnswerPolicy implements HttpPipelinePolicy {
    private static final String KEY = TransactionAnswer.class.getName();
    private static final int MAX_REQUEST_BYTES = 4 * 1024 * 1024;

    /** The request is larger than the service takes; it was not sent. */
    static final class TooLargeException extends IllegalArgumentException {
        TooLargeException(long length) {
            super("A write has at most 4 MiB, not " + length + " bytes.");
        }
    }

    /** The context of the request whose answer is to be seen. */
    static Context lets(TransactionAnswer answer) {
        return new Context(KEY, answer);
    }

    @Override
    public HttpPipelinePosition getPipelinePosition() {
        return HttpPipelinePosition.PER_CALL;
    }

    @Override
    public Mono<HttpResponse> process(HttpPipelineCallContext context, HttpPipelineNextPolicy next) {
        return next.process();
    }

    @Override
    public HttpResponse processSync(HttpPipelineCallContext context, HttpPipelineNextSyncPolicy next) {
        Optional<Object> answer = context.getData(KEY);
        if (answer.isEmpty()) {
            return next.processSync();
        }
        // Azurite takes larger ones than the service does.
        BinaryData body = context.getHttpRequest().getBodyAsBinaryData();
        Long length = body == null ? null : body.getLength();
        if (length != null && length > MAX_REQUEST_BYTES) {
            throw new TooLargeException(length);
        }
        HttpResponse response = next.processSync().buffer();
        ((TransactionAnswer) answer.get()).read(response.getBodyAsBinaryData().toString());
        return response;
    }
}
