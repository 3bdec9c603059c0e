package dev.soliton.functions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;
import static org.mockito.Mockito.withSettings;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.microsoft.azure.functions.ExecutionContext;
import com.microsoft.azure.functions.HttpResponseMessage;
import dev.soliton.client.OrchestrationClient;
import dev.soliton.engine.Engine;
import dev.soliton.engine.runtime.EngineLimits;
import dev.soliton.engine.runtime.InstanceLog;
import dev.soliton.engine.runtime.TimeAndIds;
import dev.soliton.engine.turn.EngineExecutors;
import dev.soliton.orchestration.Registry;
import dev.soliton.store.InMemoryInstanceCatalog;
import dev.soliton.store.InMemoryInstanceStore;
import dev.soliton.store.InMemoryPayloadStore;
import dev.soliton.store.InMemoryWorkQueue;
import dev.soliton.store.InMemoryWorkerStore;
import dev.soliton.store.InboxItem;
import dev.soliton.store.InstanceRow;
import dev.soliton.store.Payloads;
import dev.soliton.store.RuntimeStatus;
import dev.soliton.store.SettableClock;
import dev.soliton.store.Storage;
import dev.soliton.store.Versioned;
import dev.soliton.store.Waits;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/** A hub in memory behind the HTTP functions, and whether what they answer is true of it. */
final class FuzzHub {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int MAX_PAYLOAD = 2_000;

    private final SettableClock clock = new SettableClock(Instant.parse("2030-01-02T03:04:05Z"));
    private final AtomicInteger names = new AtomicInteger();
    private final InMemoryWorkQueue queue = new InMemoryWorkQueue(clock);
    private final InMemoryInstanceStore rows = new InMemoryInstanceStore(clock);
    private final Logger silent = Logger.getAnonymousLogger();
    private final ExecutionContext invocation = mock(withSettings().stubOnly());
    private final OrchestrationClient client;
    private final Engine engine;
    private final FunctionFactory functions;
    private int pauses;

    FuzzHub() {
        Registry registry = new Registry()
                .orchestrator("Quick", () -> context -> context.getInput(Object.class))
                .orchestrator("Fails", () -> context -> {
                    throw new IllegalStateException("no luck");
                })
                .orchestrator(
                        "Waits",
                        () -> context ->
                                context.waitForExternalEvent("go", Object.class).await())
                .orchestrator("Actor", () -> context -> {
                    context.waitForExternalEvent("add", Object.class).await();
                    context.continueAsNew(null);
                    return null;
                });
        Waits waits = new Pauses();
        Storage storage = new Storage(rows, queue, new Payloads(new InMemoryPayloadStore(), this::newId, MAX_PAYLOAD));
        client = new OrchestrationClient(
                storage, new InMemoryInstanceCatalog(rows), registry, clock, this::newId, waits);
        engine = new Engine(
                storage,
                new InMemoryWorkerStore(clock),
                new EngineExecutors(registry, new ForkJoinPool(1), new ForkJoinPool(1), neverRuns -> {}),
                new TimeAndIds(clock, this::newId, waits),
                new EngineLimits(1_000, Duration.ofMinutes(1), Duration.ofMinutes(10)));
        AppObjects objects = new GraphBuilder(client, storage, clock)
                .settings(Settings.of(
                        Map.of("SOLITON_HUB", "test", "SOLITON_MAX_PAYLOAD", Integer.toString(MAX_PAYLOAD))))
                .engine(engine)
                .limits(MAX_PAYLOAD, Duration.ofMinutes(10))
                .waits(waits)
                .build();
        functions = new FunctionFactory(() -> objects);
        silent.setLevel(Level.OFF);
        when(invocation.getLogger()).thenReturn(silent);
        when(invocation.getInvocationId()).thenReturn("invocation");
    }

    private String newId() {
        return "id-" + names.incrementAndGet();
    }

    /** Runs turns for so many messages at most, and lets a second pass. */
    void runSome(int messages) {
        clock.advance(Duration.ofSeconds(1));
        for (int i = 0; i < messages; i++) {
            queue.receive().ifPresent(this::run);
        }
    }

    void runAll() {
        while (queue.receive()
                .map(delivery -> {
                    run(delivery);
                    return true;
                })
                .orElse(false)) {
            // Until no message is visible.
        }
    }

    private void run(InMemoryWorkQueue.Delivery delivery) {
        engine.process(delivery.message(), new InstanceLog(silent));
        queue.delete(delivery);
    }

    private Map<String, InstanceRow> seen() {
        Map<String, InstanceRow> seen = new TreeMap<>();
        rows.instances().forEach(row -> seen.put(row.key().instanceId(), row));
        return seen;
    }

    private @Nullable InstanceRow row(String instanceId) {
        return rows.findRow(instanceId).map(Versioned::row).orElse(null);
    }

    private static InstanceRow there(@Nullable InstanceRow row, String said) {
        assertThat(row).as(said).isNotNull();
        return Objects.requireNonNull(row);
    }

    /** Makes a call as host and worker do, and fails if the answer is not described, or not true. */
    int callAndCheck(FuzzRequests.Call call, String what) {
        Map<String, InstanceRow> before = seen();
        int inboxBefore = inboxOf(call).size();
        int pausesBefore = pauses;
        HttpResponseMessage response = call.function()
                .call(
                        functions,
                        call.request(),
                        RouteValuesTest.metadata(properties(call.body()), call.query(), call.route()),
                        invocation);
        int code = response.getStatusCode();
        String text = response.getBody() == null ? "" : (String) response.getBody();
        String said = what + " -> " + code + " " + (text.length() > 500 ? text.substring(0, 500) : text);
        JsonNode body = parse(text, said);
        boolean isFailedInstance = code == 500
                && "Failed".equals(body.path("runtimeStatus").asText())
                && "true".equalsIgnoreCase(queryOf(call, "returnInternalServerErrorOnFailure"));
        assertThat(code < 500 || isFailedInstance).as(said).isTrue();
        OpenApiDocument.served().check(call.function().verb().toString(), call.path(), code, text);
        if (code >= 400 && code < 500 && pauses == pausesBefore) {
            assertThat(seen()).as(said).isEqualTo(before);
            assertThat(inboxOf(call)).as(said).hasSize(inboxBefore);
        } else if (code < 300) {
            checkTruth(call, code, response, body, before, inboxBefore, said);
        }
        return code;
    }

    private static @Nullable String queryOf(FuzzRequests.Call call, String name) {
        for (Map.Entry<String, String> parameter : call.query().entrySet()) {
            if (parameter.getKey().equalsIgnoreCase(name)
                    && !parameter.getValue().isEmpty()) {
                return parameter.getValue();
            }
        }
        return null;
    }

    private List<InboxItem> inboxOf(FuzzRequests.Call call) {
        return rows.loadWithoutJournal(call.routeValue(Routes.INSTANCE_ID)).inbox().stream()
                .map(entry -> entry.row().item())
                .toList();
    }

    private void checkTruth(
            FuzzRequests.Call call,
            int code,
            HttpResponseMessage response,
            JsonNode body,
            Map<String, InstanceRow> before,
            int inboxBefore,
            String said) {
        String id = call.routeValue(Routes.INSTANCE_ID);
        switch (call.function().name()) {
            case "HttpStart", "HttpStartSingle", "RaiseOrStart", "RestartInstance" -> {
                if (code == 202) {
                    checkStarted(call, response, body, said);
                } else if (call.function().name().equals("HttpStartSingle")) {
                    assertThat(there(row(id), said).status().isTerminal())
                            .as(said)
                            .isTrue();
                }
            }
            case "RaiseEvent" -> {
                if (queryOf(call, "eventId") == null) {
                    List<InboxItem> inbox = inboxOf(call);
                    assertThat(inbox).as(said).hasSize(inboxBefore + 1);
                    assertThat(inbox.get(inboxBefore))
                            .as(said)
                            .isInstanceOfSatisfying(InboxItem.Event.class, event -> assertThat(event.name())
                                    .isEqualTo(call.routeValue(Routes.EVENT_NAME)));
                }
            }
            case "TerminateInstance" ->
                assertThat(inboxOf(call)).as(said).hasAtLeastOneElementOfType(InboxItem.Terminate.class);
            case "SuspendInstance" ->
                assertThat(inboxOf(call)).as(said).hasAtLeastOneElementOfType(InboxItem.Suspend.class);
            case "ResumeInstance" ->
                assertThat(inboxOf(call)).as(said).hasAtLeastOneElementOfType(InboxItem.Resume.class);
            case "RewindInstance" -> {
                assertThat(there(before.get(id), said).status()).as(said).isEqualTo(RuntimeStatus.FAILED);
                assertThat(there(row(id), said).status()).as(said).isEqualTo(RuntimeStatus.PENDING);
            }
            case "PurgeInstance" -> {
                assertThat(row(id)).as(said).isNull();
                checkPurged(body, before, said);
            }
            case "PurgeInstances" -> checkPurged(body, before, said);
            case "GetInstance" -> checkStatus(call, code, body, said);
            case "ListInstances" -> checkList(call, body, said);
            case "GetHolding" -> {
                InstanceRow held = there(row(id), said);
                assertThat(body.get("runtimeStatus").textValue())
                        .as(said)
                        .isEqualTo(held.status().displayName());
                assertThat(body.get("gate").booleanValue())
                        .as(said)
                        .isNotEqualTo(held.status().isTerminal());
                assertThat(body.get("inbox")).as(said).hasSize(inboxBefore);
            }
            case "ListOrchestrators" -> assertThat(body).as(said).hasSize(4);
            case "Health" -> assertThat(body.get("status").asText()).as(said).isEqualTo("ok");
            case "DescribeApi" -> assertThat(body.has("openapi")).as(said).isTrue();
            default ->
                throw new AssertionError(
                        "Nothing is known of " + call.function().name());
        }
    }

    private void checkStarted(FuzzRequests.Call call, HttpResponseMessage response, JsonNode body, String said) {
        String started = body.get("id").textValue();
        // Under a key the answer may be the one of before, whose execution was replaced or purged since.
        if (!call.headers().containsKey("idempotency-key")) {
            assertThat(client.status(started, body.get("executionId").textValue(), true))
                    .as(said)
                    .isPresent();
        }
        String path = URI.create(response.getHeader("Location")).getPath();
        assertThat(path).as(said).isEqualTo("/api/instances/" + started);
    }

    private void checkPurged(JsonNode body, Map<String, InstanceRow> before, String said) {
        Map<String, InstanceRow> gone = new HashMap<>(before);
        gone.keySet().removeAll(seen().keySet());
        assertThat(gone.values())
                .as(said)
                .hasSize(body.get("instancesDeleted").intValue())
                .allMatch(row -> row.status().isTerminal());
    }

    private void checkStatus(FuzzRequests.Call call, int code, JsonNode body, String said) {
        InstanceRow row = there(row(call.routeValue(Routes.INSTANCE_ID)), said);
        if (body.get("executionId").textValue().equals(row.key().executionId())) {
            assertThat(body.get("runtimeStatus").textValue())
                    .as(said)
                    .isEqualTo(row.status().displayName());
            assertThat(code).as(said).isEqualTo(row.status().isTerminal() ? 200 : 202);
        }
    }

    private void checkList(FuzzRequests.Call call, JsonNode body, String said) {
        String prefix = queryOf(call, "instanceIdPrefix");
        String name = queryOf(call, "name");
        List<String> created = new ArrayList<>();
        for (JsonNode status : body) {
            String id = status.get("instanceId").textValue();
            InstanceRow row = there(row(id), said);
            assertThat(status.get("runtimeStatus").textValue())
                    .as(said)
                    .isEqualTo(row.status().displayName());
            assertThat(id).as(said).startsWith(prefix == null ? "" : prefix);
            assertThat(name == null || name.equals(row.name())).as(said).isTrue();
            created.add(status.get("createdTime").textValue());
        }
        if ("createdTime".equals(queryOf(call, "orderBy"))) {
            assertThat(created).as(said).isSorted();
        }
        if (call.query().isEmpty()) {
            assertThat(body).as(said).hasSize(Math.min(100, rows.instances().size()));
        }
    }

    private static JsonNode parse(String text, String said) {
        try {
            return text.isEmpty() ? JSON.nullNode() : JSON.readTree(text);
        } catch (IOException notJson) {
            throw new AssertionError(said, notJson);
        }
    }

    /** What of a body the host makes metadata of: the properties of an object. */
    private static Map<String, String> properties(@Nullable String body) {
        Map<String, String> properties = new HashMap<>();
        try {
            JsonNode object = JSON.readTree(body == null ? "" : body);
            object.properties()
                    .forEach(field ->
                            properties.put(field.getKey(), field.getValue().asText()));
        } catch (IOException notJson) {
            return Map.of();
        }
        return properties;
    }

    /** Lets time pass where somebody pauses, and turns run meanwhile. */
    private final class Pauses implements Waits {
        @Override
        public void pause(Duration time) {
            pauses++;
            clock.advance(time);
            queue.receive().ifPresent(FuzzHub.this::run);
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
