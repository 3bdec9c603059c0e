package dev.soliton.functions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.microsoft.azure.functions.ExecutionContext;
import com.microsoft.azure.functions.HttpResponseMessage;
import dev.soliton.client.OrchestrationClient;
import dev.soliton.client.StartRequest;
import dev.soliton.engine.Engine;
import dev.soliton.engine.runtime.EngineLimits;
import dev.soliton.engine.runtime.InstanceLog;
import dev.soliton.engine.runtime.TimeAndIds;
import dev.soliton.engine.turn.EngineExecutors;
import dev.soliton.orchestration.Registry;
import dev.soliton.store.FaultyInstanceStore;
import dev.soliton.store.FaultyInstanceStore.Fault;
import dev.soliton.store.InMemoryInstanceCatalog;
import dev.soliton.store.InMemoryInstanceStore;
import dev.soliton.store.InMemoryPayloadStore;
import dev.soliton.store.InMemoryWorkQueue;
import dev.soliton.store.InMemoryWorkerStore;
import dev.soliton.store.Payloads;
import dev.soliton.store.SettableClock;
import dev.soliton.store.Storage;
import dev.soliton.store.Waits;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ForkJoinPool;
import java.util.function.Supplier;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The HTTP functions over a hub in memory: each answer with its code, headers and body. */
final class HttpFunctionsTest {
    private static final String ORIGIN = "http://localhost:7071";

    private final List<Duration> pauses = new ArrayList<>();
    private Runnable onPause = () -> {};
    private final SettableClock clock = new SettableClock(Instant.parse("2030-01-02T03:04:05.678Z"));
    private final InMemoryWorkQueue queue = new InMemoryWorkQueue(clock);
    private final InMemoryInstanceStore rows = new InMemoryInstanceStore(clock);
    private final FaultyInstanceStore store = new FaultyInstanceStore(rows);
    private final Registry registry = new Registry()
            .orchestrator("Job", () -> context -> null)
            .orchestrator("Echo", () -> context -> context.getInput(Object.class))
            .orchestrator("Fail", () -> context -> {
                throw new IllegalStateException("no luck");
            });
    private final Settings settings = Settings.of(Map.of("SOLITON_HUB", "test", "SOLITON_MAX_PAYLOAD", "2000"));
    private final Storage storage =
            new Storage(store, queue, new Payloads(new InMemoryPayloadStore(), HttpFunctionsTest::id, 2000));
    private final OrchestrationClient client = new OrchestrationClient(
            storage, new InMemoryInstanceCatalog(rows), registry, clock, HttpFunctionsTest::id, new NoWaits());
    private final Engine engine = new Engine(
            storage,
            new InMemoryWorkerStore(clock),
            new EngineExecutors(registry, new ForkJoinPool(1), new ForkJoinPool(1), neverRuns -> {}),
            new TimeAndIds(clock, HttpFunctionsTest::id, new NoWaits()),
            new EngineLimits(1_000, Duration.ofMinutes(1), Duration.ofMinutes(10)));
    private final StartFunctions starts = new StartFunctions(() -> objects(settings));
    private final ExecutionContext invocation = mock();
    private final List<String> logged = new ArrayList<>();

    private AppObjects objects(Settings of) {
        return new GraphBuilder(client, storage, clock)
                .settings(of)
                .engine(engine)
                .build();
    }

    private static String id() {
        return UUID.randomUUID().toString();
    }

    @BeforeEach
    void logger() {
        Logger logger = Logger.getAnonymousLogger();
        logger.setUseParentHandlers(false);
        logger.addHandler(new Handler() {
            @Override
            public void publish(LogRecord line) {
                logged.add(line.getLevel() + " " + line.getMessage());
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        });
        when(invocation.getLogger()).thenReturn(logger);
        when(invocation.getInvocationId()).thenReturn("invocation-7");
    }

    private static FakeRequest post(@Nullable String body) {
        return new FakeRequest(ORIGIN + "/api/orchestrators/Job/a%20b", body);
    }

    private HttpResponseMessage startSingle(FakeRequest request, String id) {
        return starts.startSingle(request, "Job", id, invocation);
    }

    private HttpResponseMessage get(FakeRequest request, String id) {
        return new InstanceFunctions(() -> objects(settings)).get(request, id, invocation);
    }

    private static FakeRequest get() {
        return new FakeRequest(ORIGIN + "/api/instances/x", null);
    }

    private static JsonNode body(HttpResponseMessage response) {
        assertThat(response.getHeader("Content-Type")).isEqualTo("application/json; charset=utf-8");
        try {
            return new ObjectMapper().readTree((String) response.getBody());
        } catch (JsonProcessingException notJson) {
            throw new AssertionError(notJson);
        }
    }

    private static List<String> fields(JsonNode object) {
        List<String> names = new ArrayList<>();
        object.fieldNames().forEachRemaining(names::add);
        return names;
    }

    @Test
    void startAnswers202WithAllTheUris() {
        HttpResponseMessage response = startSingle(post("{\"x\":1}"), "a b");
        assertThat(response.getStatusCode()).isEqualTo(202);
        JsonNode body = body(response);
        String instance = ORIGIN + "/api/instances/a%20b";
        assertThat(fields(body))
                .containsExactly(
                        "id",
                        "statusQueryGetUri",
                        "sendEventPostUri",
                        "terminatePostUri",
                        "suspendPostUri",
                        "resumePostUri",
                        "rewindPostUri",
                        "purgeHistoryDeleteUri",
                        "restartPostUri",
                        "executionId",
                        "outcome");
        assertThat(body.get("id").textValue()).isEqualTo("a b");
        assertThat(body.get("statusQueryGetUri").textValue()).isEqualTo(instance);
        assertThat(body.get("sendEventPostUri").textValue()).isEqualTo(instance + "/raiseEvent/{eventName}");
        assertThat(body.get("terminatePostUri").textValue()).isEqualTo(instance + "/terminate?reason={text}");
        assertThat(body.get("suspendPostUri").textValue()).isEqualTo(instance + "/suspend?reason={text}");
        assertThat(body.get("resumePostUri").textValue()).isEqualTo(instance + "/resume?reason={text}");
        assertThat(body.get("rewindPostUri").textValue()).isEqualTo(instance + "/rewind?reason={text}");
        assertThat(body.get("purgeHistoryDeleteUri").textValue()).isEqualTo(instance);
        assertThat(body.get("restartPostUri").textValue()).isEqualTo(instance + "/restart");
        assertThat(body.get("outcome").textValue()).isEqualTo("started");
        assertThat(response.getHeader("Location")).isEqualTo(instance);
        assertThat(response.getHeader("Retry-After")).isEqualTo("10");
        assertThat(logged)
                .containsExactly("INFO started instanceId=\"a b\" executionId=\""
                        + body.get("executionId").textValue() + "\" orchestrator=\"Job\"");
    }

    @Test
    void startWithoutIdMakesARandomOne() {
        FakeRequest request = new FakeRequest(ORIGIN + "/api/orchestrators/Job", null);
        HttpResponseMessage response = starts.start(request, "Job", invocation);
        String id = body(response).get("id").textValue();
        assertThat(UUID.fromString(id)).isNotNull();
        assertThat(response.getHeader("Location")).isEqualTo(ORIGIN + "/api/instances/" + id);
    }

    @Test
    void secondStartAnswers409WithTheHoldersStatus() {
        JsonNode first = body(startSingle(post("{\"x\":1}"), "one"));
        HttpResponseMessage response = startSingle(post(null), "one");
        assertThat(response.getStatusCode()).isEqualTo(409);
        JsonNode body = body(response);
        assertThat(body.get("Message").textValue()).isEqualTo("An instance with ID 'one' already exists.");
        assertThat(body.get("outcome").textValue()).isEqualTo("rejected");
        JsonNode existing = body.get("existing");
        assertThat(existing.get("runtimeStatus").textValue()).isEqualTo("Pending");
        assertThat(existing.get("executionId")).isEqualTo(first.get("executionId"));
        assertThat(fields(existing)).doesNotContain("input", "output");
        assertThat(logged.get(1))
                .startsWith("INFO rejected instanceId=\"one\" executionId=")
                .contains("Pending");
    }

    @Test
    void keyGoesIntoUrisOnlyIfItWasInTheQuery() {
        JsonNode byQuery = body(startSingle(post(null).query("code", "s/e=c"), "by-query"));
        assertThat(byQuery.get("statusQueryGetUri").textValue())
                .isEqualTo(ORIGIN + "/api/instances/by-query?code=s%2Fe%3Dc");
        assertThat(byQuery.get("terminatePostUri").textValue()).endsWith("/terminate?reason={text}&code=s%2Fe%3Dc");
        JsonNode byHeader = body(startSingle(post(null).header("x-functions-key", "secret"), "by-header"));
        assertThat(byHeader.toString()).doesNotContain("secret");
    }

    @Test
    void forwardedHeadersAreTrustedOnlyIfASettingSaysSo() {
        FakeRequest request =
                post(null).header("x-forwarded-proto", "https").header("x-forwarded-host", "app.example, inner");
        assertThat(body(startSingle(request, "untrusted"))
                        .get("statusQueryGetUri")
                        .textValue())
                .startsWith(ORIGIN);
        Settings trust = Settings.of(Map.of("SOLITON_HUB", "test", "SOLITON_TRUST_FORWARDED_HEADERS", "true"));
        StartFunctions trusting = new StartFunctions(() -> objects(trust));
        HttpResponseMessage response = trusting.startSingle(request, "Job", "trusted", invocation);
        assertThat(body(response).get("statusQueryGetUri").textValue())
                .isEqualTo("https://app.example/api/instances/trusted");
    }

    @Test
    void otherRoutePrefixIsKept() {
        FakeRequest request = new FakeRequest("https://host/my/prefix/Orchestrators/Job/x", null);
        assertThat(body(startSingle(request, "x")).get("statusQueryGetUri").textValue())
                .isEqualTo("https://host/my/prefix/instances/x");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{", "nope", "1 2", " ", "{\"a\":1}]", "\"\\ud8\""})
    void bodyThatIsNotJsonAnswers400(String text) {
        HttpResponseMessage response = startSingle(post(text), "x");
        assertThat(response.getStatusCode()).isEqualTo(400);
        assertThat(body(response).get("Message").textValue())
                .startsWith("The body is not JSON")
                .doesNotContain("REDACTED", "Source");
        assertThat(queue.messages()).isEmpty();
    }

    @Test
    void bodyNestedTooDeepAnswers400() {
        assertThat(startSingle(post("[".repeat(1500)), "x").getStatusCode()).isEqualTo(400);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a/b", "a#b", "@a", "..", "a\tb"})
    void impossibleIdAnswers400(String id) {
        HttpResponseMessage response = startSingle(post(null), id);
        assertThat(response.getStatusCode()).isEqualTo(400);
        assertThat(body(response).get("Message").textValue()).startsWith("An instance ID");
        assertThat(get(get(), id).getStatusCode()).isEqualTo(400);
    }

    @Test
    void unknownOrchestratorAnswers404() {
        HttpResponseMessage response = starts.startSingle(post(null), "Nobody", "x", invocation);
        assertThat(response.getStatusCode()).isEqualTo(404);
        assertThat(body(response).get("Message").textValue()).contains("'Nobody'");
    }

    @Test
    void chunkedBodyAnswers411AndDoesNothing() {
        HttpResponseMessage response = startSingle(post(null).header("transfer-encoding", "chunked"), "x");
        assertThat(response.getStatusCode()).isEqualTo(411);
        assertThat(body(response).get("Message").textValue()).contains("Content-Length");
        assertThat(queue.messages()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"x,1998,202", "x,1999,413", "€,666,202", "€,667,413"})
    void bodyOverTheLimitAnswers413AndNamesIt(String character, int count, int expected) {
        HttpResponseMessage response = startSingle(post("\"" + character.repeat(count) + "\""), "x");
        assertThat(response.getStatusCode()).isEqualTo(expected);
        if (expected == 413) {
            assertThat(body(response).get("Message").textValue()).contains("2000", "SOLITON_MAX_PAYLOAD");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "idReusePolicy, always",
        "idConflictPolicy, replace",
        "delay, tomorrow",
        "delay, -PT1S",
        "delay, PT99999999999999H",
        "startAt, noon",
        "startAt, +10000-01-01T00:00:00Z",
        "timeout, 0",
        "timeout, 231",
        "timeout, soon",
        "pollingInterval, 1",
        "returnInternalServerErrorOnFailure, 1"
    })
    void parameterThatCannotBeAnswers400AndStartsNothing(String name, String value) {
        HttpResponseMessage response = startSingle(post(null).query(name, value), "x");
        assertThat(response.getStatusCode()).isEqualTo(400);
        assertThat(body(response).get("Message").textValue()).containsAnyOf(name, "year 10000");
        assertThat(queue.messages()).isEmpty();
        assertThat(get(get(), "x").getStatusCode()).isEqualTo(404);
    }

    @Test
    void parametersThatDoNotGoTogetherAnswer400AndStartNothing() {
        FakeRequest both = post(null).query("delay", "PT1S").query("startAt", "2031-01-01T00:00:00Z");
        assertThat(startSingle(both, "x").getStatusCode()).isEqualTo(400);
        FakeRequest longer = post(null).query("timeout", "5").query("pollingInterval", "6");
        assertThat(startSingle(longer, "x").getStatusCode()).isEqualTo(400);
        assertThat(queue.messages()).isEmpty();
    }

    @Test
    void callerWhoWaitsGetsTheOutputAlone() {
        onPause = this::runAll;
        FakeRequest request = post("{\"n\":1.50}").query("timeout", "10");
        HttpResponseMessage done = starts.startSingle(request, "Echo", "x", invocation);
        assertThat(done.getStatusCode()).isEqualTo(200);
        assertThat(body(done).toString()).isEqualTo("{\"n\":1.5}");
        HttpResponseMessage nothing = startSingle(post(null).query("timeout", "10"), "nothing");
        assertThat(nothing.getBody()).isEqualTo("null");
    }

    @Test
    void callerWhoWaitsGetsTheStatusOfWhatFailed() {
        onPause = this::runAll;
        FakeRequest request = post(null).query("timeout", "10");
        HttpResponseMessage failed = starts.startSingle(request, "Fail", "x", invocation);
        assertThat(failed.getStatusCode()).isEqualTo(200);
        assertThat(body(failed).get("runtimeStatus").textValue()).isEqualTo("Failed");
        FakeRequest strict = post(null).query("timeout", "10").query("returnInternalServerErrorOnFailure", "true");
        assertThat(starts.startSingle(strict, "Fail", "y", invocation).getStatusCode())
                .isEqualTo(500);
    }

    @Test
    void callerWhoseTimeIsUpGetsTheUris() {
        FakeRequest request = post(null).query("timeout", "10").query("pollingInterval", "4");
        HttpResponseMessage response = startSingle(request, "x");
        assertThat(response.getStatusCode()).isEqualTo(202);
        assertThat(body(response).get("outcome").textValue()).isEqualTo("started");
        assertThat(pauses).allMatch(pause -> pause.compareTo(Duration.ofSeconds(4)) <= 0);
        assertThat(pauses.stream().reduce(Duration.ZERO, Duration::plus)).isEqualTo(Duration.ofSeconds(10));
        assertThat(startSingle(request, "x").getStatusCode()).isEqualTo(409);
    }

    @ParameterizedTest
    @CsvSource({
        "rejectDuplicate, Echo, 409",
        "rejectDuplicate, Fail, 409",
        "allowDuplicate, Echo, 202",
        "ALLOWDUPLICATE, Fail, 202",
        "allowDuplicateFailedOnly, Echo, 409",
        "allowDuplicateFailedOnly, Fail, 202"
    })
    void finishedHolderIsReplacedIfThePolicyAllows(String policy, String holder, int expected) {
        starts.startSingle(post(null), holder, "x", invocation);
        runAll();
        HttpResponseMessage response = startSingle(post(null).query("idReusePolicy", policy), "x");
        assertThat(response.getStatusCode()).isEqualTo(expected);
        assertThat(body(response).get("outcome").textValue()).isEqualTo(expected == 202 ? "started" : "rejected");
    }

    @ParameterizedTest
    @CsvSource({"fail, 409, rejected", "useExisting, 202, attached"})
    void holderThatIsNotFinishedMeetsTheConflictPolicy(String policy, int expected, String outcome) {
        JsonNode first = body(startSingle(post(null), "x"));
        HttpResponseMessage response = startSingle(post(null).query("idConflictPolicy", policy), "x");
        assertThat(response.getStatusCode()).isEqualTo(expected);
        assertThat(body(response).get("outcome").textValue()).isEqualTo(outcome);
        if (expected == 202) {
            assertThat(body(response).get("executionId")).isEqualTo(first.get("executionId"));
        }
    }

    @Test
    void policiesOfTheAppHoldWhereARequestNamesNone() {
        Settings settings = Settings.of(Map.of(
                "SOLITON_HUB",
                "test",
                "SOLITON_ID_REUSE_POLICY",
                "allowDuplicate",
                "SOLITON_ID_CONFLICT_POLICY",
                "useExisting"));
        StartFunctions lenient = new StartFunctions(() -> objects(settings));
        lenient.startSingle(post(null), "Echo", "x", invocation);
        assertThat(body(lenient.startSingle(post(null), "Echo", "x", invocation))
                        .get("outcome")
                        .textValue())
                .isEqualTo("attached");
        runAll();
        assertThat(body(lenient.startSingle(post(null), "Echo", "x", invocation))
                        .get("outcome")
                        .textValue())
                .isEqualTo("started");
        FakeRequest strict = post(null).query("idConflictPolicy", "fail");
        assertThat(lenient.startSingle(strict, "Echo", "x", invocation).getStatusCode())
                .isEqualTo(409);
    }

    @Test
    void idempotencyKeyGetsTheFirstAnswerAgainAndRefusesAnotherInput() {
        HttpResponseMessage first = startSingle(post("1").header("idempotency-key", "k"), "x");
        runAll();
        HttpResponseMessage again = startSingle(post("1").header("idempotency-key", "k"), "x");
        assertThat(again.getStatusCode()).isEqualTo(202);
        assertThat(body(again)).isEqualTo(body(first));
        HttpResponseMessage other = startSingle(post("2").header("idempotency-key", "k"), "x");
        assertThat(other.getStatusCode()).isEqualTo(422);
        assertThat(body(other).get("Message").textValue()).contains("Idempotency-Key");
        assertThat(startSingle(post("1").header("idempotency-key", "other"), "x")
                        .getStatusCode())
                .isEqualTo(409);
    }

    @Test
    void idempotencyKeyWithoutAnIdLeadsToTheSameInstance() {
        FakeRequest request = new FakeRequest(ORIGIN + "/api/orchestrators/Job", null).header("idempotency-key", "k");
        JsonNode first = body(starts.start(request, "Job", invocation));
        assertThat(body(starts.start(request, "Job", invocation))).isEqualTo(first);
        assertThat(body(starts.start(request, "Echo", invocation)).get("id")).isNotEqualTo(first.get("id"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "ü", "a\tb"})
    void idempotencyKeyThatCannotBeAnswers400(String key) {
        HttpResponseMessage response = startSingle(post(null).header("idempotency-key", key), "x");
        assertThat(response.getStatusCode()).isEqualTo(400);
        assertThat(body(response).get("Message").textValue()).contains("Idempotency-Key", "256");
        assertThat(startSingle(post(null).header("idempotency-key", "k".repeat(257)), "x")
                        .getStatusCode())
                .isEqualTo(400);
    }

    private HttpResponseMessage signal(FakeRequest request, String id) {
        return starts.raiseOrStart(request, "Job", id, "go", invocation);
    }

    @Test
    void eventStartsTheInstanceThatIsNotThereAndGoesToTheOneThatIs() {
        HttpResponseMessage first = signal(post("1").query("eventId", "e"), "x");
        assertThat(first.getStatusCode()).isEqualTo(202);
        assertThat(body(first).get("outcome").textValue()).isEqualTo("started");
        assertThat(body(first).get("statusQueryGetUri").textValue()).isEqualTo(ORIGIN + "/api/instances/x");
        HttpResponseMessage second = signal(post("2"), "x");
        assertThat(body(second).get("outcome").textValue()).isEqualTo("attached");
        assertThat(body(second).get("executionId")).isEqualTo(body(first).get("executionId"));
        assertThat(rows.loadWithoutJournal("x").inbox()).hasSize(2);
        runAll();
        assertThat(signal(post("3"), "x").getStatusCode()).isEqualTo(409);
        assertThat(body(signal(post("3").query("idReusePolicy", "allowDuplicate"), "x"))
                        .get("outcome")
                        .textValue())
                .isEqualTo("started");
    }

    @Test
    void startWithAnEventThatCannotBeAnswers4xxAndDoesNothing() {
        assertThat(signal(post("{"), "x").getStatusCode()).isEqualTo(400);
        assertThat(signal(post(null), "a/b").getStatusCode()).isEqualTo(400);
        assertThat(signal(post(null).query("idConflictPolicy", "fail"), "x").getStatusCode())
                .isEqualTo(400);
        assertThat(signal(post(null).query("eventId", "e").header("idempotency-key", "k"), "x")
                        .getStatusCode())
                .isEqualTo(400);
        assertThat(signal(post(null).header("transfer-encoding", "chunked"), "x")
                        .getStatusCode())
                .isEqualTo(411);
        assertThat(starts.raiseOrStart(post(null), "Nobody", "x", "go", invocation)
                        .getStatusCode())
                .isEqualTo(404);
        assertThat(queue.messages()).isEmpty();
        assertThat(rows.findRow("x")).isEmpty();
    }

    private HttpResponseMessage restart(String id, @Nullable String withNewId) {
        FakeRequest request = new FakeRequest(ORIGIN + "/api/instances/" + id + "/restart", null);
        if (withNewId != null) {
            request.query("restartWithNewInstanceId", withNewId);
        }
        return starts.restart(request, id, invocation);
    }

    @Test
    void restartUnderANewIdTakesOrchestratorAndInput() {
        starts.startSingle(post("{\"n\":1}"), "Echo", "x", invocation);
        for (int round = 0; round < 2; round++) {
            HttpResponseMessage response = restart("x", round == 0 ? null : "true");
            assertThat(response.getStatusCode()).isEqualTo(202);
            String id = body(response).get("id").textValue();
            assertThat(UUID.fromString(id)).isNotNull();
            assertThat(response.getHeader("Location")).isEqualTo(ORIGIN + "/api/instances/" + id);
            runAll();
            JsonNode status = body(get(get(), id));
            assertThat(status.get("name").textValue()).isEqualTo("Echo");
            assertThat(status.get("output").toString()).isEqualTo("{\"n\":1}");
        }
    }

    @Test
    void restartUnderTheSameIdNeedsAnEnd() {
        assertThat(restart("x", "false").getStatusCode()).isEqualTo(404);
        assertThat(restart("x", null).getStatusCode()).isEqualTo(404);
        assertThat(restart("x", "maybe").getStatusCode()).isEqualTo(400);
        starts.startSingle(post("7"), "Echo", "x", invocation);
        HttpResponseMessage refused = restart("x", "false");
        assertThat(refused.getStatusCode()).isEqualTo(409);
        String first = body(refused).at("/existing/executionId").textValue();
        runAll();
        HttpResponseMessage response = restart("x", "false");
        assertThat(response.getStatusCode()).isEqualTo(202);
        assertThat(body(response).get("id").textValue()).isEqualTo("x");
        assertThat(body(response).get("executionId").textValue()).isNotEqualTo(first);
        runAll();
        assertThat(body(get(get(), "x")).get("output").toString()).isEqualTo("7");
    }

    /** The limit was higher when the instance was started. */
    @Test
    void restartWithAnInputThatIsTooLargeByNowIsRefused() {
        Storage before =
                new Storage(store, queue, new Payloads(new InMemoryPayloadStore(), HttpFunctionsTest::id, 4000));
        new OrchestrationClient(
                        before,
                        new InMemoryInstanceCatalog(rows),
                        registry,
                        clock,
                        HttpFunctionsTest::id,
                        new NoWaits())
                .start(new StartRequest("Job", "x", "\"" + "x".repeat(3_000) + "\""));
        HttpResponseMessage refused = restart("x", null);
        assertThat(refused.getStatusCode()).isEqualTo(413);
        OpenApiDocument.served()
                .check("POST", "/instances/x/restart", 413, body(refused).toString());
    }

    @Test
    void statusShowsAllFieldsInOrder() {
        startSingle(post("{\"n\":1.50}"), "x");
        HttpResponseMessage response = get(get(), "x");
        assertThat(response.getStatusCode()).isEqualTo(202);
        assertThat(response.getHeader("Retry-After")).isEqualTo("5");
        assertThat(response.getHeader("Location")).isEqualTo(ORIGIN + "/api/instances/x");
        JsonNode body = body(response);
        assertThat(fields(body))
                .containsExactly(
                        "name",
                        "instanceId",
                        "runtimeStatus",
                        "input",
                        "customStatus",
                        "output",
                        "createdTime",
                        "lastUpdatedTime",
                        "executionId",
                        "owner",
                        "reason",
                        "scheduledStart",
                        "parent",
                        "waitingFor",
                        "codeVersion");
        assertThat(body.get("createdTime").textValue()).isEqualTo("2030-01-02T03:04:05Z");
        assertThat((String) response.getBody()).contains("\"input\":{\"n\":1.50}");
    }

    @Test
    void statusSaysWhatTheInstanceWaitsFor() throws JsonProcessingException {
        registry.orchestrator("Wait", () -> context -> {
            context.waitForExternalEvent("cancel");
            return context.waitForExternalEvent("approve", Duration.ofHours(1)).await();
        });
        starts.startSingle(post(null), "Wait", "x", invocation);
        assertThat(body(get(get(), "x")).get("waitingFor").isNull()).isTrue();
        client.raiseEvent("x", "junk", null, null);
        runAll();
        assertThat(body(get(get(), "x")).get("waitingFor"))
                .isEqualTo(
                        new ObjectMapper()
                                .readTree(
                                        """
                                        {"events": ["cancel", "approve"], "timers": ["2030-01-02T04:04:05.678Z"],
                                         "activities": [], "subOrchestrations": [], "unclaimedEvents": 1,
                                         "unclaimedCharacters": 0, "more": false}
                                        """));
    }

    @Test
    void statusOfADelayedInstanceSaysWhenItIsToBegin() {
        startSingle(post(null).query("startAt", "2031-01-01T00:00:00.9Z"), "x");
        JsonNode body = body(get(get(), "x"));
        assertThat(body.get("runtimeStatus").textValue()).isEqualTo("Pending");
        assertThat(body.get("scheduledStart").textValue()).isEqualTo("2031-01-01T00:00:00Z");
    }

    @Test
    void statusLeavesTheInputOutOnRequest() {
        startSingle(post("{\"n\":1}"), "x");
        assertThat(body(get(get().query("showInput", "FALSE"), "x"))
                        .get("input")
                        .isNull())
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"showInput", "showHistory", "showHistoryOutput", "returnInternalServerErrorOnFailure"})
    void flagThatIsNeitherTrueNorFalseAnswers400AndNamesIt(String name) {
        HttpResponseMessage response = get(get().query(name, "maybe"), "x");
        assertThat(response.getStatusCode()).isEqualTo(400);
        assertThat(body(response).get("Message").textValue()).contains(name, "maybe");
    }

    private void runAll() {
        while (queue.receive().map(this::run).orElse(false)) {
            // Until no message is visible.
        }
    }

    private boolean run(InMemoryWorkQueue.Delivery delivery) {
        engine.process(delivery.message(), new InstanceLog(Logger.getAnonymousLogger()));
        queue.delete(delivery);
        return true;
    }

    @Test
    void historyIsShownOnlyIfAskedForWithTheDetailAskedFor() {
        starts.startSingle(post("{\"n\":1.50}"), "Echo", "x", invocation);
        runAll();
        assertThat(body(get(get(), "x")).has("historyEvents")).isFalse();
        FakeRequest request = get().query("showHistory", "true");
        JsonNode plain = body(get(request, "x"));
        assertThat(fields(plain)).last().isEqualTo("historyEvents");
        JsonNode started = plain.at("/historyEvents/0");
        assertThat(fields(started)).containsExactly("EventType", "Timestamp", "FunctionName", "Input");
        assertThat(started.get("EventType").textValue()).isEqualTo("ExecutionStarted");
        assertThat(started.get("Timestamp").textValue()).isEqualTo("2030-01-02T03:04:05.678Z");
        assertThat(started.get("FunctionName").textValue()).isEqualTo("Echo");
        assertThat(started.get("Input").toString()).isEqualTo("{\"n\":1.5}");
        JsonNode ended = plain.at("/historyEvents/1");
        assertThat(fields(ended)).containsExactly("EventType", "Timestamp", "OrchestrationStatus");
        JsonNode whole = body(get(request.query("showHistoryOutput", "true").query("showInput", "false"), "x"));
        assertThat(fields(whole.at("/historyEvents/0"))).doesNotContain("Input");
        assertThat(whole.at("/historyEvents/1/Result").toString()).isEqualTo("{\"n\":1.5}");
        assertThat(whole.get("input").isNull()).isTrue();
        assertThat(get(request, "unknown").getStatusCode()).isEqualTo(404);
    }

    @Test
    void placeInAHistoryThatWasNeverGivenAnswers400() {
        startSingle(post(null), "x");
        FakeRequest request = get().query("showHistory", "true").header("x-ms-continuation-token", "nonsense");
        assertThat(get(request, "x").getStatusCode()).isEqualTo(400);
    }

    @Test
    void historyOfWhatHasNotBegunIsEmpty() {
        startSingle(post(null), "x");
        HttpResponseMessage response = get(get().query("showHistory", "true"), "x");
        assertThat(response.getStatusCode()).isEqualTo(202);
        assertThat(body(response).get("historyEvents").toString()).isEqualTo("[]");
    }

    @Test
    void otherExecutionThanThePresentOneAnswers404ThatSaysSo() {
        String execution = body(startSingle(post(null), "x")).get("executionId").textValue();
        assertThat(get(get().query("executionId", execution), "x").getStatusCode())
                .isEqualTo(202);
        for (String history : List.of("true", "false")) {
            HttpResponseMessage other = get(get().query("executionId", "other").query("showHistory", history), "x");
            assertThat(other.getStatusCode()).isEqualTo(404);
            assertThat(body(other).get("Message").textValue()).contains("'other'", "'" + execution + "'");
        }
    }

    @Test
    void locationOfAStatusKeepsItsParameters() {
        startSingle(post(null), "x");
        FakeRequest request =
                new FakeRequest(ORIGIN + "/api/instances/x?showInput=false&code=s%2Fe", null).query("code", "s/e");
        assertThat(get(request, "x").getHeader("Location"))
                .isEqualTo(ORIGIN + "/api/instances/x?showInput=false&code=s%2Fe");
    }

    @Test
    void endedInstanceAnswers200AndAFailedOne500OnlyOnRequest() {
        startSingle(post(null), "good");
        starts.startSingle(post(null), "Fail", "bad", invocation);
        runAll();
        FakeRequest strict = get().query("returnInternalServerErrorOnFailure", "true");
        for (String id : List.of("good", "bad")) {
            HttpResponseMessage response = get(get(), id);
            assertThat(response.getStatusCode()).isEqualTo(200);
            assertThat(response.getHeader("Location")).isNull();
            assertThat(response.getHeader("Retry-After")).isNull();
        }
        assertThat(get(strict, "good").getStatusCode()).isEqualTo(200);
        HttpResponseMessage failed = get(strict, "bad");
        assertThat(failed.getStatusCode()).isEqualTo(500);
        assertThat(body(failed).get("runtimeStatus").textValue()).isEqualTo("Failed");
        assertThat(body(failed).get("output").textValue()).isEqualTo("java.lang.IllegalStateException: no luck");
    }

    @Test
    void unknownInstanceAnswers404() {
        HttpResponseMessage response = get(get(), "x");
        assertThat(response.getStatusCode()).isEqualTo(404);
        assertThat(body(response).get("Message").textValue()).isEqualTo("There is no instance with ID 'x'.");
    }

    @Test
    void storageThatFailsAnswers503WithoutATrace() {
        store.plan(Fault.LOST_REQUEST, Fault.LOST_REQUEST);
        HttpResponseMessage start = startSingle(post(null), "x");
        assertThat(start.getStatusCode()).isEqualTo(503);
        assertThat(start.getHeader("Retry-After")).isEqualTo("5");
        assertThat(body(start).get("Message").textValue()).contains("Nothing was started");
        assertThat(get(get(), "x").getStatusCode()).isEqualTo(503);
        assertThat(logged).allSatisfy(line -> assertThat(line).startsWith("SEVERE"));
    }

    @Test
    void startWhoseOutcomeIsUnknownAnswers503AndSaysThatARetryIsSafe() {
        store.plan(Fault.NONE);
        for (int call = 0; call < 10; call++) {
            store.plan(Fault.LOST_REQUEST);
        }
        HttpResponseMessage response = startSingle(post(null), "x");
        assertThat(response.getStatusCode()).isEqualTo(503);
        assertThat(body(response).get("Message").textValue()).contains("at most one is started");
    }

    @Test
    void badSettingAnswers500ThatNamesIt() {
        Supplier<AppObjects> unusable = () -> AppObjects.of(Map.of("SOLITON_HUB", "NOT USABLE"));
        for (HttpResponseMessage response : List.of(
                new StartFunctions(unusable).startSingle(post(null), "Job", "x", invocation),
                new InstanceFunctions(unusable).get(get(), "x", invocation),
                new InstanceFunctions(() -> AppObjects.of(Map.of("SOLITON_HUB", "test")))
                        .get(get(), "x", invocation))) {
            assertThat(response.getStatusCode()).isEqualTo(500);
            assertThat(body(response).get("Message").textValue())
                    .startsWith("The app is not set up: ")
                    .containsAnyOf("SOLITON_HUB", "AzureWebJobsStorage");
        }
    }

    @Test
    void bugAnswers500ThatNamesTheInvocation() {
        store.beforeNext("find", () -> {
            throw new IllegalStateException("a bug");
        });
        HttpResponseMessage response = get(get(), "x");
        assertThat(response.getStatusCode()).isEqualTo(500);
        assertThat(body(response).get("Message").textValue())
                .contains("invocation-7")
                .doesNotContain("bug");
        assertThat(logged.get(0)).contains("a bug");
    }

    /** Lets time pass where somebody pauses, and waits for nothing. */
    private final class NoWaits implements Waits {
        @Override
        public void pause(Duration time) {
            pauses.add(time);
            clock.advance(time);
            onPause.run();
        }

        @Override
        public Duration elapsed() {
            return Duration.between(Instant.EPOCH, clock.instant());
        }

        @Override
        public <T> @Nullable T take(BlockingQueue<T> answers, Duration limit) {
            return answers.poll();
        }
    }
}
