package dev.soliton.azure;

import com.azure.core.http.HttpHeaderName;
import com.azure.core.http.HttpMethod;
import com.azure.core.http.HttpPipelineCallContext;
import com.azure.core.http.HttpPipelineNextPolicy;
import com.azure.core.http.HttpPipelineNextSyncPolicy;
import com.azure.core.http.HttpPipelinePosition;
import com.azure.core.http.HttpResponse;
import com.azure.core.http.policy.ExponentialBackoff;
import com.azure.core.http.policy.HttpPipelinePolicy;
import com.azure.core.http.policy.RequestRetryCondition;
import com.azure.core.http.policy.RetryPolicy;
import java.io.IOException;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import reactor.core.publisher.Mono;

/**
 * The retry policy for all requests to queues and blobs, which may take effect twice, and for reads of tables. It
 * replaces the clients' own retries, so that there is one rule.
 *
 * <p>Writes of tables are sent once. A second try of a write that took effect would fail on its own first try, with the
 * answer of a lost race. Only a caller that knows what was written can tell the two apart, by reading.
 *
 * <p>A request that fails quickly is tried four times within some two seconds. A request that times out is tried twice:
 * the second try replaces a connection that was dropped silently, and a service that does not answer costs at most
 * about {@link StorageAccount#RESPONSE_TIMEOUT} twice.
 */
final class Retries implements HttpPipelinePolicy {
    private static final int MAX_RETRIES = 3;

    private final RetryPolicy policy = new RetryPolicy(new Strategy());
    private final boolean readsOnly;

    private Retries(boolean readsOnly) {
        this.readsOnly = readsOnly;
    }

    /** For queues and blobs. */
    static Retries ofAll() {
        return new Retries(false);
    }

    /** For tables. */
    static Retries ofReads() {
        return new Retries(true);
    }

    @Override
    public HttpPipelinePosition getPipelinePosition() {
        return HttpPipelinePosition.PER_CALL;
    }

    @Override
    public Mono<HttpResponse> process(HttpPipelineCallContext context, HttpPipelineNextPolicy next) {
        return mayRetry(context) ? policy.process(context, next) : next.process();
    }

    @Override
    public HttpResponse processSync(HttpPipelineCallContext context, HttpPipelineNextSyncPolicy next) {
        return mayRetry(context) ? policy.processSync(context, next) : next.processSync();
    }

    private boolean mayRetry(HttpPipelineCallContext context) {
        return !readsOnly || context.getHttpRequest().getHttpMethod() == HttpMethod.GET;
    }

    private static final class Strategy extends ExponentialBackoff {

        Strategy() {
            super(MAX_RETRIES, Duration.ofMillis(200), Duration.ofSeconds(2));
        }

        @Override
        public boolean shouldRetry(HttpResponse response) {
            // If the service asks for a certain wait, nobody waits for it here; the caller tries again later.
            return response.getHeaderValue(HttpHeaderName.RETRY_AFTER) == null && super.shouldRetry(response);
        }

        @Override
        public boolean shouldRetryCondition(RequestRetryCondition condition) {
            // The policy checks each cause in turn. It would try again after any exception, an interrupt included.
            Throwable failure = condition.getThrowable();
            if (failure instanceof HttpTimeoutException) {
                return condition.getTryCount() == 0;
            }
            return failure == null ? super.shouldRetryCondition(condition) : failure instanceof IOException;
        }
    }
}
