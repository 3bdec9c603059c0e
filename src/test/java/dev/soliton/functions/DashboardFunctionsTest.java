package dev.soliton.functions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.microsoft.azure.functions.ExecutionContext;
import com.microsoft.azure.functions.HttpMethod;
import com.microsoft.azure.functions.HttpResponseMessage;
import dev.soliton.client.ClientFixture;
import dev.soliton.client.HoldingReader;
import dev.soliton.orchestration.OrchestratorDescription;
import dev.soliton.store.ForwardingInstanceStore;
import dev.soliton.store.InMemorySweepMark;
import dev.soliton.store.InMemoryWorkerStore;
import dev.soliton.store.Partition;
import dev.soliton.store.QueueLevels;
import dev.soliton.store.RuntimeStatus;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What stands behind the statuses: who holds an ID, what can be started, and how the hub is. */
final class DashboardFunctionsTest {
    private static final String API = "http://localhost:7071/api";

    private final ClientFixture hub = new ClientFixture();
    private final InMemoryWorkerStore workers = new InMemoryWorkerStore(hub.clock);
    private final InMemorySweepMark sweeps = new InMemorySweepMark(hub.clock);
    private final Levels levels = new Levels();
    private final AppObjects objects = GraphBuilder.of(hub)
            .settings(Settings.of(Map.of("SOLITON_HUB", "test", "SOLITON_UI_OPERATORS", "ann@example.org")))
            .limits(100_000, Duration.ofMinutes(10))
            .dashboard(workers, levels, sweeps)
            .build();
    private final DashboardFunctions dashboard = new DashboardFunctions(() -> objects);
    private final StartFunctions starts = new StartFunctions(() -> objects);
    private final InstanceFunctions instances = new InstanceFunctions(() -> objects);
    private final ExecutionContext invocation = mock();

    private static final class Levels implements QueueLevels {
        long waiting;
        long poisoned;

        @Nullable
        Instant oldest;

        int requests;

        @Override
        public long waiting() {
            requests++;
            return waiting;
        }

        @Override
        public Optional<Instant> oldestSince() {
            requests++;
            return Optional.ofNullable(oldest);
        }

        @Override
        public long poisoned() {
            requests++;
            return poisoned;
        }
    }

    @BeforeEach
    void logger() {
        Logger logger = Logger.getAnonymousLogger();
        logger.setUseParentHandlers(false);
        when(invocation.getLogger()).thenReturn(logger);
        hub.registry.orchestrator("Job", () -> context -> null).internal("Part", () -> context -> null);
    }

    private static FakeRequest get(String path) {
        return new FakeRequest(API + path, null).method(HttpMethod.GET);
    }

    private static FakeRequest post(String path, @Nullable String body) {
        return new FakeRequest(API + path, body);
    }

    /** The body of an answer that is as the description of the API says. */
    private static JsonNode body(HttpResponseMessage response, String path, int code) {
        String text = (String) response.getBody();
        assertThat(response.getStatusCode()).as(text).isEqualTo(code);
        OpenApiDocument.served().check("GET", path, code, text);
        try {
            return new ObjectMapper().readTree(text);
        } catch (IOException notJson) {
            throw new UncheckedIOException(notJson);
        }
    }

    private JsonNode holding(String id) {
        String path = "/instances/" + id + "/holding";
        return body(dashboard.holding(get(path), id, invocation), path, 200);
    }

    private void raise(String id, String name, String payload) {
        assertThat(instances
                        .raiseEvent(post("/instances/" + id, payload), id, name, invocation)
                        .getStatusCode())
                .isEqualTo(202);
        hub.clock.advance(Duration.ofSeconds(1));
    }

    @Test
    void holdingOfAnIdThatNobodyHoldsIsA404() {
        JsonNode body =
                body(dashboard.holding(get("/instances/x/holding"), "x", invocation), "/instances/x/holding", 404);
        assertThat(body.get("Message").textValue()).contains("'x'");
    }

    @Test
    void holdingOfAnInstanceThatNobodyWorksOnHasNoOwner() {
        hub.begin("x", "run-1");
        JsonNode body = holding("x");
        assertThat(body.get("instanceId").textValue()).isEqualTo("x");
        assertThat(body.get("name").textValue()).isEqualTo("Job");
        assertThat(body.get("runtimeStatus").textValue()).isEqualTo("Pending");
        assertThat(body.get("executionId").textValue()).isEqualTo("run-1");
        assertThat(body.get("createdAt").textValue()).isEqualTo("2030-01-01T00:00:00Z");
        assertThat(body.get("gate").booleanValue()).isTrue();
        for (String none : List.of("owner", "claimedAt", "nextDue", "startAt", "reason", "following", "parent")) {
            assertThat(body.get(none).isNull()).as(none).isTrue();
        }
        assertThat(body.get("inbox")).isEmpty();
        assertThat(body.get("inboxMore").booleanValue()).isFalse();
        assertThat(body.get("strikes").intValue()).isZero();
    }

    @Test
    void holdingSaysSinceWhenTheOwnerHasItAndWhetherTheOwnerLives() {
        hub.begin("x", "run-1");
        workers.register("worker-1", Duration.ofSeconds(20));
        hub.clock.advance(Duration.ofSeconds(5));
        hub.own("x", "worker-1");
        JsonNode body = holding("x");
        assertThat(body.get("claimedAt").textValue()).isEqualTo("2030-01-01T00:00:05Z");
        assertThat(body.get("fence").longValue())
                .isEqualTo(Instant.parse("2030-01-01T00:00:05Z").toEpochMilli());
        assertThat(body.get("owner").toString())
                .isEqualTo("{\"id\":\"worker-1\",\"life\":\"alive\",\"since\":\"2030-01-01T00:00:00Z\"}");

        workers.expireAll();
        assertThat(holding("x").get("owner").toString())
                .isEqualTo("{\"id\":\"worker-1\",\"life\":\"vanished\",\"since\":null}");
        assertThat(workers.tryDeclareDead("worker-1")).isTrue();
        assertThat(holding("x").get("owner").toString())
                .isEqualTo("{\"id\":\"worker-1\",\"life\":\"vanished\",\"since\":\"2030-01-01T00:00:05Z\"}");
        workers.remove("worker-1");
        assertThat(holding("x").get("owner").toString())
                .isEqualTo("{\"id\":\"worker-1\",\"life\":\"vanished\",\"since\":null}");
    }

    @Test
    void ownerThatStoppedAndLeftWorkBehindHasLeft() {
        hub.begin("x", "run-1");
        String lease = workers.register("worker-1", Duration.ofSeconds(20));
        hub.own("x", "worker-1");
        workers.markDrained("worker-1", lease);
        assertThat(holding("x").at("/owner/life").textValue()).isEqualTo("left");
    }

    @Test
    void runThatFollowsIsShownWithItsInputAndTheExecutionThatItWillBe() {
        hub.begin("x", "run-1");
        HttpResponseMessage queued = starts.startSingle(
                post("/orchestrators/Job/x", "{\"n\":1.50}").query("idConflictPolicy", "runAfter"),
                "Job",
                "x",
                invocation);
        assertThat(queued.getStatusCode()).isEqualTo(202);
        JsonNode following = holding("x").get("following");
        assertThat(following.get("name").textValue()).isEqualTo("Job");
        assertThat(following.get("askedAt").textValue()).isEqualTo("2030-01-01T00:00:00Z");
        assertThat((String) dashboard
                        .holding(get("/instances/x/holding"), "x", invocation)
                        .getBody())
                .as("the input as it came")
                .contains("\"input\":{\"n\":1.50},\"inputOmitted\":false");
        assertThat((String) queued.getBody())
                .contains(following.get("executionId").textValue());
    }

    @Test
    void longInputOfTheRunThatFollowsIsLeftOut() {
        hub.begin("x", "run-1");
        starts.startSingle(
                post("/orchestrators/Job/x", "\"" + "y".repeat(20_000) + "\"").query("idConflictPolicy", "runAfter"),
                "Job",
                "x",
                invocation);
        JsonNode following = holding("x").get("following");
        assertThat(following.get("input").isNull()).isTrue();
        assertThat(following.get("inputOmitted").booleanValue()).isTrue();
    }

    @Test
    void inboxIsShownInTheOrderInWhichItWillBeTakenIn() {
        hub.begin("x", "run-1");
        raise("x", "first", "\"ü\"");
        raise("x", "second", "[1,2]");
        assertThat(instances
                        .terminate(post("/instances/x", null).query("reason", "enough"), "x", invocation)
                        .getStatusCode())
                .isEqualTo(202);
        JsonNode inbox = holding("x").get("inbox");
        assertThat(inbox)
                .extracting(JsonNode::toString)
                .containsExactly(
                        "{\"kind\":\"terminate\",\"name\":null,\"at\":\"2030-01-01T00:00:02Z\",\"bytes\":6}",
                        "{\"kind\":\"event\",\"name\":\"first\",\"at\":\"2030-01-01T00:00:00Z\",\"bytes\":4}",
                        "{\"kind\":\"event\",\"name\":\"second\",\"at\":\"2030-01-01T00:00:01Z\",\"bytes\":5}");
    }

    @Test
    void longInboxIsCutAndSaysSo() {
        hub.begin("x", "run-1");
        for (int i = 0; i < 101; i++) {
            raise("x", "e" + i, "1");
        }
        JsonNode body = holding("x");
        assertThat(body.get("inbox")).hasSize(100);
        assertThat(body.at("/inbox/99/name").textValue()).isEqualTo("e99");
        assertThat(body.get("inboxMore").booleanValue()).isTrue();
    }

    @Test
    void holdingOfAnEndedInstanceTakesNothingInAnyMore() {
        hub.begin("x", "run-1");
        hub.become("x", RuntimeStatus.COMPLETED);
        JsonNode body = holding("x");
        assertThat(body.get("runtimeStatus").textValue()).isEqualTo("Completed");
        assertThat(body.get("gate").booleanValue()).isFalse();
    }

    @Test
    void holdingTakesOneReadOfTheInstanceAndNoneOfAWorkerThatIsNot() {
        hub.begin("x", "run-1");
        List<String> reads = new ArrayList<>();
        ForwardingInstanceStore counted = new ForwardingInstanceStore(hub.rows) {
            @Override
            public Partition loadWithoutJournal(String instanceId) {
                reads.add(instanceId);
                return super.loadWithoutJournal(instanceId);
            }
        };
        assertThat(new HoldingReader(counted, mock()).find("x")).isPresent();
        assertThat(reads).containsExactly("x");
    }

    @Test
    void orchestratorsAreListedWithWhatIsSaidOfThemAndWithoutParts() {
        hub.registry
                .orchestrator("Import", () -> context -> null)
                .describe(
                        "Import",
                        OrchestratorDescription.of("Imports a catalog.")
                                .withExampleInput("{\"blob\":\"a.csv\",\"n\":1.50}")
                                .withInputSchema("{\"type\":\"object\"}"));
        HttpResponseMessage response = dashboard.orchestrators(get("/orchestrators"), invocation);
        body(response, "/orchestrators", 200);
        assertThat(response.getBody())
                .isEqualTo("[{\"name\":\"Import\",\"description\":\"Imports a catalog.\","
                        + "\"exampleInput\":{\"blob\":\"a.csv\",\"n\":1.50},\"inputSchema\":{\"type\":\"object\"}},"
                        + "{\"name\":\"Job\"}]");
    }

    @Test
    void healthSaysThatTheAppRunsAndAsksNobody() {
        HttpResponseMessage response = dashboard.health(get("/health"), invocation);
        assertThat(response.getBody()).isEqualTo("{\"status\":\"ok\"}");
        body(response, "/health", 200);
        assertThat(levels.requests + sweeps.requests).isZero();
    }

    @Test
    void healthWithDetailsShowsTheHub() {
        workers.register("worker-1", Duration.ofSeconds(20));
        sweeps.change();
        sweeps.requests = 0;
        levels.waiting = 3;
        levels.poisoned = 2;
        levels.oldest = hub.clock.instant();
        hub.clock.advance(Duration.ofSeconds(7));
        JsonNode body = body(dashboard.health(get("/health").query("detail", "true"), invocation), "/health", 200);
        assertThat(body.get("status").textValue()).isEqualTo("ok");
        assertThat(body.get("version").textValue()).matches("\\d+\\.\\d+\\.\\d+");
        assertThat(body.get("hub").textValue()).isEqualTo("test");
        assertThat(body.get("workers").toString())
                .isEqualTo("[{\"id\":\"worker-1\",\"life\":\"alive\",\"since\":\"2030-01-01T00:00:00Z\"}]");
        assertThat(body.get("queue").toString()).isEqualTo("{\"length\":3,\"oldestAgeSeconds\":7}");
        assertThat(body.get("poison").toString()).isEqualTo("{\"length\":2}");
        assertThat(body.get("lastSweep").textValue()).isEqualTo("2030-01-01T00:00:00Z");
        assertThat(body.at("/settings/SOLITON_HUB").textValue()).isEqualTo("test");
        assertThat(body.get("java").textValue()).isEqualTo(Runtime.version().toString());
        assertThat(body.get("functionsVersion").textValue()).isEqualTo("~4");
        assertThat(body.toString()).doesNotContain("ann@example.org");
        assertThat(levels.requests + sweeps.requests).isEqualTo(4);
    }

    @Test
    void healthOfAHubThatNobodyUsedYetHasNothingToShow() {
        JsonNode body = body(dashboard.health(get("/health").query("detail", "true"), invocation), "/health", 200);
        assertThat(body.get("queue").toString()).isEqualTo("{\"length\":0}");
        assertThat(body.get("lastSweep").isNull()).isTrue();
        assertThat(body.get("workers")).isEmpty();
    }

    @Test
    void healthOfAnAppWhoseSettingsCannotBeUsedNamesTheSetting() {
        DashboardFunctions broken = new DashboardFunctions(() -> {
            throw new InvalidSettingException("SOLITON_HUB", "", "a name");
        });
        HttpResponseMessage response = broken.health(get("/health"), invocation);
        assertThat(response.getStatusCode()).isEqualTo(500);
        assertThat((String) response.getBody()).contains("SOLITON_HUB");
    }
}
