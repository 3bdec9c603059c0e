package dev.soliton.azure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.azure.core.http.HttpPipelineCallContext;
import com.azure.core.http.HttpPipelineNextPolicy;
import com.azure.core.http.HttpPipelineNextSyncPolicy;
import com.azure.core.http.HttpPipelinePosition;
import com.azure.core.http.HttpResponse;
import com.azure.core.http.policy.HttpPipelinePolicy;
import dev.soliton.engine.runtime.EngineLimits;
import dev.soliton.store.InstanceFilter;
import dev.soliton.store.StorageException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.publisher.Mono;

/**
 * What something on the way answers that is not the service, a proxy or a gateway, proves nothing: neither that a worker
 * is gone, nor that an instance is, nor that a value is.
 */
final class ForeignAnswerTest {
    private static final List<Object> LIMITS = new ArrayList<>();

    private static StorageAccount answering(int status) {
        return StorageAccount.of(
                Map.of("AzureWebJobsStorage", "UseDevelopmentStorage=true"), List.of(new Gateway(status)));
    }

    private static final class Gateway implements HttpPipelinePolicy {
        private final int status;

        Gateway(int status) {
            this.status = status;
        }

        @Override
        public HttpPipelinePosition getPipelinePosition() {
            return HttpPipelinePosition.PER_CALL;
        }

        @Override
        public Mono<HttpResponse> process(HttpPipelineCallContext context, HttpPipelineNextPolicy next) {
            return Mono.fromCallable(() -> answer(context));
        }

        @Override
        public HttpResponse processSync(HttpPipelineCallContext context, HttpPipelineNextSyncPolicy next) {
            return answer(context);
        }

        private HttpResponse answer(HttpPipelineCallContext context) {
            synchronized (LIMITS) {
                context.getData("azure-response-timeout").ifPresent(LIMITS::add);
            }
            return CannedResponse.of(
                    context.getHttpRequest(),
                    status,
                    Map.of("Content-Type", "text/html"),
                    "<html><body>nothing here</body></html>");
        }
    }

    static Stream<Arguments> questions() {
        StorageAccount none = answering(404);
        StorageAccount conflict = answering(409);
        InstanceFilter all = new InstanceFilter(Set.of(), null, null, "", null);
        return Stream.of(
                Arguments.of("life of a worker", call(() -> new BlobWorkerStore(none, "hub").stateOf("w"))),
                Arguments.of("its death", call(() -> new BlobWorkerStore(none, "hub").tryDeclareDead("w"))),
                Arguments.of("its lease", call(() -> new BlobWorkerStore(none, "hub").renew("w", "id etag"))),
                Arguments.of("its lease, in other hands", call(() -> new BlobWorkerStore(conflict, "hub")
                        .renew("w", "id etag"))),
                Arguments.of("its mark", call(() -> new BlobWorkerStore(none, "hub").markDrained("w", "id etag"))),
                Arguments.of("all workers", call(() -> new BlobWorkerStore(none, "hub").list())),
                Arguments.of("an instance", call(() -> new TableInstanceStore(none, "hub").load("i"))),
                Arguments.of("its row", call(() -> new TableInstanceStore(none, "hub").findRow("i"))),
                Arguments.of("a list", call(() -> new TableInstanceCatalog(none, "hub").read(all, 10, Set.of(), null))),
                Arguments.of("what is left", call(() -> new TableInstanceCatalog(none, "hub").purgeableRows("i"))),
                Arguments.of("what stands still", call(() -> new TableStuckScan(none, "hub")
                        .scan(Instant.EPOCH, null, found -> {}))),
                Arguments.of("a value", call(() -> new BlobPayloadStore(none, "hub").get("name"))));
    }

    private static ThrowingCallable call(ThrowingCallable question) {
        return question;
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("questions")
    void answerOfAProxyIsAFailureOfTheStorage(String what, ThrowingCallable question) {
        assertThatThrownBy(question).as(what).isInstanceOf(StorageException.class);
    }

    /** A lease is renewed soon enough that one answer may be missing. */
    @Test
    void renewalHasRoomForASecondTryBeforeTheLeaseIsNotTrustedAnyMore() {
        LIMITS.clear();
        assertThatThrownBy(() -> new BlobWorkerStore(answering(404), "hub").renew("w", "id etag"))
                .isInstanceOf(StorageException.class);
        assertThat(LIMITS).containsExactly(BlobWorkerStore.ANSWER);
        Duration pauseBetween = Duration.ofMillis(300);
        Duration lease = EngineLimits.DEFAULT_LEASE;
        assertThat(lease.dividedBy(2)
                        .plus(BlobWorkerStore.ANSWER.multipliedBy(2))
                        .plus(pauseBetween))
                .isLessThan(lease.minus(lease.dividedBy(6)));
    }
}
