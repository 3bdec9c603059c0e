package dev.soliton.app;

import static org.mockito.Mockito.mock;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.soliton.orchestration.ActivityContext;
import dev.soliton.orchestration.FailureDetails;
import dev.soliton.orchestration.OrchestrationContext;
import dev.soliton.orchestration.Registry;
import dev.soliton.orchestration.Task;
import dev.soliton.orchestration.TaskFailedException;
import dev.soliton.orchestration.TypeReference;
import java.lang.reflect.Method;
import java.lang.reflect.Type;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.mockito.invocation.InvocationOnMock;

/**
 * One run of an orchestrator without an engine: each activity runs at once where it is called, and whatever changes
 * hands does so as JSON, as it would in earnest.
 */
final class ImmediateRun {
    static final Instant NOW = Instant.parse("2026-03-01T10:15:30Z");

    private static final JsonMapper JSON = new JsonMapper();

    private final Registry registry;
    private final String instanceId;
    private final @Nullable String input;
    private final List<String> calls = new ArrayList<>();
    private final List<String> statuses = new ArrayList<>();
    private Runnable beforeEachCall = () -> {};

    /**
     * Prepares a run.
     *
     * @param input JSON; null for none
     */
    ImmediateRun(Registry registry, String instanceId, @Nullable String input) {
        this.registry = registry;
        this.instanceId = instanceId;
        this.input = input;
    }

    /** Has something done before each activity, when {@link #calls()} has it already. */
    ImmediateRun before(Runnable action) {
        beforeEachCall = action;
        return this;
    }

    /** Runs an orchestrator, one that has an output, to its end. */
    <T> T run(String orchestrator, Class<T> outputType) throws Exception {
        OrchestrationContext context = mock(OrchestrationContext.class, this::answer);
        Object output = registry.newOrchestrator(orchestrator).orElseThrow().run(context);
        return Objects.requireNonNull(outputType.cast(read(json(output), outputType)));
    }

    /** The names of the activities that were called, in order. */
    List<String> calls() {
        return calls;
    }

    /** The custom statuses that were set, in order, as JSON. */
    List<String> statuses() {
        return statuses;
    }

    private @Nullable Object answer(InvocationOnMock call) throws Throwable {
        Method method = call.getMethod();
        if (method.isDefault()) {
            return call.callRealMethod();
        }
        return switch (method.getName()) {
            case "getInstanceId" -> instanceId;
            case "getExecutionId" -> "run-of-" + instanceId;
            case "getCurrentInstant" -> NOW;
            case "getInput" -> read(input, typeOf(call.getArgument(0)));
            case "setCustomStatus" -> status(call.getArgument(0));
            case "callActivity" -> done(call(call.getArgument(0), call.getArgument(1), typeOf(call.getArgument(3))));
            default -> throw new UnsupportedOperationException(method.toString());
        };
    }

    private @Nullable Object status(@Nullable Object status) {
        statuses.add(String.valueOf(json(status)));
        return null;
    }

    private @Nullable Object call(String name, @Nullable Object argument, Type resultType) {
        calls.add(name);
        beforeEachCall.run();
        String json = json(argument);
        ActivityContext context = mock(ActivityContext.class, call -> switch (call.getMethod()
                .getName()) {
            case "getInput" -> read(json, typeOf(call.getArgument(0)));
            case "isCancelled" -> false;
            default -> throw new UnsupportedOperationException(call.getMethod().toString());
        });
        try {
            return read(json(registry.newActivity(name).orElseThrow().run(context)), resultType);
        } catch (Exception e) {
            throw new TaskFailedException(name, calls.size() - 1, FailureDetails.of(e));
        }
    }

    private static Task<?> done(@Nullable Object result) {
        return mock(Task.class, call -> switch (call.getMethod().getName()) {
            case "await" -> result;
            case "isDone" -> true;
            default -> throw new UnsupportedOperationException(call.getMethod().toString());
        });
    }

    private static Type typeOf(Object argument) {
        return argument instanceof TypeReference<?> reference ? reference.getType() : (Class<?>) argument;
    }

    private static @Nullable String json(@Nullable Object value) {
        try {
            return value == null ? null : JSON.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new AssertionError("This cannot be turned into JSON: " + value, e);
        }
    }

    private static @Nullable Object read(@Nullable String json, Type type) {
        if (json == null || type == Void.class) {
            return null;
        }
        try {
            return JSON.readValue(json, JSON.constructType(type));
        } catch (JsonProcessingException e) {
            throw new AssertionError("This cannot be read as " + type + ": " + json, e);
        }
    }
}
