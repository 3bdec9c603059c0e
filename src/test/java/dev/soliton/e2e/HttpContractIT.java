package dev.soliton.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What callers are answered, over HTTP, by the staged app in the local host. */
@Tag("integration")
final class HttpContractIT {
    @SuppressWarnings("NullAway.Init")
    private static Hub hub;

    @SuppressWarnings("NullAway.Init")
    private static Caller app;

    @BeforeAll
    static void start() {
        hub = new Hub();
        // Both limits go together, as the table of settings says.
        app = hub.host(
                Hub.azurite().connectionString(),
                Map.of("SOLITON_MAX_PAYLOAD", "20971520", "FUNCTIONS_REQUEST_BODY_SIZE_LIMIT", "22020096"));
    }

    @AfterAll
    static void stop() {
        hub.close();
    }

    @Test
    void helloCitiesGreetsTheCitiesGiven() {
        Caller.Answer started = app.start("HelloCities", "cities", "[\"Oslo\",\"Kraków\",\"東京\"]");
        assertThat(started.code()).isEqualTo(202);
        assertThat(started.header("Retry-After")).isEqualTo("10");
        assertThat(started.header("Location")).isEqualTo(app.base() + "/api/instances/cities");
        assertThat(started.header("Content-Type")).isEqualTo("application/json; charset=utf-8");
        Caller.Answer ended = app.awaitEnd("cities");
        assertThat(ended.body().path("output").toString())
                .isEqualTo("[\"Hello Oslo!\",\"Hello Kraków!\",\"Hello 東京!\"]");
        assertThat(ended.text("executionId")).isEqualTo(started.text("executionId"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "default|    | [\"Hello Tokyo!\",\"Hello Seattle!\",\"Hello London!\"]",
                "empty| []  | []",
                "one| [\"x\"] | [\"Hello x!\"]"
            })
    void helloCitiesTakesAnyNumberOfCities(String id, String input, String output) {
        app.start("HelloCities", id, input);
        assertThat(app.awaitEnd(id).body().path("output").toString()).isEqualTo(output);
    }

    @Test
    void statusUriOfTheAnswerLeadsToTheInstanceAlsoForOddIds() {
        String id = "a%20b%27%25%C3%A9%26+%F0%9F%8C%8A";
        Caller.Answer started = app.start("HelloCities", id, "[]");
        assertThat(started.code()).isEqualTo(202);
        assertThat(started.text("id")).isEqualTo("a b'%é&+🌊");
        String path = started.text("statusQueryGetUri")
                .substring(app.base().toString().length());
        assertThat(app.send("GET", path, (String) null).text("instanceId")).isEqualTo("a b'%é&+🌊");
        assertThat(app.awaitEnd(id).text("runtimeStatus")).isEqualTo("Completed");
    }

    @Test
    void startWithoutAnIdGetsARandomOne() {
        Caller.Answer started = app.send("POST", "/api/orchestrators/HelloCities", "[]");
        assertThat(started.code()).isEqualTo(202);
        assertThat(app.awaitEnd(started.text("id")).text("runtimeStatus")).isEqualTo("Completed");
    }

    @Test
    void secondStartIsRefusedBeforeAndAfterTheEnd() {
        app.start("HelloCities", "twice", null);
        assertRefused(app.start("HelloCities", "twice", null));
        app.awaitEnd("twice");
        Caller.Answer refused = app.start("HelloCities", "twice", null);
        assertRefused(refused);
        assertThat(refused.body().at("/existing/runtimeStatus").asText()).isEqualTo("Completed");
    }

    private static void assertRefused(Caller.Answer answer) {
        assertThat(answer.code()).isEqualTo(409);
        assertThat(answer.text("Message")).isEqualTo("An instance with ID 'twice' already exists.");
        assertThat(answer.text("outcome")).isEqualTo("rejected");
        assertThat(answer.body().at("/existing/instanceId").asText()).isEqualTo("twice");
    }

    @ParameterizedTest
    @ValueSource(strings = {"raiseEvent/go", "terminate", "suspend?reason=why", "resume"})
    void endedInstanceAcceptsNothing(String operation) {
        app.start("HelloCities", "ended", "[]");
        app.awaitEnd("ended");
        Caller.Answer answer = app.send("POST", "/api/instances/ended/" + operation, (String) null);
        assertThat(answer.code()).isEqualTo(410);
        assertThat(answer.text("Message")).isEqualTo("The instance 'ended' has ended: it is Completed.");
    }

    @Test
    void tenMegabytesGoInAndComeOut() {
        String city = "ü€🌊x".repeat(10 << 20 >> 3);
        String input = "[\"" + city + "\"]";
        assertThat(input.getBytes(StandardCharsets.UTF_8).length).isGreaterThan(10 << 20);
        assertThat(app.start("HelloCities", "large", input).code()).isEqualTo(202);
        Caller.Answer ended = app.awaitEnd("large");
        assertThat(ended.body().path("output").path(0).textValue()).isEqualTo("Hello " + city + "!");
        assertThat(ended.body().path("input").path(0).textValue()).isEqualTo(city);
    }

    @Test
    void failureShowsItsTypeAndMessage() {
        app.start("ImportCatalog", "failing", "{\"supplier\":\"acme\"}");
        Caller.Answer ended = app.awaitEnd("failing");
        assertThat(ended.text("runtimeStatus")).isEqualTo("Failed");
        assertThat(ended.text("output")).contains("Exception: ");
        assertThat(app.send("GET", "/api/instances/failing?returnInternalServerErrorOnFailure=true", (String) null)
                        .code())
                .isEqualTo(500);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "POST | /api/orchestrators/HelloCities/bad     | {not json | 400",
                "POST | /api/orchestrators/HelloCities/bad     | 1 2       | 400",
                "POST | /api/orchestrators/HelloCities/a%23b   | []        | 400",
                "POST | /api/orchestrators/HelloCities/a%3Fb   | []        | 400",
                "POST | /api/orchestrators/HelloCities/a%5Cb   | []        | 400",
                "POST | /api/orchestrators/HelloCities/%40a    | []        | 400",
                "POST | /api/orchestrators/HelloCities/a%0Ab   | []        | 400",
                "POST | /api/orchestrators/HelloCities/x?idConflictPolicy=sometimes | [] | 400",
                "POST | /api/orchestrators/Nobody/x            | []        | 404",
                "POST | /api/orchestrators/Nobody              | []        | 404",
                "GET  | /api/instances/unknown                 |           | 404",
                "GET  | /api/instances/%40a                    |           | 400",
                "GET  | /api/instances/x?showInput=perhaps     |           | 400",
                "POST | /api/instances/x/raiseEvent/go         | 1         | 404",
                "POST | /api/instances/x/raiseEvent/go         | {not json | 400",
                "POST | /api/instances/x/terminate?reason=why  |           | 404",
                "POST | /api/instances/x/terminate?recursive=maybe |       | 400",
                "POST | /api/instances/x/suspend               |           | 404",
                "POST | /api/instances/x/resume                |           | 404",
                "POST | /api/instances/%40a/resume             |           | 400",
                "GET  | /api/instances/x?returnInternalServerErrorOnFailure=1 | | 400"
            })
    void requestThatIsRefusedGetsAMessage(String method, String path, String body, int code) {
        Caller.Answer answer = app.send(method, path, body);
        assertThat(answer.code()).isEqualTo(code);
        assertThat(answer.text("Message")).isNotEmpty();
        assertThat(app.status("x").code()).isEqualTo(404);
        assertThat(app.status("bad").code()).isEqualTo(404);
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /api/orchestrators/HelloCities/x",
        "PUT, /api/orchestrators/HelloCities/x",
        "POST, /api/instances/x",
        "GET, /api/nothing",
        "GET, /instances/x"
    })
    void wrongMethodOrPathIsThePlatforms404(String method, String path) {
        Caller.Answer answer = app.send(method, path, (String) null);
        assertThat(answer.code()).isEqualTo(404);
        assertThat(answer.response().body()).isEmpty();
    }

    @Test
    void idWithEscapesIsFoundByTheUriInTheAnswer() {
        for (String id : List.of("a%2Fb", "a%FFb", "%ED%A0%80")) {
            Caller.Answer started = app.send("POST", "/api/orchestrators/HelloCities/" + id, "[]");
            assertThat(started.code()).as(id).isEqualTo(202);
            String uri = started.response().headers().firstValue("Location").orElseThrow();
            assertThat(app.send("GET", URI.create(uri).getRawPath(), (String) null)
                            .code())
                    .as(uri)
                    .isBetween(200, 202);
        }
    }

    @Test
    void apiIsDescribed() {
        Caller.Answer answer = app.send("GET", "/api/openapi.json", (String) null);
        assertThat(answer.code()).isEqualTo(200);
        assertThat(answer.text("openapi")).startsWith("3.1.");
        assertThat(answer.body().at("/paths/~1openapi.json/get/operationId").asText())
                .isEqualTo("DescribeApi");
    }

    @Test
    void idOfMoreThan256CharactersIsRefused() {
        assertThat(app.start("HelloCities", "x".repeat(257), null).code()).isEqualTo(400);
        assertThat(app.start("HelloCities", "y".repeat(256), "[]").code()).isEqualTo(202);
    }

    @Test
    void chunkedBodyIsRefusedAndStartsNothing() {
        byte[] body = "[\"lost\"]".getBytes(StandardCharsets.UTF_8);
        Caller.Answer answer = app.send(
                "POST",
                "/api/orchestrators/HelloCities/chunked",
                BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body)));
        assertThat(answer.code()).isEqualTo(411);
        assertThat(app.status("chunked").code()).isEqualTo(404);
    }

    @Test
    void bodyOverTheLimitIsRefusedAndStartsNothing() {
        Caller.Answer answer = app.start("HelloCities", "too-large", "\"" + "x".repeat(20 << 20) + "\"");
        assertThat(answer.code()).isEqualTo(413);
        assertThat(answer.text("Message")).contains("20971520");
        assertThat(app.status("too-large").code()).isEqualTo(404);
    }

    @Test
    void logHasEachStepWithInstanceAndExecution() {
        Caller.Answer started = app.start("HelloCities", "logged", "[\"a\"]");
        app.awaitEnd("logged");
        app.start("HelloCities", "logged", "[\"a\"]");
        String ids = " instanceId=\"logged\" executionId=\"" + started.text("executionId") + "\"";
        for (String event : new String[] {"started", "claimed", "step done", "completed", "rejected"}) {
            while (hub.output().stream().noneMatch(line -> line.contains(event + ids))) {
                Caller.pause();
            }
        }
    }
}
