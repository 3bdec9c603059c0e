package dev.soliton.functions;

import com.microsoft.azure.functions.ExecutionContext;
import com.microsoft.azure.functions.HttpRequestMessage;
import com.microsoft.azure.functions.HttpResponseMessage;
import dev.soliton.client.OrchestrationClient;
import dev.soliton.client.RewindOutcome;
import dev.soliton.client.SignalOutcome;
import dev.soliton.store.ExecutionKey;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The common part of the functions that send something to an instance: it turns a request into a call, and the outcome
 * into an answer.
 */
final class OperationHandler {
    private final Supplier<AppObjects> objects;

    /** An operation whose only parameter is a reason. */
    interface Operation {
        SignalOutcome on(OrchestrationClient client, String instanceId, @Nullable String reason);
    }

    OperationHandler(Supplier<AppObjects> objects) {
        this.objects = objects;
    }

    /**
     * Does an operation.
     *
     * @param name its name in the log
     */
    HttpResponseMessage apply(
            HttpRequestMessage<?> request,
            String name,
            Operation operation,
            String instanceId,
            ExecutionContext invocation) {
        return apply(request, name, operation, instanceId, invocation, "reason");
    }

    private HttpResponseMessage apply(
            HttpRequestMessage<?> request,
            String name,
            Operation operation,
            String instanceId,
            ExecutionContext invocation,
            String... known) {
        Responses responses = new Responses(request, invocation, objects);
        return responses.of(() -> {
            Requests.refuseOthers(request, known);
            String reason = Requests.query(request, "reason");
            SignalOutcome outcome = operation.on(objects.get().client(), instanceId, reason);
            log(outcome, instanceId, responses, name);
            audit(outcome, instanceId, responses, name);
            return responses.signalled(outcome, instanceId);
        });
    }

    /** Terminates an instance, together with its sub-orchestrations if the request says so. */
    HttpResponseMessage terminate(HttpRequestMessage<?> request, String instanceId, ExecutionContext invocation) {
        Operation operation =
                (client, id, reason) -> client.terminate(id, reason, Requests.flag(request, "recursive", false));
        return apply(request, "terminate", operation, instanceId, invocation, "reason", "recursive");
    }

    HttpResponseMessage rewind(HttpRequestMessage<?> request, String instanceId, ExecutionContext invocation) {
        Responses responses = new Responses(request, invocation, objects);
        return responses.of(() -> {
            Requests.refuseOthers(request, "reason");
            RewindOutcome outcome = objects.get().client().rewind(instanceId, Requests.query(request, "reason"));
            if (outcome instanceof RewindOutcome.Rewound rewound) {
                responses.note(log -> log.info("rewind", new ExecutionKey(instanceId, rewound.executionId(), 0)));
                responses.audit("rewind", instanceId);
            }
            return responses.rewound(outcome, instanceId);
        });
    }

    HttpResponseMessage raiseEvent(
            HttpRequestMessage<Optional<String>> request,
            String instanceId,
            String eventName,
            ExecutionContext invocation) {
        Responses responses = new Responses(request, invocation, objects);
        return responses.of(() -> {
            AppObjects app = objects.get();
            Requests.refuseOthers(request, "eventId");
            String eventId = Requests.query(request, "eventId");
            SignalOutcome outcome = app.limits()
                    .withBody(request, payload -> app.client().raiseEvent(instanceId, eventName, payload, eventId));
            log(outcome, instanceId, responses, "raiseEvent", "event", eventName);
            audit(outcome, instanceId, responses, "raiseEvent");
            return responses.signalled(outcome, instanceId);
        });
    }

    private static void audit(SignalOutcome outcome, String instanceId, Responses responses, String action) {
        if (outcome instanceof SignalOutcome.Accepted) {
            responses.audit(action, instanceId);
        }
    }

    private static void log(
            SignalOutcome outcome, String instanceId, Responses responses, String name, Object... details) {
        if (outcome instanceof SignalOutcome.Accepted accepted) {
            responses.note(log -> log.info(name, new ExecutionKey(instanceId, accepted.executionId(), 0), details));
        }
    }
}
