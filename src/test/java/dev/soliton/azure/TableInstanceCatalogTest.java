package dev.soliton.azure;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.azure.core.http.HttpPipelineCallContext;
import com.azure.core.http.HttpPipelineNextPolicy;
import com.azure.core.http.HttpPipelineNextSyncPolicy;
import com.azure.core.http.HttpResponse;
import com.azure.core.http.policy.HttpPipelinePolicy;
import dev.soliton.store.InstanceCatalog;
import dev.soliton.store.InstanceFilter;
import dev.soliton.store.InvalidContinuationException;
import dev.soliton.store.StorageException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;

/** Pages of a service that refuses what it is asked. */
final class TableInstanceCatalogTest {
    private static final int LONGEST_URL = 16_384;

    private final InstanceCatalog catalog = new TableInstanceCatalog(
            StorageAccount.of(
                    Map.of(
                            "AzureWebJobsStorage",
                            "DefaultEndpointsProtocol=https;AccountName=acct;AccountKey=c2VjcmV0;"
                                    + "EndpointSuffix=core.windows.net"),
                    List.of(new Refusal())),
            "hub");

    private void read(String continuation) {
        String token =
                Base64.getUrlEncoder().withoutPadding().encodeToString(continuation.getBytes(StandardCharsets.UTF_8));
        catalog.read(InstanceFilter.ALL, 10, Set.of(), token);
    }

    @ParameterizedTest
    @ValueSource(strings = {"1;somewhere", "2;\u0000", "2;a\u0085b"})
    void continuationThatTheServiceRefusesIsTheCallersFault(String continuation) {
        assertThatExceptionOfType(InvalidContinuationException.class).isThrownBy(() -> read(continuation));
    }

    @ParameterizedTest
    @ValueSource(strings = {"1;", "2;"})
    void continuationThatFitsIntoNoUrlIsTheCallersFault(String begin) {
        assertThatExceptionOfType(InvalidContinuationException.class)
                .isThrownBy(() -> read(begin + "x".repeat(LONGEST_URL)));
    }

    @Test
    void listThatTheServiceRefusesFromItsBeginningIsNot() {
        assertThatExceptionOfType(StorageException.class)
                .isThrownBy(() -> catalog.read(InstanceFilter.ALL, 10, Set.of(), null));
    }

    /** A service that can read nothing. */
    private static final class Refusal implements HttpPipelinePolicy {
        private static HttpResponse answer(HttpPipelineCallContext context) {
            boolean fits = context.getHttpRequest().getUrl().toString().length() <= LONGEST_URL;
            return CannedResponse.of(
                    context.getHttpRequest(),
                    fits ? 400 : 414,
                    Map.of("Content-Type", "application/json"),
                    "{\"odata.error\":{\"code\":\"InvalidInput\",\"message\":{\"lang\":\"en-us\",\"value\":\"No.\"}}}");
        }

        @Override
        public Mono<HttpResponse> process(HttpPipelineCallContext context, HttpPipelineNextPolicy next) {
            return Mono.just(answer(context));
        }

        @Override
        public HttpResponse processSync(HttpPipelineCallContext context, HttpPipelineNextSyncPolicy next) {
            return answer(context);
        }
    }
}
