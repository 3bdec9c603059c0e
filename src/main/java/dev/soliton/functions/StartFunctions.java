package dev.soliton.functions;

import com.microsoft.azure.functions.ExecutionContext;
import com.microsoft.azure.functions.HttpRequestMessage;
import com.microsoft.azure.functions.HttpResponseMessage;
import com.microsoft.azure.functions.HttpStatus;
import dev.soliton.engine.InstanceLog;
import dev.soliton.instance.ExecutionKey;
import dev.soliton.instance.Instance;
import dev.soliton.instance.StartOutcome;
import dev.soliton.instance.StartRequest;
import dev.soliton.instance.WaitOutcome;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What the functions share that start instances: a request turned into a call, and its outcome into an answer. */
final class StartFunctions {
    private final Supplier<Graph> graph;

    StartFunctions(Supplier<Graph> graph) {
        this.graph = graph;
    }

    HttpResponseMessage start(
            HttpRequestMessage<Optional<String>> request,
            String functionName,
            @Nullable String instanceId,
            ExecutionContext invocation) {
        Responses responses = new Responses(request, invocation);
        return responses.of(() -> {
            Graph app = graph.get();
            // Whatever can be wrong with the request is found before anything is started.
            StartParameters parameters = StartParameters.of(request, app.settings(), app.clock());
            boolean failedIsAnError = Requests.flag(request, "returnInternalServerErrorOnFailure", false);
            String input = Requests.json(request, app.settings().maxPayload());
            StartOutcome outcome =
                    app.client().start(new StartRequest(functionName, instanceId, input, parameters.options()));
            log(outcome, functionName, invocation);
            Duration timeout = parameters.timeout();
            if (timeout != null && outcome instanceof StartOutcome.Accepted accepted) {
                Optional<Instance> ended = awaitEnd(app, accepted, timeout, parameters.pollingInterval());
                if (ended.isPresent()) {
                    return responses.ended(ended.get(), failedIsAnError);
                }
            }
            return answer(responses, request, app, outcome, functionName);
        });
    }

    HttpResponseMessage raiseOrStart(
            HttpRequestMessage<Optional<String>> request,
            String functionName,
            String instanceId,
            String eventName,
            ExecutionContext invocation) {
        Responses responses = new Responses(request, invocation);
        return responses.of(() -> {
            Graph app = graph.get();
            StartParameters parameters = StartParameters.ofSignal(request, app.settings(), app.clock());
            String payload = Requests.json(request, app.settings().maxPayload());
            String eventId = Requests.query(request, "eventId");
            StartRequest start = new StartRequest(functionName, instanceId, null, parameters.options());
            StartOutcome outcome = app.client().raiseOrStart(start, eventName, payload, eventId);
            log(outcome, functionName, invocation);
            return answer(responses, request, app, outcome, functionName);
        });
    }

    HttpResponseMessage restart(
            HttpRequestMessage<Optional<String>> request, String instanceId, ExecutionContext invocation) {
        Responses responses = new Responses(request, invocation);
        return responses.of(() -> {
            Graph app = graph.get();
            boolean withNewId = Requests.flag(request, "restartWithNewInstanceId", true);
            Optional<StartOutcome> outcome = app.client().restart(instanceId, withNewId);
            if (outcome.isEmpty()) {
                return responses.noInstance(instanceId);
            }
            log(outcome.get(), "restart of " + instanceId, invocation);
            return answer(responses, request, app, outcome.get(), "");
        });
    }

    private static Optional<Instance> awaitEnd(
            Graph app, StartOutcome.Accepted accepted, Duration timeout, Duration pollingInterval) {
        try {
            WaitOutcome seen = app.client().waitFor(accepted, timeout, pollingInterval);
            return seen instanceof WaitOutcome.Ended ended ? Optional.of(ended.instance()) : Optional.empty();
        } catch (InterruptedException stop) {
            // It was started all the same, and can be followed.
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    private static HttpResponseMessage answer(
            Responses responses, HttpRequestMessage<?> request, Graph app, StartOutcome outcome, String functionName) {
        if (outcome instanceof StartOutcome.Accepted accepted) {
            return responses.accepted(
                    accepted,
                    new InstanceUris(
                            request, accepted.instanceId(), app.settings().trustForwardedHeaders()));
        }
        if (outcome instanceof StartOutcome.Rejected rejected) {
            return responses.rejected(rejected);
        }
        if (outcome instanceof StartOutcome.KeyReused reused) {
            return responses.error(
                    HttpStatus.UNPROCESSABLE_ENTITY,
                    "The Idempotency-Key was used for the instance '" + reused.instanceId()
                            + "' before, with another input or orchestrator.");
        }
        String name = outcome instanceof StartOutcome.UnknownOrchestrator unknown ? unknown.name() : functionName;
        return responses.error(HttpStatus.NOT_FOUND, "There is no orchestrator '" + name + "'.");
    }

    private static void log(StartOutcome outcome, String functionName, ExecutionContext invocation) {
        InstanceLog log = new InstanceLog(invocation.getLogger());
        if (outcome instanceof StartOutcome.Accepted accepted) {
            log.info(
                    accepted.word(),
                    new ExecutionKey(accepted.instanceId(), accepted.executionId(), 0),
                    "orchestrator",
                    functionName);
        } else if (outcome instanceof StartOutcome.Rejected rejected) {
            Instance holder = rejected.holder();
            log.info(
                    "rejected",
                    new ExecutionKey(holder.instanceId(), holder.executionId(), 0),
                    "orchestrator",
                    functionName,
                    "holder",
                    holder.status().displayName());
        }
    }
}
