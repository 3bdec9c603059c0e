package dev.soliton.functions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.microsoft.azure.functions.ExecutionContext;
import com.microsoft.azure.functions.HttpResponseMessage;
import dev.soliton.client.ClientFixture;
import dev.soliton.engine.Engine;
import dev.soliton.store.FaultyInstanceStore.Fault;
import dev.soliton.store.RuntimeStatus;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** That a start which was accepted is answered so, whatever the request looks like and whatever goes wrong afterwards. */
final class StartAnswersTest {
    private static final String START = "http://localhost:7071/api/orchestrators/Job/x";

    private final ClientFixture hub = new ClientFixture();
    private final Engine engine = mock();
    private final ExecutionContext invocation = mock();
    private final StartFunctions starts = starts(Duration.ofMinutes(10), Map.of());

    private StartFunctions starts(Duration functionTimeout, Map<String, String> more) {
        Map<String, String> environment = new java.util.HashMap<>(more);
        environment.put("SOLITON_HUB", "test");
        AppObjects objects = GraphBuilder.of(hub)
                .settings(Settings.of(environment))
                .engine(engine)
                .limits(2_000, functionTimeout)
                .build();
        return new StartFunctions(() -> objects);
    }

    @BeforeEach
    void job() {
        hub.registry.orchestrator("Job", () -> context -> null);
    }

    @BeforeEach
    void logger() {
        Logger logger = Logger.getAnonymousLogger();
        logger.setUseParentHandlers(false);
        when(invocation.getLogger()).thenReturn(logger);
        when(invocation.getInvocationId()).thenReturn("invocation");
    }

    private static FakeRequest post() {
        return new FakeRequest(START, null);
    }

    private HttpResponseMessage start(FakeRequest request) {
        return starts.startSingle(request, "Job", "x", invocation);
    }

    private HttpResponseMessage restart(FakeRequest request) {
        return starts.restart(request, "x", invocation);
    }

    private static JsonNode body(HttpResponseMessage response) {
        try {
            return new ObjectMapper().readTree((String) response.getBody());
        } catch (IOException notJson) {
            throw new UncheckedIOException(notJson);
        }
    }

    private static String id(HttpResponseMessage response) {
        assertThat(response.getStatusCode()).isEqualTo(202);
        return body(response).get("id").textValue();
    }

    /** What browsers leave as it is in a query, and what else the host lets through. */
    @ParameterizedTest
    @ValueSource(
            strings = {"{text}", "a|b", "^", "`", "\"", "\\", "<x>", "\t", "%zz", "%", "%4", " ", "ü", "\u00a0", "[1]"})
    void queryThatIsNoUriDoesNotPreventAStart(String value) {
        String query = "?code=" + value;
        HttpResponseMessage started = start(new FakeRequest(START + query, null).query("code", value));
        assertThat(id(started)).isEqualTo("x");
        URI location = URI.create(started.getHeader("Location"));
        assertThat(location.getPath()).isEqualTo("/api/instances/x");
        assertThat(location.getQuery()).isEqualTo("code=" + value);

        hub.begin("y", "e");
        FakeRequest get = new FakeRequest("http://localhost:7071/api/instances/y" + query, null);
        AppObjects objects = GraphBuilder.of(hub).build();
        HttpResponseMessage status = new InstanceFunctions(() -> objects).get(get, "y", invocation);
        assertThat(status.getStatusCode()).isEqualTo(202);
        assertThat(URI.create(status.getHeader("Location")).getPath()).isEqualTo("/api/instances/y");
    }

    @Test
    void logThatCannotBeWrittenDoesNotTakeTheAnswerBack() {
        Logger broken = Logger.getAnonymousLogger();
        broken.setUseParentHandlers(false);
        broken.addHandler(new Handler() {
            @Override
            public void publish(LogRecord line) {
                throw new IllegalStateException("the stream to the host is closed");
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        });
        when(invocation.getLogger()).thenReturn(broken);
        assertThat(start(post()).getStatusCode()).isEqualTo(202);
        assertThat(start(post()).getStatusCode()).isEqualTo(409);
    }

    /** The answer said before that nothing was started. */
    @Test
    void storageThatFailsWhileACallerWaitsLeavesTheCallerWithTheUris() {
        hub.onPause(() -> hub.store.plan(Fault.LOST_REQUEST));
        HttpResponseMessage started = start(post().query("timeout", "5"));
        assertThat(id(started)).isEqualTo("x");
        assertThat(hub.rows.findRow("x")).isPresent();
    }

    @ParameterizedTest
    @CsvSource({"10, 20, 7", "10, 5, 5", "300, 230, 230", "120, 230, 105", "1, 20, 0"})
    void callerWaitsNoLongerThanTheHostAllowsAndIsInformed(int functionTimeout, int asked, int waited) {
        StartFunctions limited = starts(Duration.ofSeconds(functionTimeout), Map.of());
        FakeRequest request = post().query("timeout", Integer.toString(asked));
        HttpResponseMessage response = limited.startSingle(request, "Job", "x", invocation);
        assertThat(id(response)).isEqualTo("x");
        assertThat(hub.pauses.stream().reduce(Duration.ZERO, Duration::plus)).isEqualTo(Duration.ofSeconds(waited));
        assertThat(body(response).path("waited").asInt(asked)).isEqualTo(waited);
        OpenApiDocument.served()
                .check("POST", "/orchestrators/Job/x", 202, body(response).toString());
    }

    @Test
    void restartUnderAKeyIsOneHoweverOftenItIsSent() {
        hub.begin("x", "e");
        hub.become("x", RuntimeStatus.COMPLETED);
        String first = id(restart(post().header("idempotency-key", "k")));
        assertThat(id(restart(post().header("idempotency-key", "k")))).isEqualTo(first);
        assertThat(id(restart(post().header("idempotency-key", "other")))).isNotEqualTo(first);
        assertThat(id(restart(post()))).isNotEqualTo(first);
        hub.become(first, RuntimeStatus.COMPLETED);
        assertThat(id(restart(post().header("idempotency-key", "k")))).isEqualTo(first);
        assertThat(hub.rows.findRow(first).orElseThrow().row().status()).isEqualTo(RuntimeStatus.COMPLETED);
    }

    @Test
    void restartUnderTheSameIdAndAKeyReplacesTheInstanceOnce() {
        assertThat(start(post().header("idempotency-key", "k")).getStatusCode()).isEqualTo(202);
        hub.become("x", RuntimeStatus.FAILED);
        FakeRequest again = post().header("idempotency-key", "k").query("restartWithNewInstanceId", "false");
        String execution = body(restart(again)).get("executionId").textValue();
        hub.become("x", RuntimeStatus.COMPLETED);
        assertThat(body(restart(again)).get("executionId").textValue()).isEqualTo(execution);
        assertThat(hub.rows.findRow("x").orElseThrow().row().status()).isEqualTo(RuntimeStatus.COMPLETED);
    }

    @Test
    void restartWaitsForTheEndAndRefusesWhatCannotBeBeforeIt() {
        hub.begin("x", "e");
        hub.become("x", RuntimeStatus.FAILED);
        int before = hub.queue.messages().size();
        for (FakeRequest bad : List.of(
                post().query("timeout", "0"),
                post().query("pollingInterval", "1"),
                post().header("idempotency-key", "ü"),
                post().query("returnInternalServerErrorOnFailure", "1"))) {
            assertThat(restart(bad).getStatusCode()).isEqualTo(400);
        }
        assertThat(hub.queue.messages()).hasSize(before);
        hub.onPause(() -> {
            if (hub.rows.findRow("x").orElseThrow().row().status() == RuntimeStatus.PENDING) {
                hub.become("x", RuntimeStatus.COMPLETED);
            }
        });
        HttpResponseMessage response = restart(post().query("timeout", "5").query("restartWithNewInstanceId", "false"));
        assertThat(response.getStatusCode()).isEqualTo(200);
        assertThat(response.getBody()).isEqualTo("\"output\"");
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '~',
            value = {
                "https, app.example, https://app.example",
                "HTTP, app.example:8080, http://app.example:8080",
                "https, [2001:db8::1]:443, https://[2001:db8::1]:443",
                "javascript, app.example, http://app.example",
                "https, evil.example/phish?x=, https://localhost:7071",
                "https, user:pw@evil.example, https://localhost:7071",
                "https, a\"b<script>, https://localhost:7071",
                "https, evil.example:999999, https://localhost:7071",
                "~~, ~~, http://localhost:7071"
            })
    void forwardedHeadersThatCannotBeAreAsIfTheyWereNotThere(String scheme, String host, String origin) {
        StartFunctions trusting = starts(Duration.ofMinutes(10), Map.of("SOLITON_TRUST_FORWARDED_HEADERS", "true"));
        FakeRequest request = post().header("x-forwarded-proto", scheme).header("x-forwarded-host", host);
        HttpResponseMessage response = trusting.startSingle(request, "Job", "x", invocation);
        assertThat(response.getHeader("Location")).isEqualTo(origin + "/api/instances/x");
    }

    /** Two pairs of a name and a key that were the same text, once they were put together. */
    @Test
    void keyWithoutAnIdLeadsToAnotherInstanceForEachOrchestrator() {
        hub.registry.orchestrator("Job B", () -> context -> null);
        String first = id(starts.start(post().header("idempotency-key", "B C"), "Job", invocation));
        String second = id(starts.start(post().header("idempotency-key", "C"), "Job B", invocation));
        assertThat(second).isNotEqualTo(first);
    }

    @Test
    void callersWhoWaitAreBoundedAndTheRestIsAnsweredAtOnce() {
        RequestLimits limits = new RequestLimits(2000, 1 << 20, Duration.ofMinutes(10));
        int inside = wait(limits, RequestLimits.WAITING_CALLERS + 1);
        assertThat(inside).isEqualTo(RequestLimits.WAITING_CALLERS);
        assertThat(wait(limits, 1)).isEqualTo(1);
    }

    /** Waits for one inside of the other, and says how many were given time. */
    private static int wait(RequestLimits limits, int callers) {
        return callers == 0
                ? 0
                : limits.waiting(Duration.ofSeconds(1), limit -> (limit.isZero() ? 0 : 1) + wait(limits, callers - 1));
    }

    @Test
    void orchestratorThatIsAPartOfOthersIsNotStartedFromOutside() {
        hub.registry.internal("Part", () -> context -> null);
        for (HttpResponseMessage answer : List.of(
                starts.startSingle(post(), "Part", "p", invocation),
                starts.start(post(), "Part", invocation),
                starts.raiseOrStart(post(), "Part", "p", "e", invocation))) {
            assertThat(answer.getStatusCode()).isEqualTo(403);
            assertThat(body(answer).path("Message").asText()).contains("'Part' is a part of others");
        }
        assertThat(hub.client().status("p", false)).isEmpty();
    }

    @Test
    void errorOfAnUnknownOrchestratorListsThoseThatCanBeStarted() {
        hub.registry.internal("Part", () -> context -> null).orchestrator("Another", () -> context -> null);
        HttpResponseMessage answer = starts.startSingle(post(), "Jop", "x", invocation);
        assertThat(answer.getStatusCode()).isEqualTo(404);
        assertThat(body(answer).path("Message").asText())
                .isEqualTo("There is no orchestrator 'Jop'. There are: Another, Job.");
    }
}
