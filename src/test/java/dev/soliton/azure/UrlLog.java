package dev.soliton.azure;

import com.azure.core.http.HttpPipelineCallContext;
import com.azure.core.http.HttpPipelinePosition;
import com.azure.core.http.policy.HttpPipelineSyncPolicy;
import java.util.ArrayList;
import java.util.List;

/** A policy that notes where requests go. */
final class UrlLog extends HttpPipelineSyncPolicy {
    private final List<String> seen = new ArrayList<>();

    /** The URLs in order, as they were sent. */
    List<String> seen() {
        return seen;
    }

    @Override
    public HttpPipelinePosition getPipelinePosition() {
        return HttpPipelinePosition.PER_RETRY;
    }

    @Override
    protected void beforeSendingRequest(HttpPipelineCallContext context) {
        seen.add(context.getHttpRequest().getUrl().toString());
    }
}
