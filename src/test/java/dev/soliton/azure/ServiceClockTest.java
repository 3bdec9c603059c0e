package dev.soliton.azure;

import static org.assertj.core.api.Assertions.assertThat;

import com.azure.core.http.HttpClient;
import com.azure.core.http.HttpMethod;
import com.azure.core.http.HttpPipeline;
import com.azure.core.http.HttpPipelineBuilder;
import com.azure.core.http.HttpRequest;
import com.azure.core.http.HttpResponse;
import com.azure.core.util.Context;
import dev.soliton.store.SettableClock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;

/** The clock of the service, as a process with a clock of its own hears of it. */
final class ServiceClockTest {
    private static final Instant DATE = Instant.parse("2030-06-01T12:00:00Z");
    private static final String HEADER = "Sat, 01 Jun 2030 12:00:00 GMT";

    /** An hour behind. */
    private final SettableClock own = new SettableClock(DATE.minus(Duration.ofHours(1)));

    private final ServiceClock clock = new ServiceClock(own);

    private void ask(Map<String, String> headers, Duration took) {
        Map<String, String> ofTheService = new HashMap<>(headers);
        ofTheService.put("x-ms-request-id", "1");
        askThrough(ofTheService, took);
    }

    private void askThrough(Map<String, String> headers, Duration took) {
        HttpClient service = new HttpClient() {
            @Override
            public Mono<HttpResponse> send(HttpRequest request) {
                return Mono.just(sendSync(request, Context.NONE));
            }

            @Override
            public HttpResponse sendSync(HttpRequest request, Context context) {
                own.advance(took);
                return CannedResponse.of(request, 200, headers, "");
            }
        };
        HttpPipeline pipeline =
                new HttpPipelineBuilder().policies(clock).httpClient(service).build();
        pipeline.sendSync(new HttpRequest(HttpMethod.GET, "http://localhost/"), Context.NONE)
                .close();
    }

    @Test
    void countsByTheProcessUntilAnAnswerArrived() {
        assertThat(clock.now()).isEqualTo(own.instant());
    }

    @Test
    void goesOnFromTheDateOfTheLastAnswer() {
        ask(Map.of("Date", HEADER), Duration.ofMillis(20));
        own.advance(Duration.ofSeconds(5));
        assertThat(clock.now()).isEqualTo(DATE.plusMillis(5_020));
    }

    @Test
    void answerThatTookLongIsNotBelievedIfABetterOneArrived() {
        ask(Map.of("Date", HEADER), Duration.ofMillis(20));
        own.advance(Duration.ofSeconds(1));
        ask(Map.of("Date", HEADER), Duration.ofSeconds(6));
        assertThat(clock.now()).isEqualTo(DATE.plusMillis(7_020));
    }

    @Test
    void answerThatTookLongIsBetterThanNone() {
        ask(Map.of("Date", HEADER), Duration.ofSeconds(6));
        assertThat(clock.now()).isEqualTo(DATE.plusSeconds(6));
    }

    @Test
    void processWhoseClockIsSetFollowsWithItsNextAnswer() {
        ask(Map.of("Date", HEADER), Duration.ofMillis(20));
        own.advance(Duration.ofHours(3));
        ask(Map.of("Date", "Sat, 01 Jun 2030 12:00:01 GMT"), Duration.ofMillis(20));
        assertThat(clock.now()).isEqualTo(DATE.plusMillis(1_020));
    }

    @Test
    void answerOfAProxyIsNotBelieved() {
        askThrough(Map.of("Date", "Sat, 01 Jun 2030 10:00:00 GMT"), Duration.ofMillis(20));
        assertThat(clock.now()).isEqualTo(own.instant());
        ask(Map.of("Date", HEADER), Duration.ofMillis(20));
        askThrough(Map.of("Date", "Sat, 01 Jun 2030 10:00:00 GMT"), Duration.ofMillis(20));
        assertThat(clock.now()).isEqualTo(DATE.plusMillis(40));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "yesterday", "Sat, 99 Jun 2030 12:00:00 GMT", "2030-06-01T12:00:00Z"})
    void answerWithoutADateChangesNothing(String date) {
        ask(date.isEmpty() ? Map.of() : Map.of("Date", date), Duration.ofMillis(20));
        assertThat(clock.now()).isEqualTo(own.instant());
    }
}
