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
import dev.soliton.store.RuntimeStatus;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.logging.Logger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What becomes of query parameters that an operation does not know, and of those that it is said to know. */
final class QueryParametersTest {
    private final ClientFixture hub = new ClientFixture();
    private final Engine engine = mock();
    private final AppObjects objects = GraphBuilder.of(hub).engine(engine).build();
    private final FunctionFactory functions = new FunctionFactory(() -> objects);
    private final ExecutionContext invocation = mock();

    @BeforeEach
    void logger() {
        Logger logger = Logger.getAnonymousLogger();
        logger.setUseParentHandlers(false);
        when(invocation.getLogger()).thenReturn(logger);
    }

    private HttpResponseMessage call(HttpFunction function, FakeRequest request) {
        Map<String, String> route = new HashMap<>();
        function.bindingNames().forEach(name -> route.put(name, name.equals(Routes.FUNCTION_NAME) ? "Job" : "x"));
        return function.call(functions, request, route, invocation);
    }

    private static FakeRequest request() {
        return new FakeRequest("http://localhost:7071/api/instances/x", null);
    }

    private static String message(HttpResponseMessage response) {
        try {
            JsonNode body = new ObjectMapper().readTree((String) response.getBody());
            return body.path("Message").asText();
        } catch (IOException notJson) {
            throw new UncheckedIOException(notJson);
        }
    }

    static List<HttpFunction> functions() {
        return HttpFunction.all();
    }

    /** The names of the query parameters of an operation, as the API is described. */
    private static Set<String> described(String operation) {
        OpenApiDocument description = OpenApiDocument.served();
        Set<String> names = new TreeSet<>();
        description.operations().stream()
                .filter(each -> each.id().equals(operation))
                .flatMap(each -> description.parameters(each).stream())
                .filter(parameter -> parameter.path("in").asText().equals("query"))
                .forEach(parameter -> names.add(parameter.path("name").asText()));
        return names;
    }

    @ParameterizedTest
    @MethodSource("functions")
    void unknownOneIsRefusedByNameAndTheOthersAreThoseOfTheDescription(HttpFunction function) {
        HttpResponseMessage response = call(function, request().query("createdTimeFrm", "2030-01-01"));
        assertThat(response.getStatusCode()).isEqualTo(400);
        Set<String> described = described(function.name());
        assertThat(message(response))
                .startsWith("There is no query parameter 'createdTimeFrm' here.")
                .contains(described.isEmpty() ? List.of("none") : described);
        Set<String> named = new TreeSet<>(List.of(message(response)
                .replaceFirst("^.*(There are: |This operation has none)", "")
                .replaceFirst("\\.$", "")
                .split(", ", -1)));
        named.remove("");
        assertThat(named).isEqualTo(described);
        assertThat(hub.queue.messages()).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("functions")
    void keyAndClientOfThePlatformAreNobodysMistake(HttpFunction function) {
        HttpResponseMessage response =
                call(function, request().query("code", "k").query("clientId", "default"));
        assertThat(message(response)).doesNotContain("There is no query parameter");
    }

    @Test
    void misspeltFilterOfAPurgePurgesNothing() {
        hub.begin("kept", "e");
        hub.become("kept", RuntimeStatus.COMPLETED);
        HttpResponseMessage response = new InstanceFunctions(() -> objects)
                .purgeMany(
                        request()
                                .query("createdTimeFrom", "2000-01-01T00:00:00Z")
                                .query("instanceIdPrefx", "other"),
                        invocation);
        assertThat(response.getStatusCode()).isEqualTo(400);
        assertThat(hub.rows.findRow("kept")).isPresent();
    }

    /** What is left of a request to purge the instance '.', once the host has taken the segment away. */
    @ParameterizedTest
    @CsvSource({"recursive, true", "code, key"})
    void purgeOfManyThatDoesNotSayOfWhichPurgesNothing(String name, String value) {
        hub.begin("kept", "e");
        hub.become("kept", RuntimeStatus.COMPLETED);
        assertThat(new InstanceFunctions(() -> objects)
                        .purgeMany(request().query(name, value), invocation)
                        .getStatusCode())
                .isEqualTo(400);
        assertThat(hub.rows.findRow("kept")).isPresent();
    }

    @ParameterizedTest
    @CsvSource({
        "2030-01-02T03:04:05Z, 1",
        "2030-01-02T03:04:06Z, 0",
        "2030-01-02T03:04:05, 1",
        "2030-01-02T03:04:06, 0",
        "2030-01-02 03:04:05, 1",
        "2030-01-02T05:04:05 02:00, 1",
        "2030-01-02T05:04:06+02:00, 0",
        "2030-01-02t03:04z, 1",
        "2030-01-02, 1",
        "2030-01-03, 0"
    })
    void timesOfAFilterAreTakenWithoutAZoneAndWithoutATimeOfDay(String from, int found) {
        hub.clock.advance(Duration.between(hub.clock.instant(), Instant.parse("2030-01-02T03:04:05Z")));
        hub.begin("x", "e");
        HttpResponseMessage response =
                new InstanceFunctions(() -> objects).list(request().query("createdTimeFrom", from), invocation);
        assertThat(response.getStatusCode()).isEqualTo(200);
        assertThat((String) response.getBody()).matches(found == 1 ? ".*instanceId.*" : "\\[]");
    }

    @ParameterizedTest
    @CsvSource({"2030", "2030-13-01", "noon", "2030-01-02X03:04:05", "2030-01-02T"})
    void timesThatAreNoneAreRefused(String text) {
        HttpResponseMessage response =
                new InstanceFunctions(() -> objects).list(request().query("createdTimeTo", text), invocation);
        assertThat(response.getStatusCode()).isEqualTo(400);
        assertThat(message(response)).contains("createdTimeTo", text);
    }
}
