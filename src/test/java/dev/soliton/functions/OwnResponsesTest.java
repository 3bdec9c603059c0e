package dev.soliton.functions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.microsoft.azure.functions.ExecutionContext;
import com.microsoft.azure.functions.HttpResponseMessage;
import dev.soliton.app.InstanceResponses;
import dev.soliton.client.ClientFixture;
import dev.soliton.client.StartOptions;
import dev.soliton.client.StartOutcome;
import dev.soliton.client.StartRequest;
import dev.soliton.store.FaultyInstanceStore.Fault;
import dev.soliton.store.InvalidInstanceIdException;
import dev.soliton.store.RuntimeStatus;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.logging.Logger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What an app's own functions answer, beside what Soliton's answer to the same. */
final class OwnResponsesTest {
    private static final String OWN = "http://localhost:7071/api/orders/42";

    private final ClientFixture hub = new ClientFixture();
    private final AppObjects app = GraphBuilder.of(hub).build();
    private final InstanceResponses responses = new OwnResponses(app);

    @BeforeEach
    void job() {
        hub.registry.orchestrator("Job", () -> context -> null);
    }

    private static FakeRequest post() {
        return new FakeRequest(OWN, null);
    }

    private StartOutcome start(String id) {
        return app.client().start(new StartRequest("Job", id, null));
    }

    private static JsonNode body(HttpResponseMessage response) {
        try {
            return new ObjectMapper().readTree((String) response.getBody());
        } catch (IOException notJson) {
            throw new UncheckedIOException(notJson);
        }
    }

    private static ExecutionContext invocation() {
        ExecutionContext invocation = mock();
        Logger logger = Logger.getAnonymousLogger();
        logger.setUseParentHandlers(false);
        when(invocation.getLogger()).thenReturn(logger);
        return invocation;
    }

    /** Soliton's own answer to a start of an ID. */
    private HttpResponseMessage shipped(String id) {
        FakeRequest request = new FakeRequest("http://localhost:7071/api/orchestrators/Job/" + id, null);
        return new StartFunctions(() -> app).startSingle(request, "Job", id, invocation());
    }

    private static String withoutExecution(HttpResponseMessage response) {
        return ((String) response.getBody()).replaceAll("\"executionId\":\"[^\"]*\"", "");
    }

    @Test
    void startIsAnsweredAsByTheShippedFunction() {
        HttpResponseMessage own = responses.createStartResponse(post(), start("a"));
        HttpResponseMessage shipped = shipped("b");
        assertThat(own.getStatusCode()).isEqualTo(202);
        assertThat(withoutExecution(own).replace("instances/a", "instances/b").replace("\"a\"", "\"b\""))
                .isEqualTo(withoutExecution(shipped));
        assertThat(own.getHeader("Location")).isEqualTo("http://localhost:7071/api/instances/a");
        assertThat(own.getHeader("Retry-After")).isEqualTo(shipped.getHeader("Retry-After"));
        assertThat(own.getHeader("Content-Type")).isEqualTo(shipped.getHeader("Content-Type"));
    }

    @Test
    void takenIdIsAnsweredAsByTheShippedFunction() {
        start("a");
        HttpResponseMessage own = responses.createStartResponse(post(), start("a"));
        assertThat(own.getStatusCode()).isEqualTo(409);
        assertThat(own.getBody()).isEqualTo(shipped("a").getBody());
    }

    @Test
    void unknownOrchestratorIsAnsweredWithTheKnownOnes() {
        StartOutcome outcome = app.client().start(new StartRequest("Jobb", "a", null));
        HttpResponseMessage own = responses.createStartResponse(post(), outcome);
        assertThat(own.getStatusCode()).isEqualTo(404);
        assertThat(body(own).get("Message").textValue()).contains("'Jobb'", "There are: Job.");
    }

    @Test
    void keyOfAnotherStartIsAnswered422() {
        StartOptions options = StartOptions.DEFAULT.withIdempotencyKey("k");
        app.client().start(new StartRequest("Job", "a", "1", options));
        StartOutcome outcome = app.client().start(new StartRequest("Job", "a", "2", options));
        assertThat(responses.createStartResponse(post(), outcome).getStatusCode())
                .isEqualTo(422);
    }

    /** As {@code createCheckStatusResponse} of Durable Functions, it looks for nothing. */
    @Test
    void checkStatusResponseIsMadeOfTheIdAlone() {
        HttpResponseMessage own = responses.createCheckStatusResponse(post(), "a b");
        assertThat(own.getStatusCode()).isEqualTo(202);
        assertThat(own.getHeader("Location")).isEqualTo("http://localhost:7071/api/instances/a%20b");
        assertThat(body(own).get("id").textValue()).isEqualTo("a b");
        assertThat(body(own).get("sendEventPostUri").textValue())
                .isEqualTo("http://localhost:7071/api/instances/a%20b/raiseEvent/{eventName}");
        assertThat(body(own).has("executionId")).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "api, http://host/api/instances/x, http://host/api/instances/a",
        "v1/shop, http://host/v1/shop/orders, http://host/v1/shop/instances/a",
        "'', http://host/orders, http://host/instances/a"
    })
    void urisLeadToTheRoutesOfTheHostWhateverTheFunctionsOwnRouteIs(String prefix, String own, String status) {
        InstanceResponses prefixed =
                new OwnResponses(GraphBuilder.of(hub).routePrefix(prefix).build());
        assertThat(prefixed.createCheckStatusResponse(new FakeRequest(own, null), "a")
                        .getHeader("Location"))
                .isEqualTo(status);
    }

    @Test
    void keyOfTheQueryIsInTheUris() {
        HttpResponseMessage own = responses.createCheckStatusResponse(post().query("code", "k=="), "a");
        assertThat(body(own).get("terminatePostUri").textValue())
                .isEqualTo("http://localhost:7071/api/instances/a/terminate?reason={text}&code=k%3D%3D");
    }

    @Test
    void statusIsThatOfTheShippedFunction() {
        start("a");
        HttpResponseMessage live = responses.createStatusResponse(
                post(), app.client().status("a", true).orElseThrow());
        assertThat(live.getStatusCode()).isEqualTo(202);
        assertThat(live.getHeader("Location")).isEqualTo("http://localhost:7071/api/instances/a");
        FakeRequest get = new FakeRequest("http://localhost:7071/api/instances/a", null);
        assertThat(live.getBody())
                .isEqualTo(new InstanceFunctions(() -> app)
                        .get(get, "a", invocation())
                        .getBody());
        hub.become("a", RuntimeStatus.COMPLETED);
        HttpResponseMessage ended = responses.createStatusResponse(
                post(), app.client().status("a", true).orElseThrow());
        assertThat(ended.getStatusCode()).isEqualTo(200);
        assertThat(ended.getHeader("Location")).isNull();
    }

    @Test
    void waitThatSeesTheEndIsAnsweredWithTheOutput() {
        start("a");
        hub.onPause(() -> hub.become("a", RuntimeStatus.COMPLETED));
        HttpResponseMessage own =
                responses.waitForCompletionOrCreateCheckStatusResponse(post(), "a", Duration.ofSeconds(30));
        assertThat(own.getStatusCode()).isEqualTo(200);
        assertThat(own.getBody()).isEqualTo("\"output\"");
        assertThat(hub.pauses).hasSize(1).allMatch(pause -> pause.compareTo(Duration.ofSeconds(1)) <= 0);
    }

    @Test
    void waitThatIsOverIsAnsweredAsWithoutIt() {
        start("a");
        HttpResponseMessage own = responses.waitForCompletionOrCreateCheckStatusResponse(
                post(), "a", Duration.ofSeconds(10), Duration.ofSeconds(2));
        assertThat(own.getStatusCode()).isEqualTo(202);
        assertThat(own.getBody())
                .isEqualTo(responses.createCheckStatusResponse(post(), "a").getBody());
        assertThat(hub.pauses).contains(Duration.ofSeconds(2));
        assertThat(hub.pauses.stream().reduce(Duration.ZERO, Duration::plus)).isEqualTo(Duration.ofSeconds(10));
    }

    @Test
    void waitForAnInstanceThatIsNotThereIsAnswered404() {
        assertThat(responses
                        .waitForCompletionOrCreateCheckStatusResponse(post(), "a", Duration.ofSeconds(3))
                        .getStatusCode())
                .isEqualTo(404);
        assertThatExceptionOfType(InvalidInstanceIdException.class)
                .isThrownBy(() ->
                        responses.waitForCompletionOrCreateCheckStatusResponse(post(), "a/b", Duration.ofSeconds(3)));
    }

    @Test
    void waitThatTheStorageBreaksIsAnsweredAsWithoutIt() {
        start("a");
        hub.store.plan(Fault.LOST_REQUEST);
        assertThat(responses
                        .waitForCompletionOrCreateCheckStatusResponse(post(), "a", Duration.ofSeconds(3))
                        .getStatusCode())
                .isEqualTo(202);
    }
}
