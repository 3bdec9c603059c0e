package dev.soliton.bench;

import com.azure.core.http.HttpPipelineCallContext;
import com.azure.core.http.HttpPipelinePosition;
import com.azure.core.http.HttpRequest;
import com.azure.core.http.policy.HttpPipelineSyncPolicy;
import com.azure.core.util.BinaryData;
import java.util.concurrent.atomic.AtomicLong;

/** Counts what is sent to tables and queues; the worker's lease is a blob, and counted by nobody here. */
final class Traffic extends HttpPipelineSyncPolicy {
    private final AtomicLong requests = new AtomicLong();
    private final AtomicLong bytes = new AtomicLong();

    /**
     * What was sent.
     *
     * @param bytes of bodies
     */
    record Sent(double requests, double bytes) {}

    @Override
    public HttpPipelinePosition getPipelinePosition() {
        return HttpPipelinePosition.PER_RETRY;
    }

    @Override
    protected void beforeSendingRequest(HttpPipelineCallContext context) {
        HttpRequest request = context.getHttpRequest();
        if (request.getUrl().getPath().contains("-workers")) {
            return;
        }
        requests.incrementAndGet();
        BinaryData body = request.getBodyAsBinaryData();
        if (body != null) {
            bytes.addAndGet(body.toBytes().length);
        }
    }

    /** What was sent since somebody asked last, on average of so many times. */
    Sent settle(int times) {
        return new Sent((double) requests.getAndSet(0) / times, (double) bytes.getAndSet(0) / times);
    }
}
