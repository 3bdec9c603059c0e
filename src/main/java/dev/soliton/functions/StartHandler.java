package dev.soliton.functions;

import com.microsoft.azure.functions.ExecutionContext;
import com.microsoft.azure.functions.HttpRequestMessage;
import com.microsoft.azure.functions.HttpResponseMessage;
import com.microsoft.azure.functions.HttpStatus;
import dev.soliton.client.Instance;
import dev.soliton.client.StartOutcome;
import dev.soliton.client.StartRequest;
import dev.soliton.client.WaitOutcome;
import dev.soliton.engine.runtime.InstanceLog;
import dev.soliton.store.ExecutionKey;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The common part of the functions that start instances: it turns a request into a call, and the outcome into an
 * answer.
 *
 * <p>A request is checked completely before anything is started. After an accepted start the caller gets its 202
 * whatever fails: an error would say that nothing was started.
 */
final class StartHandler {
    /** How many orchestrators an error lists. */
    private static final int MAX_NAMES = 100;

    private final Supplier<AppObjects> objects;

    /**
     * A start under way, as known from its request before anything is started.
     *
     * @param action what the caller does, for the log
     */
    private record Call(
            String action,
            AppObjects app,
            Responses responses,
            InstanceUris.Base uris,
            StartParameters parameters,
            boolean failedIsAnError,
            ExecutionContext invocation) {}

    StartHandler(Supplier<AppObjects> objects) {
        this.objects = objects;
    }

    HttpResponseMessage start(
            HttpRequestMessage<Optional<String>> request,
            String functionName,
            @Nullable String instanceId,
            ExecutionContext invocation) {
        Responses responses = new Responses(request, invocation, objects);
        return responses.of(() -> {
            AppObjects app = objects.get();
            Requests.refuseOthers(request, StartParameters.OF_START);
            refuseInternal(app, functionName);
            Call call = call(
                    "start",
                    app,
                    request,
                    responses,
                    StartParameters.of(request, app.settings(), app.clock()),
                    invocation);
            StartOutcome outcome = app.limits().withBody(request, input -> app.client()
                    .start(new StartRequest(
                            functionName, instanceId, input, call.parameters().options())));
            return answer(call, outcome, functionName);
        });
    }

    HttpResponseMessage raiseOrStart(
            HttpRequestMessage<Optional<String>> request,
            String functionName,
            String instanceId,
            String eventName,
            ExecutionContext invocation) {
        Responses responses = new Responses(request, invocation, objects);
        return responses.of(() -> {
            AppObjects app = objects.get();
            Requests.refuseOthers(request, StartParameters.OF_SIGNAL);
            refuseInternal(app, functionName);
            Call call = call(
                    "raiseEvent",
                    app,
                    request,
                    responses,
                    StartParameters.ofSignal(request, app.settings(), app.clock()),
                    invocation);
            String eventId = Requests.query(request, "eventId");
            StartRequest start = new StartRequest(
                    functionName, instanceId, null, call.parameters().options());
            StartOutcome outcome = app.limits()
                    .withBody(request, payload -> app.client().raiseOrStart(start, eventName, payload, eventId));
            return answer(call, outcome, functionName);
        });
    }

    HttpResponseMessage restart(
            HttpRequestMessage<Optional<String>> request, String instanceId, ExecutionContext invocation) {
        Responses responses = new Responses(request, invocation, objects);
        return responses.of(() -> {
            AppObjects app = objects.get();
            Requests.refuseOthers(request, StartParameters.OF_RESTART);
            Call call = call("restart", app, request, responses, StartParameters.ofRestart(request), invocation);
            boolean withNewId = Requests.flag(request, "restartWithNewInstanceId", true);
            String key = call.parameters().options().idempotencyKey();
            Optional<StartOutcome> outcome = app.client().restart(instanceId, withNewId, key);
            return outcome.isEmpty()
                    ? responses.noInstance(instanceId)
                    : answer(call, outcome.get(), "restart of " + instanceId);
        });
    }

    private static Call call(
            String action,
            AppObjects app,
            HttpRequestMessage<?> request,
            Responses responses,
            StartParameters parameters,
            ExecutionContext invocation) {
        return new Call(
                action,
                app,
                responses,
                InstanceUris.Base.of(request, app.settings().trustForwardedHeaders()),
                parameters,
                Requests.flag(request, "returnInternalServerErrorOnFailure", false),
                invocation);
    }

    private static void refuseInternal(AppObjects app, String functionName) {
        if (app.client().isInternal(functionName)) {
            throw new BadRequestException(
                    HttpStatus.FORBIDDEN,
                    "The orchestrator '" + functionName + "' is a part of others, which alone can start it.");
        }
    }

    private static HttpResponseMessage answer(Call call, StartOutcome outcome, String functionName) {
        Responses responses = call.responses();
        responses.note(log -> log(outcome, functionName, log));
        if (outcome instanceof StartOutcome.Accepted accepted) {
            responses.audit(call.action(), accepted.instanceId());
            return accepted(call, accepted);
        }
        return notAccepted(call.app(), responses, outcome);
    }

    /** The answer to a start that started nothing. */
    static HttpResponseMessage notAccepted(AppObjects app, Responses responses, StartOutcome outcome) {
        if (outcome instanceof StartOutcome.Rejected rejected) {
            return responses.rejected(rejected);
        }
        if (outcome instanceof StartOutcome.KeyReused reused) {
            return responses.error(
                    HttpStatus.UNPROCESSABLE_ENTITY,
                    "The Idempotency-Key was used for the instance '" + reused.instanceId()
                            + "' before, with another input or orchestrator.");
        }
        String name = outcome instanceof StartOutcome.UnknownOrchestrator unknown ? unknown.name() : "";
        List<String> known = app.client().startable();
        if (known.isEmpty()) {
            return responses.error(
                    HttpStatus.NOT_FOUND, "There is no orchestrator '" + name + "'. " + AppLoader.NO_ORCHESTRATORS);
        }
        return responses.error(
                HttpStatus.NOT_FOUND,
                "There is no orchestrator '" + name + "'. There are: "
                        + String.join(", ", known.subList(0, Math.min(known.size(), MAX_NAMES)))
                        + (known.size() > MAX_NAMES ? ", and others." : "."));
    }

    private static HttpResponseMessage accepted(Call call, StartOutcome.Accepted accepted) {
        InstanceUris uris = call.uris().of(accepted.instanceId());
        Duration asked = call.parameters().timeout();
        if (asked == null) {
            return call.responses().accepted(accepted, uris, null);
        }
        RequestLimits limits = call.app().limits();
        return limits.waiting(limits.wait(asked), limit -> {
            Optional<Instance> ended = awaitEnd(call, accepted, limit);
            return ended.isPresent()
                    ? call.responses().ended(ended.get(), call.failedIsAnError())
                    : call.responses().accepted(accepted, uris, limit.equals(asked) ? null : limit);
        });
    }

    private static Optional<Instance> awaitEnd(Call call, StartOutcome.Accepted accepted, Duration limit) {
        try {
            WaitOutcome seen = call.app()
                    .client()
                    .waitFor(accepted, limit, call.parameters().pollingInterval());
            return seen instanceof WaitOutcome.Ended ended ? Optional.of(ended.instance()) : Optional.empty();
        } catch (InterruptedException stop) {
            // The instance was started all the same, and the caller can follow it.
            Thread.currentThread().interrupt();
            return Optional.empty();
        } catch (RuntimeException trouble) {
            call.responses()
                    .note(log -> log.warning(
                            "wait failed",
                            new ExecutionKey(accepted.instanceId(), accepted.executionId(), 0),
                            "failure",
                            trouble.toString()));
            return Optional.empty();
        }
    }

    private static void log(StartOutcome outcome, String functionName, InstanceLog log) {
        if (outcome instanceof StartOutcome.Accepted accepted) {
            log.info(
                    accepted.label(),
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
