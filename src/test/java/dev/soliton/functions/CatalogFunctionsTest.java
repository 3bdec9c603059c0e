package dev.soliton.functions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.microsoft.azure.functions.ExecutionContext;
import com.microsoft.azure.functions.HttpResponseMessage;
import dev.soliton.client.ClientFixture;
import dev.soliton.engine.Engine;
import dev.soliton.store.InstanceRow;
import dev.soliton.store.RowChange;
import dev.soliton.store.RuntimeStatus;
import dev.soliton.store.Versioned;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The HTTP functions that are about all instances: what they answer, and what they refuse. */
final class CatalogFunctionsTest {
    private final ClientFixture hub = new ClientFixture();
    private final Engine engine = mock();
    private final AppObjects objects = GraphBuilder.of(hub).engine(engine).build();
    private final ExecutionContext invocation = mock();

    @BeforeEach
    void logger() {
        Logger logger = Logger.getAnonymousLogger();
        logger.setUseParentHandlers(false);
        when(invocation.getLogger()).thenReturn(logger);
    }

    private static FakeRequest request() {
        return new FakeRequest("http://localhost:7071/api/instances", null);
    }

    private HttpResponseMessage list(FakeRequest request) {
        return new InstanceFunctions(() -> objects).list(request, invocation);
    }

    private static JsonNode body(HttpResponseMessage response) {
        assertThat(response.getHeader("Content-Type")).isEqualTo("application/json; charset=utf-8");
        try {
            return new ObjectMapper().readTree((String) response.getBody());
        } catch (JsonProcessingException notJson) {
            throw new AssertionError(notJson);
        }
    }

    private static List<String> ids(HttpResponseMessage response) {
        assertThat(response.getStatusCode()).isEqualTo(200);
        List<String> ids = new ArrayList<>();
        body(response).forEach(status -> ids.add(status.get("instanceId").textValue()));
        return ids;
    }

    private static @Nullable String token(HttpResponseMessage response) {
        return response.getHeader("x-ms-continuation-token");
    }

    /** One instance of each status, each a second younger. */
    private void one(RuntimeStatus status) {
        hub.begin(status.displayName(), "e");
        hub.become(status.displayName(), status);
        hub.clock.advance(Duration.ofSeconds(1));
    }

    private void all() {
        List.of(RuntimeStatus.values()).forEach(this::one);
    }

    @Test
    void listIsAnArrayOfStatuses() {
        hub.begin("x", "e");
        HttpResponseMessage response = list(request());
        assertThat(response.getStatusCode()).isEqualTo(200);
        assertThat(body(response)).hasSize(1);
        HttpResponseMessage status = new InstanceFunctions(() -> objects).get(request(), "x", invocation);
        assertThat(body(response).get(0)).isEqualTo(body(status));
        assertThat(token(response)).isNull();
        assertThat(body(list(request().query("showInput", "false")))
                        .get(0)
                        .get("input")
                        .isNull())
                .isTrue();
    }

    @Test
    void listLeavesOutputsOutOnRequest() {
        hub.begin("x", "e");
        hub.become("x", RuntimeStatus.COMPLETED);
        assertThat(body(list(request())).get(0).get("output").isNull()).isFalse();
        assertThat(body(list(request().query("showOutput", "false")))
                        .get(0)
                        .get("output")
                        .isNull())
                .isTrue();
    }

    /** In a row that somebody edited by hand. */
    @ParameterizedTest
    @ValueSource(strings = {"half way", "{\"step\":", "", "1 2"})
    void valueThatIsNoJsonIsShownAsATextAndHidesNoOtherInstance(String edited) {
        hub.begin("x", "e");
        hub.begin("y", "e");
        Versioned<InstanceRow> found = hub.rows.findRow("x").orElseThrow();
        InstanceRow row = found.row();
        InstanceRow.Values values = row.values().withCustomStatus(edited);
        InstanceRow next = row.changed(row.status(), row.ownership(), values, row.updatedAt(), "edited");
        hub.rows.write("x", List.of(new RowChange.ReplaceInstance(next, found.etag())));
        HttpResponseMessage response = list(request());
        assertThat(ids(response)).containsExactly("x", "y");
        assertThat(body(response).get(0).get("customStatus").textValue()).isEqualTo(edited);
    }

    @Test
    void hubWithoutInstancesHasAnEmptyList() {
        assertThat(ids(list(request()))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "runtimeStatus     | Completed                | Completed",
                "runtimeStatus     | RUNNING, failed          | Failed,Running",
                "instanceIdPrefix  | Comp                     | Completed",
                "instanceIdPrefix  | comp                     | ''",
                "createdTimeFrom   | 2030-01-01T00:00:04Z     | Failed,Terminated",
                "createdTimeFrom   | 2030-01-01T01:00:05 01:00 | Terminated",
                "createdTimeTo     | 2030-01-01T00:00:01Z     | Pending,Running",
                "createdTimeTo     | 2030-01-01T00:00:00.5Z   | Pending",
                "top               | 2                        | Completed,Failed",
                "top               | 1000                     | Completed,Failed,Pending,Running,Suspended,Terminated"
            })
    void parameterSaysWhatIsListed(String name, String value, String expected) {
        all();
        assertThat(ids(list(request().query(name, value))))
                .isEqualTo(expected.isEmpty() ? List.of() : List.of(expected.split(",")));
    }

    @Test
    void timeToTheSecondMeansAllOfThatSecond() {
        hub.clock.advance(Duration.ofMillis(999));
        hub.begin("x", "e");
        assertThat(ids(list(request().query("createdTimeTo", "2030-01-01T00:00:00Z"))))
                .containsExactly("x");
        assertThat(ids(list(request().query("createdTimeTo", "2030-01-01T00:00:00.9Z"))))
                .isEmpty();
        assertThat(ids(list(request().query("createdTimeFrom", "2030-01-01T00:00:00Z"))))
                .containsExactly("x");
    }

    @Test
    void headerLeadsFromPartToPart() {
        all();
        HttpResponseMessage first = list(request().query("top", "4"));
        assertThat(ids(first)).hasSize(4);
        String token = Objects.requireNonNull(token(first));
        HttpResponseMessage last = list(request().query("top", "4").header("x-ms-continuation-token", token));
        assertThat(ids(last)).containsExactly("Suspended", "Terminated");
        assertThat(token(last)).isNull();
        assertThat(ids(list(request().header("x-ms-continuation-token", "")))).hasSize(6);
    }

    @ParameterizedTest
    @CsvSource({
        "runtimeStatus, Canceled",
        "runtimeStatus, 'Running,'",
        "createdTimeFrom, yesterday",
        "createdTimeFrom, 2030-01",
        "createdTimeTo, 2030-01-01T24:00:01",
        "showInput, 1",
        "showOutput, 1",
        "top, 0",
        "top, 1001",
        "top, ten",
        "top, 99999999999"
    })
    void parameterThatCannotBeAnswers400AndIsNamed(String name, String value) {
        HttpResponseMessage response = list(request().query(name, value));
        assertThat(response.getStatusCode()).isEqualTo(400);
        assertThat(body(response).get("Message").textValue()).contains("'" + name + "'");
    }

    @Test
    void tokenThatWasNeverGivenAnswers400() {
        HttpResponseMessage response = list(request().header("x-ms-continuation-token", "nonsense"));
        assertThat(response.getStatusCode()).isEqualTo(400);
        assertThat(body(response).get("Message").textValue()).contains("continuation token");
    }

    private HttpResponseMessage purge(FakeRequest request) {
        return new InstanceFunctions(() -> objects).purgeMany(request, invocation);
    }

    private HttpResponseMessage purgeOne(String id) {
        return new InstanceFunctions(() -> objects).purge(request(), id, invocation);
    }

    @ParameterizedTest
    @CsvSource({"PENDING, 412", "RUNNING, 412", "SUSPENDED, 412", "COMPLETED, 200", "FAILED, 200", "TERMINATED, 200"})
    void instanceIsPurgedOnlyWhenItHasEnded(RuntimeStatus status, int expected) {
        one(status);
        HttpResponseMessage response = purgeOne(status.displayName());
        assertThat(response.getStatusCode()).isEqualTo(expected);
        if (expected == 200) {
            assertThat(body(response).toString()).isEqualTo("{\"instancesDeleted\":1}");
            assertThat(purgeOne(status.displayName()).getStatusCode()).isEqualTo(404);
        } else {
            assertThat(body(response).get("Message").textValue()).contains(status.displayName(), "has not ended");
            assertThat(ids(list(request()))).containsExactly(status.displayName());
        }
    }

    @Test
    void purgeOfWhatIsNotThereAnswers404AndOfWhatCannotBe400() {
        assertThat(purgeOne("x").getStatusCode()).isEqualTo(404);
        assertThat(purgeOne("a/b").getStatusCode()).isEqualTo(400);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "runtimeStatus     | completed            | Completed",
                "runtimeStatus     | Failed,Terminated    | Failed,Terminated",
                "createdTimeTo     | 2030-01-01T00:00:03Z | Completed",
                "instanceIdPrefix  | T                    | Terminated",
                "code              | key                  | Completed,Failed,Terminated"
            })
    void manyArePurgedThatHaveEndedAndAreAskedFor(String name, String value, String expected) {
        all();
        HttpResponseMessage response =
                purge(request().query("createdTimeFrom", "2030-01-01T00:00:00Z").query(name, value));
        assertThat(response.getStatusCode()).isEqualTo(200);
        List<String> purged = List.of(expected.split(","));
        assertThat(body(response).toString()).isEqualTo("{\"instancesDeleted\":" + purged.size() + "}");
        assertThat(ids(list(request()))).hasSize(6 - purged.size()).doesNotContainAnyElementsOf(purged);
    }

    @Test
    void purgeOfManyThatFindsNoneAnswers404() {
        one(RuntimeStatus.RUNNING);
        assertThat(purge(request().query("createdTimeFrom", "2030-01-01T00:00:00Z"))
                        .getStatusCode())
                .isEqualTo(404);
        one(RuntimeStatus.COMPLETED);
        assertThat(purge(request().query("createdTimeFrom", "2030-01-01T00:00:02Z"))
                        .getStatusCode())
                .isEqualTo(404);
    }

    @ParameterizedTest
    @CsvSource({
        "createdTimeFrom, ''",
        "createdTimeFrom, yesterday",
        "createdTimeTo, tomorrow",
        "runtimeStatus, Running",
        "runtimeStatus, 'Completed,Pending'",
        "runtimeStatus, Nonsense"
    })
    void purgeOfManyWithAParameterThatCannotBeAnswers400AndPurgesNothing(String name, String value) {
        all();
        FakeRequest request = request();
        if (!name.equals("createdTimeFrom")) {
            request.query("createdTimeFrom", "2030-01-01T00:00:00Z");
        }
        if (!value.isEmpty()) {
            request.query(name, value);
        }
        HttpResponseMessage response = purge(request);
        assertThat(response.getStatusCode()).isEqualTo(400);
        assertThat(body(response).get("Message").textValue()).contains("'" + name + "'");
        assertThat(ids(list(request()))).hasSize(6);
    }

    @Test
    void purgeOfManyThatTakesTooLongSaysSo() {
        all();
        hub.catalog.seeAtOnce(1);
        hub.catalog.beforePages(() -> hub.clock.advance(Duration.ofSeconds(61)));
        HttpResponseMessage response = purge(request().query("createdTimeFrom", "2030-01-01T00:00:00Z"));
        assertThat(response.getStatusCode()).isEqualTo(200);
        assertThat(body(response).toString()).isEqualTo("{\"instancesDeleted\":1,\"more\":true}");
    }
}
