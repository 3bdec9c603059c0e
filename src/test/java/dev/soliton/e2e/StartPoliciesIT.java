package dev.soliton.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each cell of the two tables of policies, over HTTP, by the staged app in the local host. */
@Tag("full")
final class StartPoliciesIT {
    private static final AtomicInteger NUMBER = new AtomicInteger();

    @SuppressWarnings("NullAway.Init")
    private static Hub hub;

    @SuppressWarnings("NullAway.Init")
    private static Caller app;

    /** A host whose settings name policies. */
    @SuppressWarnings("NullAway.Init")
    private static Caller set;

    @BeforeAll
    static void start() {
        hub = new Hub();
        app = hub.host();
        set = hub.host(
                Hub.azurite().connectionString(),
                Map.of(
                        "SOLITON_ID_CONFLICT_POLICY",
                        "RunAfter",
                        "SOLITON_ID_REUSE_POLICY",
                        "allowDuplicateFailedOnly"));
    }

    @AfterAll
    static void stop() {
        hub.close();
    }

    private static Caller.Answer post(Caller host, String path, String body) {
        return host.send("POST", "/api/" + path, body);
    }

    /** An instance that has come to that status; its execution. */
    private static String holder(String id, String status) {
        String executionId =
                switch (status) {
                    case "Completed" ->
                        post(app, "orchestrators/HelloCities/" + id, "[]").text("executionId");
                    case "Failed" ->
                        post(app, "orchestrators/HelloCities/" + id, "1").text("executionId");
                    case "Pending" ->
                        post(app, "orchestrators/Counter/" + id + "?delay=PT1H", "0")
                                .text("executionId");
                    default -> post(app, "orchestrators/Counter/" + id, "0").text("executionId");
                };
        if (status.equals("Terminated")) {
            app.operate(id, "terminate");
        } else if (status.equals("Suspended")) {
            app.operate(id, "suspend");
        }
        app.await(id, status, answer -> answer.text("runtimeStatus").equals(status));
        return executionId;
    }

    @ParameterizedTest
    @CsvSource({
        "Completed, rejectDuplicate, 409, rejected",
        "Failed, rejectDuplicate, 409, rejected",
        "Terminated, rejectDuplicate, 409, rejected",
        "Completed, allowDuplicate, 202, started",
        "Failed, allowDuplicate, 202, started",
        "Terminated, allowDuplicate, 202, started",
        "Completed, allowDuplicateFailedOnly, 409, rejected",
        "Failed, allowDuplicateFailedOnly, 202, started",
        "Terminated, allowDuplicateFailedOnly, 202, started",
    })
    void finishedHolder(String status, String policy, int code, String outcome) {
        String id = "reuse-" + NUMBER.incrementAndGet();
        String first = holder(id, status);
        for (String conflict : new String[] {"", "&idConflictPolicy=runAfter", "&idConflictPolicy=terminateExisting"}) {
            Caller.Answer answer =
                    post(app, "orchestrators/HelloCities/" + id + "?idReusePolicy=" + policy + conflict, "[]");
            assertThat(answer.code()).isEqualTo(code);
            assertThat(answer.text("outcome")).isEqualTo(outcome);
            if (code == 409) {
                assertThat(answer.body().path("existing").path("executionId").asText())
                        .isEqualTo(first);
                assertThat(answer.text("Message")).isEqualTo("An instance with ID '" + id + "' already exists.");
            } else {
                assertThat(answer.text("executionId")).isNotEqualTo(first);
                app.awaitEnd(id);
                return;
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "Running, fail, 409, rejected",
        "Suspended, fail, 409, rejected",
        "Pending, fail, 409, rejected",
        "Running, useExisting, 202, attached",
        "Suspended, useExisting, 202, attached",
        "Pending, useExisting, 202, attached",
        "Running, terminateExisting, 202, replaced",
        "Suspended, terminateExisting, 202, replaced",
        "Pending, terminateExisting, 202, replaced",
        "Running, runAfter, 202, queued",
        "Suspended, runAfter, 202, queued",
        "Pending, runAfter, 202, queued",
    })
    void holderThatHasNotEnded(String status, String policy, int code, String outcome) {
        String id = "conflict-" + NUMBER.incrementAndGet();
        String first = holder(id, status);
        Caller.Answer answer = post(app, "orchestrators/HelloCities/" + id + "?idConflictPolicy=" + policy, "[\"a\"]");
        assertThat(answer.code()).isEqualTo(code);
        assertThat(answer.text("outcome")).isEqualTo(outcome);
        switch (outcome) {
            case "rejected" ->
                assertThat(answer.body().path("existing").path("runtimeStatus").asText())
                        .isEqualTo(status);
            case "attached" -> assertThat(answer.text("executionId")).isEqualTo(first);
            case "replaced" -> awaitRun(id, answer.text("executionId"));
            default -> {
                String further = answer.text("executionId");
                Caller.Answer pending =
                        app.send("GET", "/api/instances/" + id + "?executionId=" + further, (String) null);
                assertThat(pending.code()).isEqualTo(202);
                assertThat(pending.text("runtimeStatus")).isEqualTo("Pending");
                assertThat(pending.text("name")).isEqualTo("HelloCities");
                assertThat(pending.body().path("input").toString()).isEqualTo("[\"a\"]");
                assertThat(pending.header("Retry-After")).isEqualTo("5");
                assertThat(app.status(id).text("executionId")).isEqualTo(first);
                app.operate(id, "terminate");
                awaitRun(id, further);
            }
        }
    }

    private static void awaitRun(String id, String executionId) {
        Caller.Answer ended = app.await(
                id,
                "the run " + executionId,
                answer -> answer.text("executionId").equals(executionId)
                        && answer.text("runtimeStatus").equals("Completed"));
        assertThat(ended.body().path("output").toString()).isEqualTo("[\"Hello a!\"]");
    }

    @ParameterizedTest
    @CsvSource({"runAfter", "terminateExisting"})
    void bothImplyThatAFinishedHolderIsReplacedWhateverTheSettingsSay(String policy) {
        String id = "implied-" + NUMBER.incrementAndGet();
        holder(id, "Completed");
        Caller.Answer answer = post(set, "orchestrators/HelloCities/" + id + "?idConflictPolicy=" + policy, "[]");
        assertThat(answer.text("outcome")).isEqualTo("started");
    }

    @Test
    void settingsSayWhatHoldsWhereARequestSaysNothing() {
        holder("set-1", "Completed");
        assertThat(post(set, "orchestrators/HelloCities/set-1", "[]").code()).isEqualTo(409);
        holder("set-2", "Failed");
        assertThat(post(set, "orchestrators/HelloCities/set-2", "[]").text("outcome"))
                .isEqualTo("started");
        holder("set-3", "Running");
        assertThat(post(set, "orchestrators/HelloCities/set-3", "[]").text("outcome"))
                .isEqualTo("queued");
        assertThat(post(set, "orchestrators/HelloCities/set-3?idConflictPolicy=fail", "[]")
                        .code())
                .isEqualTo(409);
        app.operate("set-3", "terminate");
    }

    @Test
    void callerWhoWaitsGetsTheOutputOfTheRunThatFollows() {
        holder("waited", "Running");
        Caller.Answer answer =
                post(app, "orchestrators/HelloCities/waited?idConflictPolicy=terminateExisting&timeout=60", "[\"a\"]");
        assertThat(answer.code()).isEqualTo(200);
        assertThat(answer.body().toString()).isEqualTo("[\"Hello a!\"]");
    }

    @Test
    void executionThatIsNeitherPresentNorToFollowIsNotFound() {
        holder("unknown", "Running");
        Caller.Answer answer = app.send("GET", "/api/instances/unknown?executionId=nobody", (String) null);
        assertThat(answer.code()).isEqualTo(404);
        assertThat(answer.text("Message")).contains("nobody").contains("is not to follow");
        assertThat(post(app, "orchestrators/HelloCities/unknown?idConflictPolicy=later", "[]")
                        .code())
                .isEqualTo(400);
        app.operate("unknown", "terminate");
    }
}
