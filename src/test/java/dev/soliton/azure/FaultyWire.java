package dev.soliton.azure;

import com.azure.core.http.HttpPipelineCallContext;
import com.azure.core.http.HttpPipelineNextPolicy;
import com.azure.core.http.HttpPipelineNextSyncPolicy;
import com.azure.core.http.HttpRequest;
import com.azure.core.http.HttpResponse;
import com.azure.core.http.policy.HttpPipelinePolicy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** A policy, each try's, that notes the requests and does to the next ones what it was told. */
final class FaultyWire implements HttpPipelinePolicy {
    private final Queue<Fault> faults = new ConcurrentLinkedQueue<>();
    private final List<String> requests = new ArrayList<>();

    /** What happens to a request. */
    sealed interface Fault {
        /** Nothing out of the ordinary. */
        record None() implements Fault {}

        /**
         * It arrives, and its answer is lost.
         *
         * @param meanwhile happens before anybody notices
         */
        record LostAnswer(Runnable meanwhile) implements Fault {
            LostAnswer() {
                this(() -> {});
            }
        }

        /** It does not arrive. */
        record LostRequest(IOException failure) implements Fault {}

        /** It is refused before it does anything. */
        record Refused(int status, Map<String, String> headers) implements Fault {}
    }

    /** Does this to the next requests, one each. */
    void next(int times, Fault fault) {
        for (int i = 0; i < times; i++) {
            faults.add(fault);
        }
    }

    /** The requests since the last call of this, as method and URL. */
    synchronized List<String> requests() {
        List<String> seen = List.copyOf(requests);
        requests.clear();
        return seen;
    }

    /** Blob clients go this way, whether they are asked to wait or not. */
    @Override
    public Mono<HttpResponse> process(HttpPipelineCallContext context, HttpPipelineNextPolicy next) {
        return Mono.defer(() -> {
            Fault fault = arrive(context.getHttpRequest());
            if (fault instanceof Fault.LostRequest lost) {
                return Mono.error(lost.failure());
            }
            if (fault instanceof Fault.Refused refused) {
                return Mono.just(CannedResponse.of(context.getHttpRequest(), refused.status(), refused.headers(), ""));
            }
            return fault == null
                    ? next.process()
                    : next.process().flatMap(response -> {
                        response.close();
                        return Mono.fromRunnable(() -> meanwhile(fault))
                                .subscribeOn(Schedulers.boundedElastic())
                                .then(Mono.error(lostAnswer()));
                    });
        });
    }

    @Override
    public HttpResponse processSync(HttpPipelineCallContext context, HttpPipelineNextSyncPolicy next) {
        Fault fault = arrive(context.getHttpRequest());
        if (fault instanceof Fault.LostRequest lost) {
            throw new UncheckedIOException(lost.failure());
        }
        if (fault instanceof Fault.Refused refused) {
            return CannedResponse.of(context.getHttpRequest(), refused.status(), refused.headers(), "");
        }
        HttpResponse response = next.processSync();
        if (fault != null) {
            response.close();
            meanwhile(fault);
            throw new UncheckedIOException(lostAnswer());
        }
        return response;
    }

    private static void meanwhile(Fault fault) {
        if (fault instanceof Fault.LostAnswer lost) {
            lost.meanwhile().run();
        }
    }

    private synchronized @Nullable Fault arrive(HttpRequest request) {
        requests.add(request.getHttpMethod() + " " + request.getUrl());
        Fault fault = faults.poll();
        return fault instanceof Fault.None ? null : fault;
    }

    private static IOException lostAnswer() {
        return new IOException("The answer was lost on purpose.");
    }
}
