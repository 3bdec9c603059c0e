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
import dev.soliton.client.OrchestrationClient;
import dev.soliton.engine.Engine;
import dev.soliton.store.FaultyInstanceStore.Fault;
import dev.soliton.store.InboxItem;
import dev.soliton.store.InboxItem.Event;
import dev.soliton.store.InboxItem.Resume;
import dev.soliton.store.InboxItem.Suspend;
import dev.soliton.store.InboxItem.Terminate;
import dev.soliton.store.Payload;
import dev.soliton.store.RuntimeStatus;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The HTTP functions that send something to an instance: each cell of their table, and what they refuse. */
final class OperationFunctionsTest {
    private final ClientFixture hub = new ClientFixture();
    private final Settings settings = Settings.of(Map.of("SOLITON_HUB", "test", "SOLITON_MAX_PAYLOAD", "2000"));
    private final OrchestrationClient client = hub.client();
    private final Engine engine = mock();
    private final AppObjects objects = new GraphBuilder(client, hub.storage, hub.clock)
            .settings(settings)
            .engine(engine)
            .build();
    private final InstanceFunctions functions = new InstanceFunctions(() -> objects);
    private final ExecutionContext invocation = mock();
    private final List<String> logged = new ArrayList<>();

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
    }

    private static FakeRequest post(@Nullable String body) {
        return new FakeRequest("http://localhost:7071/api/instances/x/op", body);
    }

    private HttpResponseMessage call(String operation, FakeRequest request, String id) {
        return switch (operation) {
            case "raiseEvent" -> functions.raiseEvent(request, id, "go", invocation);
            case "terminate" -> functions.terminate(request, id, invocation);
            case "suspend" -> functions.suspend(request, id, invocation);
            case "resume" -> functions.resume(request, id, invocation);
            case "rewind" -> functions.rewind(request, id, invocation);
            default -> throw new IllegalArgumentException(operation);
        };
    }

    private static String message(HttpResponseMessage response) {
        assertThat(response.getHeader("Content-Type")).isEqualTo("application/json; charset=utf-8");
        try {
            JsonNode body = new ObjectMapper().readTree((String) response.getBody());
            return body.get("Message").textValue();
        } catch (JsonProcessingException notJson) {
            throw new AssertionError(notJson);
        }
    }

    private static InboxItem item(String operation, @Nullable String reason) {
        return switch (operation) {
            case "raiseEvent" -> new Event("go", null);
            case "terminate" -> new Terminate(reason);
            case "suspend" -> new Suspend(reason);
            case "resume" -> new Resume(reason);
            default -> throw new IllegalArgumentException(operation);
        };
    }

    @ParameterizedTest
    @EnumSource
    void rewindOfAnInstanceThatHasNotFailedIsRefused(RuntimeStatus status) {
        hub.begin("x", "e1");
        if (status != RuntimeStatus.PENDING) {
            hub.become("x", status);
        }
        HttpResponseMessage response = call("rewind", post(null).query("reason", "mended"), "x");
        if (status == RuntimeStatus.FAILED) {
            assertThat(response.getStatusCode()).isEqualTo(202);
            assertThat(response.getBody()).isNull();
            assertThat(hub.inboxOf("x")).containsExactly(new InboxItem.Rewind("mended", null));
            assertThat(hub.queue.messages()).hasSize(1);
        } else {
            assertThat(response.getStatusCode()).isEqualTo(status.isTerminal() ? 410 : 412);
            assertThat(message(response)).contains(status.displayName());
            assertThat(hub.queue.messages()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"raiseEvent", "terminate", "suspend", "resume", "rewind"})
    void instanceThatIsNotThereAnswers404(String operation) {
        HttpResponseMessage response = call(operation, post(null), "x");
        assertThat(response.getStatusCode()).isEqualTo(404);
        assertThat(message(response)).isEqualTo("There is no instance with ID 'x'.");
    }

    @ParameterizedTest
    @CsvSource({
        "raiseEvent, PENDING", "raiseEvent, RUNNING", "raiseEvent, SUSPENDED",
        "terminate, PENDING", "terminate, RUNNING", "terminate, SUSPENDED",
        "suspend, PENDING", "suspend, RUNNING", "suspend, SUSPENDED",
        "resume, PENDING", "resume, RUNNING", "resume, SUSPENDED"
    })
    void instanceThatHasNotEndedAnswers202WithoutABody(String operation, RuntimeStatus status) {
        hub.begin("x", "e1");
        hub.become("x", status);
        HttpResponseMessage response = call(operation, post(null), "x");
        assertThat(response.getStatusCode()).isEqualTo(202);
        assertThat(response.getBody()).isNull();
        assertThat(hub.inboxOf("x")).containsExactly(item(operation, null));
        assertThat(hub.queue.messages()).hasSize(1);
        assertThat(logged).singleElement().satisfies(line -> assertThat(line)
                .startsWith("INFO " + operation + " instanceId=\"x\" executionId=\"e1\""));
    }

    @ParameterizedTest
    @CsvSource({
        "raiseEvent, COMPLETED", "raiseEvent, FAILED", "raiseEvent, TERMINATED",
        "terminate, COMPLETED", "terminate, FAILED", "terminate, TERMINATED",
        "suspend, COMPLETED", "suspend, FAILED", "suspend, TERMINATED",
        "resume, COMPLETED", "resume, FAILED", "resume, TERMINATED"
    })
    void instanceThatHasEndedAnswers410(String operation, RuntimeStatus status) {
        hub.begin("x", "e1");
        hub.become("x", status);
        HttpResponseMessage response = call(operation, post(null), "x");
        assertThat(response.getStatusCode()).isEqualTo(410);
        assertThat(message(response)).isEqualTo("The instance 'x' has ended: it is " + status.displayName() + ".");
        assertThat(hub.inboxOf("x")).isEmpty();
        assertThat(logged).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"terminate", "suspend", "resume"})
    void reasonIsPassedToTheClient(String operation) {
        hub.begin("x", "e1");
        call(operation, post(null).query("REASON", "too late"), "x");
        assertThat(hub.inboxOf("x")).containsExactly(item(operation, "too late"));
    }

    @Test
    void eventsBodyIsItsPayload() {
        hub.begin("x", "e1");
        call("raiseEvent", post("{\"n\":1.50}"), "x");
        assertThat(hub.inboxOf("x")).containsExactly(new Event("go", new Payload.Inline("{\"n\":1.50}")));
        assertThat(logged).singleElement().asString().endsWith("event=\"go\"");
    }

    @Test
    void eventIdMakesARetriedRaiseOneEvent() {
        hub.begin("x", "e1");
        for (String id : List.of("one", "one", "two")) {
            FakeRequest request = post(null).query("eventId", id);
            assertThat(call("raiseEvent", request, "x").getStatusCode()).isEqualTo(202);
        }
        assertThat(hub.inboxOf("x")).hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{", "nope", " "})
    void eventThatIsNotJsonAnswers400(String text) {
        hub.begin("x", "e1");
        HttpResponseMessage response = call("raiseEvent", post(text), "x");
        assertThat(response.getStatusCode()).isEqualTo(400);
        assertThat(message(response)).startsWith("The body is not JSON");
        assertThat(hub.inboxOf("x")).isEmpty();
    }

    @Test
    void chunkedEventAnswers411AndDoesNothing() {
        hub.begin("x", "e1");
        FakeRequest chunked = post(null).header("transfer-encoding", "chunked");
        assertThat(call("raiseEvent", chunked, "x").getStatusCode()).isEqualTo(411);
        assertThat(hub.inboxOf("x")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"1998, 202", "1999, 413"})
    void eventOverTheLimitAnswers413AndNamesIt(int count, int expected) {
        hub.begin("x", "e1");
        HttpResponseMessage response = call("raiseEvent", post("\"" + "x".repeat(count) + "\""), "x");
        assertThat(response.getStatusCode()).isEqualTo(expected);
        if (expected == 413) {
            assertThat(message(response)).contains("2000", "SOLITON_MAX_PAYLOAD");
        }
    }

    @Test
    void impossibleTextsAnswer400AndAreNamed() {
        hub.begin("x", "e1");
        HttpResponseMessage name = functions.raiseEvent(post(null), "x", "a\tb", invocation);
        assertThat(name.getStatusCode()).isEqualTo(400);
        assertThat(message(name)).startsWith("An event name");
        HttpResponseMessage eventId = call("raiseEvent", post(null).query("eventId", "i".repeat(257)), "x");
        assertThat(eventId.getStatusCode()).isEqualTo(400);
        assertThat(message(eventId)).contains("eventId", "256");
        for (String operation : List.of("terminate", "suspend", "resume", "rewind")) {
            HttpResponseMessage reason = call(operation, post(null).query("reason", "r".repeat(4_097)), "x");
            assertThat(reason.getStatusCode()).isEqualTo(400);
            assertThat(message(reason)).contains("reason", "4096");
            assertThat(call(operation, post(null), "a#b").getStatusCode()).isEqualTo(400);
        }
        assertThat(call("raiseEvent", post(null), "a#b").getStatusCode()).isEqualTo(400);
        assertThat(hub.inboxOf("x")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"true, true", "TRUE, true", "false, false", "FALSE, false", ", false"})
    void terminationIsRecursiveIfAskedFor(@Nullable String recursive, boolean expected) {
        hub.begin("x", "e1");
        FakeRequest request = recursive == null ? post(null) : post(null).query("recursive", recursive);
        assertThat(call("terminate", request, "x").getStatusCode()).isEqualTo(202);
        assertThat(hub.inboxOf("x")).containsExactly(new Terminate(null, expected));
    }

    @Test
    void terminationThatMayBeRecursiveIsRefused() {
        hub.begin("x", "e1");
        HttpResponseMessage response = call("terminate", post(null).query("recursive", "maybe"), "x");
        assertThat(response.getStatusCode()).isEqualTo(400);
        assertThat(message(response)).contains("recursive", "maybe");
        assertThat(hub.inboxOf("x")).isEmpty();
    }

    @Test
    void unknownOutcomeAnswers503AndSaysWhatARetryDoes() {
        hub.begin("x", "e1");
        hub.store.plan(Fault.NONE);
        hub.store.plan(Collections.nCopies(6, Fault.LOST_REQUEST).toArray(Fault[]::new));
        HttpResponseMessage response = call("raiseEvent", post(null).query("eventId", "1"), "x");
        assertThat(response.getStatusCode()).isEqualTo(503);
        assertThat(response.getHeader("Retry-After")).isEqualTo("5");
        assertThat(message(response)).contains("same eventId");
        assertThat(logged).singleElement().asString().startsWith("SEVERE outcome unknown");
    }

    @ParameterizedTest
    @ValueSource(strings = {"raiseEvent", "terminate", "suspend", "resume"})
    void storageThatFailsBeforeAnythingIsSentAnswers503(String operation) {
        hub.begin("x", "e1");
        hub.store.plan(Fault.LOST_REQUEST);
        HttpResponseMessage response = call(operation, post(null), "x");
        assertThat(response.getStatusCode()).isEqualTo(503);
        assertThat(message(response)).contains("Nothing was started or changed");
    }

    @Test
    void eventBeyondThoseThatAnInstanceHasNotWaitedForIs429AndSaysSo() {
        hub.begin("x", "e");
        HttpResponseMessage response = call("raiseEvent", post("1"), "x");
        int accepted = 0;
        while (response.getStatusCode() == 202) {
            accepted++;
            response = call("raiseEvent", post("1"), "x");
        }
        assertThat(response.getStatusCode()).isEqualTo(429);
        assertThat(response.getHeader("Retry-After")).isEqualTo("10");
        assertThat(message(response)).contains("'x'", "'go'", "not waited for");
        assertThat(hub.inboxOf("x")).hasSize(accepted);
        assertThat(accepted).isBetween(10_000, 10_500);
        assertThat(call("terminate", post(null), "x").getStatusCode()).isEqualTo(202);
    }

    @Test
    void reasonThatIsTooLongIs400AndTheInboxStaysEmpty() {
        hub.begin("x", "e");
        for (String operation : List.of("terminate", "suspend", "resume", "rewind")) {
            HttpResponseMessage response = call(operation, post(null).query("reason", "r".repeat(4_097)), "x");
            assertThat(response.getStatusCode()).as(operation).isEqualTo(400);
            assertThat(message(response)).isEqualTo("A reason has 0 to 4096 characters; this one has 4097.");
        }
        assertThat(hub.inboxOf("x")).isEmpty();
    }
}
