package dev.soliton.azure;

import com.azure.core.http.HttpMethod;
import com.azure.core.http.HttpPipelineCallContext;
import com.azure.core.http.HttpPipelinePosition;
import com.azure.core.http.HttpRequest;
import com.azure.core.http.policy.HttpPipelineSyncPolicy;
import com.azure.core.util.UrlBuilder;
import java.util.HashMap;
import java.util.Map;

/** A policy that has the table service cut its pages after a few rows, and lets others write between them. */
final class PagingWire extends HttpPipelineSyncPolicy {
    private final Map<Integer, Runnable> before = new HashMap<>();
    private final int rows;
    private int reads;

    /**
     * Cuts pages.
     *
     * @param rows how many rows a page has
     */
    PagingWire(int rows) {
        this.rows = rows;
    }

    /** Does that before the read of that number from now, from 1. */
    void beforeRead(int number, Runnable action) {
        before.put(reads + number, action);
    }

    /** How many reads were made. */
    int reads() {
        return reads;
    }

    @Override
    public HttpPipelinePosition getPipelinePosition() {
        return HttpPipelinePosition.PER_CALL;
    }

    @Override
    protected void beforeSendingRequest(HttpPipelineCallContext context) {
        HttpRequest request = context.getHttpRequest();
        if (request.getHttpMethod() != HttpMethod.GET) {
            return;
        }
        request.setUrl(UrlBuilder.parse(request.getUrl())
                .setQueryParameter("$top", Integer.toString(rows))
                .toString());
        Runnable action = before.remove(++reads);
        if (action != null) {
            action.run();
        }
    }
}
