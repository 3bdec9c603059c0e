package dev.soliton.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Starts by policies, histories, lists, restarts and purges, over HTTP, by the staged app in the local host. */
@Tag("integration")
final class ManagementIT {
    private static final String GREETINGS = "[\"Hello a!\"]";

    @SuppressWarnings("NullAway.Init")
    private static Hub hub;

    @SuppressWarnings("NullAway.Init")
    private static Caller app;

    @BeforeAll
    static void start() {
        hub = new Hub();
        app = hub.host();
    }

    @AfterAll
    static void stop() {
        hub.close();
    }

    private static Caller.Answer post(String path, @Nullable String body) {
        return app.send("POST", "/api/" + path, body);
    }

    private static Caller.Answer get(String path) {
        return app.send("GET", "/api/" + path, (String) null);
    }

    private static Caller.Answer delete(String path) {
        return app.send("DELETE", "/api/" + path, (String) null);
    }

    private static void completed(String id) {
        post("orchestrators/HelloCities/" + id, "[\"a\"]");
        app.awaitEnd(id);
    }

    /** An instance that waits until it is told. */
    private static Caller.Answer waiting(String id) {
        return post("orchestrators/Counter/" + id, "0");
    }

    @Test
    void callerWhoWaitsGetsTheOutputAlone() {
        Caller.Answer answer = post("orchestrators/HelloCities/waited?timeout=60&pollingInterval=1", "[\"a\"]");
        assertThat(answer.code()).isEqualTo(200);
        assertThat(answer.header("Content-Type")).isEqualTo("application/json; charset=utf-8");
        assertThat(answer.body().toString()).isEqualTo(GREETINGS);
    }

    @Test
    void callerWhoseTimeIsUpGetsTheUris() {
        Caller.Answer answer = post("orchestrators/Counter/waits?timeout=1", "0");
        assertThat(answer.code()).isEqualTo(202);
        assertThat(answer.text("id")).isEqualTo("waits");
    }

    @Test
    void statusAndListShowWhatAnInstanceWaitsFor() {
        waiting("waiting-for");
        JsonNode seen = app.await("waiting-for", "what it waits for", answer -> !answer.body()
                        .path("waitingFor")
                        .isNull())
                .body()
                .path("waitingFor");
        assertThat(seen.path("events").toString()).isEqualTo("[\"add\",\"reset\",\"end\"]");
        assertThat(seen.path("unclaimedEvents").asInt()).isZero();
        assertThat(get("instances?instanceIdPrefix=waiting-for").body().at("/0/waitingFor"))
                .isEqualTo(seen);
    }

    @Test
    void historyShowsWhatHappened() {
        completed("told");
        JsonNode history = get("instances/told?showHistory=true&showHistoryOutput=true")
                .body()
                .path("historyEvents");
        List<String> types = new ArrayList<>();
        history.forEach(entry -> types.add(entry.path("EventType").asText()));
        assertThat(types).containsExactly("ExecutionStarted", "TaskCompleted", "ExecutionCompleted");
        assertThat(history.at("/1/FunctionName").asText()).isEqualTo("SayHello");
        assertThat(history.at("/1/Result").toString()).isEqualTo("\"Hello a!\"");
        assertThat(history.at("/2/Result").toString()).isEqualTo(GREETINGS);
        assertThat(get("instances/told").body().has("historyEvents")).isFalse();
    }

    @Test
    void executionIsFoundAsLongAsItIsThePresentOne() {
        completed("present");
        String first = app.status("present").text("executionId");
        assertThat(get("instances/present?executionId=" + first).code()).isEqualTo(200);
        post("orchestrators/HelloCities/present?idReusePolicy=allowDuplicate", "[]");
        Caller.Answer gone = get("instances/present?executionId=" + first);
        assertThat(gone.code()).isEqualTo(404);
        assertThat(gone.text("Message")).contains(first);
    }

    @Test
    void finishedInstanceIsReplacedOnlyIfThePolicyAllows() {
        completed("again");
        assertThat(post("orchestrators/HelloCities/again?idReusePolicy=allowDuplicateFailedOnly", "[]")
                        .code())
                .isEqualTo(409);
        Caller.Answer second = post("orchestrators/HelloCities/again?idReusePolicy=allowDuplicate", "[\"a\"]");
        assertThat(second.code()).isEqualTo(202);
        assertThat(second.text("outcome")).isEqualTo("started");
        assertThat(app.awaitEnd("again").text("executionId")).isEqualTo(second.text("executionId"));
    }

    @Test
    void startAttachesToALiveInstanceIfThePolicySaysSo() {
        Caller.Answer first = waiting("living");
        Caller.Answer second = post("orchestrators/Counter/living?idConflictPolicy=useExisting", "0");
        assertThat(second.code()).isEqualTo(202);
        assertThat(second.text("outcome")).isEqualTo("attached");
        assertThat(second.text("executionId")).isEqualTo(first.text("executionId"));
        assertThat(waiting("living").code()).isEqualTo(409);
    }

    @Test
    void idempotencyKeyGetsTheFirstAnswerAgain() {
        String path = "/api/orchestrators/HelloCities";
        Caller.Answer first = app.send("POST", path, "[\"a\"]", "Idempotency-Key", "key 1");
        assertThat(first.code()).isEqualTo(202);
        Caller.Answer again = app.send("POST", path, "[\"a\"]", "Idempotency-Key", "key 1");
        assertThat(again.code()).isEqualTo(202);
        assertThat(again.body()).isEqualTo(first.body());
        assertThat(app.send("POST", path, "[\"b\"]", "Idempotency-Key", "key 1").code())
                .isEqualTo(422);
    }

    @Test
    void delayedStartTakesTheIdAtOnceAndCanBeTerminated() {
        Caller.Answer started = post("orchestrators/HelloCities/later?delay=PT1H", "[]");
        assertThat(started.code()).isEqualTo(202);
        assertThat(app.status("later").text("runtimeStatus")).isEqualTo("Pending");
        assertThat(post("orchestrators/HelloCities/later", "[]").code()).isEqualTo(409);
        assertThat(post("instances/later/terminate?reason=never", null).code()).isEqualTo(202);
        assertThat(app.awaitEnd("later").text("runtimeStatus")).isEqualTo("Terminated");
        post("orchestrators/HelloCities/soon?delay=PT2S", "[\"a\"]");
        assertThat(app.awaitEnd("soon").body().path("output").toString()).isEqualTo(GREETINGS);
    }

    @Test
    void eventStartsTheInstanceThatIsNotThere() {
        Caller.Answer first = post("orchestrators/Counter/signalled/raiseEvent/end", null);
        assertThat(first.code()).isEqualTo(202);
        assertThat(first.text("outcome")).isEqualTo("started");
        assertThat(app.awaitEnd("signalled").text("executionId")).isEqualTo(first.text("executionId"));
        assertThat(post("orchestrators/Counter/signalled/raiseEvent/end", null).code())
                .isEqualTo(409);
        waiting("signalled-2");
        assertThat(post("orchestrators/Counter/signalled-2/raiseEvent/end", null)
                        .text("outcome"))
                .isEqualTo("attached");
        app.awaitEnd("signalled-2");
    }

    @Test
    void restartGivesANewInstanceOrReplacesTheFinishedOne() {
        completed("restarted");
        Caller.Answer other = post("instances/restarted/restart", null);
        assertThat(other.code()).isEqualTo(202);
        assertThat(app.awaitEnd(other.text("id")).body().path("output").toString())
                .isEqualTo(GREETINGS);
        Caller.Answer same = post("instances/restarted/restart?restartWithNewInstanceId=false", null);
        assertThat(same.code()).isEqualTo(202);
        assertThat(same.text("id")).isEqualTo("restarted");
        assertThat(app.awaitEnd("restarted").text("executionId")).isEqualTo(same.text("executionId"));
        waiting("restarted-2");
        assertThat(post("instances/restarted-2/restart?restartWithNewInstanceId=false", null)
                        .code())
                .isEqualTo(409);
    }

    @Test
    void instancesAreListedPartByPart() {
        for (int i = 0; i < 3; i++) {
            completed("list'%20" + i);
        }
        List<String> ids = new ArrayList<>();
        String path = "/api/instances?instanceIdPrefix=list'%20&top=2&runtimeStatus=completed";
        String[] where = {};
        while (true) {
            Caller.Answer part = app.send("GET", path, (String) null, where);
            assertThat(part.code()).isEqualTo(200);
            part.body().forEach(status -> ids.add(status.path("instanceId").asText()));
            String token = part.header("x-ms-continuation-token");
            if (token == null) {
                break;
            }
            where = new String[] {"x-ms-continuation-token", token};
        }
        assertThat(ids).containsExactlyInAnyOrder("list' 0", "list' 1", "list' 2");
    }

    @Test
    void purgedInstanceIsGoneAndItsIdIsFree() {
        completed("purged");
        Caller.Answer purged = delete("instances/purged");
        assertThat(purged.code()).isEqualTo(200);
        assertThat(purged.body().toString()).isEqualTo("{\"instancesDeleted\":1}");
        assertThat(delete("instances/purged").code()).isEqualTo(404);
        assertThat(app.status("purged").code()).isEqualTo(404);
        completed("purged");
        waiting("kept");
        assertThat(delete("instances/kept").code()).isEqualTo(412);
    }

    @Test
    void manyArePurgedThatHaveEnded() {
        completed("many-1");
        completed("many-2");
        waiting("many-3");
        Caller.Answer purged = delete("instances?createdTimeFrom=2020-01-01T00:00:00Z&instanceIdPrefix=many-");
        assertThat(purged.code()).isEqualTo(200);
        assertThat(purged.body().path("instancesDeleted").asInt()).isEqualTo(2);
        assertThat(app.status("many-3").code()).isEqualTo(202);
        assertThat(delete("instances?createdTimeFrom=2020-01-01T00:00:00Z&instanceIdPrefix=many-")
                        .code())
                .isEqualTo(404);
    }

    @ParameterizedTest
    @CsvSource({
        "POST, orchestrators/HelloCities/bad?timeout=0, 400",
        "POST, orchestrators/HelloCities/bad?timeout=10&pollingInterval=11, 400",
        "POST, orchestrators/HelloCities/bad?idReusePolicy=always, 400",
        "POST, orchestrators/HelloCities/bad?delay=soon, 400",
        "POST, orchestrators/HelloCities/bad?startAt=soon, 400",
        "POST, orchestrators/Nobody/bad/raiseEvent/go, 404",
        "POST, instances/bad/restart, 404",
        "POST, instances/bad/restart?restartWithNewInstanceId=1, 400",
        "GET, instances/bad?showHistory=1, 400",
        "GET, instances?runtimeStatus=Sleeping, 400",
        "GET, instances?top=1001, 400",
        "GET, instances?createdTimeFrom=yesterday, 400",
        "DELETE, instances, 400",
        "DELETE, instances/%2E, 400",
        "DELETE, instances?createdTimeFrom=2020-01-01T00:00:00Z&runtimeStatus=Running, 400",
        "DELETE, instances/bad, 404"
    })
    void requestThatIsRefusedGetsAMessage(String method, String path, int code) {
        Caller.Answer answer = app.send(method, "/api/" + path, (String) null);
        assertThat(answer.code()).isEqualTo(code);
        assertThat(answer.text("Message")).isNotEmpty();
        assertThat(app.status("bad").code()).isEqualTo(404);
    }

    @ParameterizedTest
    @ValueSource(strings = {"raiseEvent/go", "suspend", "resume", "terminate"})
    void purgedInstanceAcceptsNothing(String operation) {
        completed("empty");
        delete("instances/empty");
        assertThat(post("instances/empty/" + operation, null).code()).isEqualTo(404);
    }
}
