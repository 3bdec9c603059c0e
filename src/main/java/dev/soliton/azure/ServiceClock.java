package dev.soliton.azure;

import com.azure.core.http.HttpHeaderName;
import com.azure.core.http.HttpPipelineCallContext;
import com.azure.core.http.HttpPipelinePosition;
import com.azure.core.http.HttpResponse;
import com.azure.core.http.policy.HttpPipelineSyncPolicy;
import com.azure.core.util.DateTimeRfc1123;
import dev.soliton.store.InstanceStore;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/**
 * The time by the clock of a storage service, from the header {@code Date} of its answers, in whole seconds. So
 * processes whose own clocks differ agree on the time.
 *
 * <p>The date lies between the sending of a request and its answer. An answer that took longer than the allowed error
 * is less exact. It is used only if no better one arrived for a while.
 */
final class ServiceClock extends HttpPipelineSyncPolicy {
    private static final String SENT = ServiceClock.class.getName();

    /**
     * How long a good answer takes precedence over a slow one: in that time the drift of two clocks does not matter.
     */
    private static final Duration STALE = Duration.ofMinutes(10);

    private final InstantSource own;
    private volatile @Nullable Reported reported;

    /**
     * The times of an answer.
     *
     * @param date the time by the service's clock
     * @param sent the time by this process's clock at which the request was sent
     */
    private record Reported(Instant date, Instant sent) {}

    /**
     * Creates a clock that has not seen an answer yet.
     *
     * @param own the clock of this process, which counts until the first answer
     */
    ServiceClock(InstantSource own) {
        this.own = own;
    }

    /** The time by the service's clock, or up to a second before. */
    Instant now() {
        Reported last = reported;
        Instant now = own.instant();
        return last == null ? now : last.date().plus(Duration.between(last.sent(), now));
    }

    @Override
    public HttpPipelinePosition getPipelinePosition() {
        return HttpPipelinePosition.PER_RETRY;
    }

    @Override
    protected void beforeSendingRequest(HttpPipelineCallContext context) {
        context.setData(SENT, own.instant());
    }

    @Override
    protected HttpResponse afterReceivedResponse(HttpPipelineCallContext context, HttpResponse response) {
        String date = response.getHeaders().getValue(HttpHeaderName.DATE);
        // A proxy that cannot reach the service answers in its place, with its own time.
        boolean isOfTheService = response.getHeaders().getValue(HttpHeaderName.X_MS_REQUEST_ID) != null;
        if (date != null && isOfTheService && context.getData(SENT).orElse(null) instanceof Instant sent) {
            try {
                note(new DateTimeRfc1123(date).getDateTime().toInstant(), sent);
            } catch (DateTimeException | IllegalArgumentException foreign) {
                // The service never answers so.
            }
        }
        return response;
    }

    private void note(Instant date, Instant sent) {
        Reported last = reported;
        Instant now = own.instant();
        Duration took = Duration.between(sent, now);
        boolean isGood = !took.isNegative() && took.compareTo(InstanceStore.CLOCK_ERROR) <= 0;
        if (isGood || last == null || Duration.between(last.sent(), now).abs().compareTo(STALE) > 0) {
            reported = new Reported(date, sent);
        }
    }
}
