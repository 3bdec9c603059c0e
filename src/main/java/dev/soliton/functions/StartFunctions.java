package dev.soliton.functions;

import com.microsoft.azure.functions.ExecutionContext;
import com.microsoft.azure.functions.HttpMethod;
import com.microsoft.azure.functions.HttpRequestMessage;
import com.microsoft.azure.functions.HttpResponseMessage;
import com.microsoft.azure.functions.annotation.AuthorizationLevel;
import com.microsoft.azure.functions.annotation.BindingName;
import com.microsoft.azure.functions.annotation.FunctionName;
import com.microsoft.azure.functions.annotation.HttpTrigger;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The functions that start instances. The worker finds each function by the name of its method, which must be unique in
 * the class.
 */
public final class StartFunctions {
    private final StartHandler starts;

    StartFunctions(Supplier<AppObjects> objects) {
        this.starts = new StartHandler(objects);
    }

    /**
     * Starts an orchestration under a random ID. Serves {@code POST orchestrators/{functionName}}.
     *
     * <p>This is a separate function, and not one with an optional ID: the Java worker fails an invocation whose
     * optional route parameter is missing.
     */
    @FunctionName("HttpStart")
    public HttpResponseMessage start(
            @HttpTrigger(
                            name = "request",
                            methods = HttpMethod.POST,
                            authLevel = AuthorizationLevel.FUNCTION,
                            route = Routes.ORCHESTRATOR)
                    HttpRequestMessage<Optional<String>> request,
            @BindingName(Routes.FUNCTION_NAME) String functionName,
            ExecutionContext invocation) {
        return starts.start(request, functionName, null, invocation);
    }

    /**
     * Starts an orchestration under an ID of the caller's choice, of which only one instance can exist: 202 for the one
     * start that wins, 409 for every other. Serves {@code POST orchestrators/{functionName}/{instanceId}}.
     *
     * <p>The contract is that of the singleton pattern in the documentation of Durable Functions.
     */
    @FunctionName("HttpStartSingle")
    public HttpResponseMessage startSingle(
            @HttpTrigger(
                            name = "request",
                            methods = HttpMethod.POST,
                            authLevel = AuthorizationLevel.FUNCTION,
                            route = Routes.ORCHESTRATOR_INSTANCE)
                    HttpRequestMessage<Optional<String>> request,
            @BindingName(Routes.FUNCTION_NAME) String functionName,
            @BindingName(Routes.INSTANCE_ID) String instanceId,
            ExecutionContext invocation) {
        return starts.start(request, functionName, instanceId, invocation);
    }

    /**
     * Raises an event for an instance, and starts the instance first if there is none: 202, or 409 if it has ended and
     * its ID cannot be used again. Serves
     * {@code POST orchestrators/{functionName}/{instanceId}/raiseEvent/{eventName}}.
     */
    @FunctionName("RaiseOrStart")
    public HttpResponseMessage raiseOrStart(
            @HttpTrigger(
                            name = "request",
                            methods = HttpMethod.POST,
                            authLevel = AuthorizationLevel.FUNCTION,
                            route = Routes.ORCHESTRATOR_INSTANCE + Routes.RAISE_EVENT)
                    HttpRequestMessage<Optional<String>> request,
            @BindingName(Routes.FUNCTION_NAME) String functionName,
            @BindingName(Routes.INSTANCE_ID) String instanceId,
            @BindingName(Routes.EVENT_NAME) String eventName,
            ExecutionContext invocation) {
        return starts.raiseOrStart(request, functionName, instanceId, eventName, invocation);
    }

    /**
     * Starts an instance again, with its input: 202 with the URIs of the new one, 409 if the restart keeps the ID and
     * the instance has not ended, 404 if there is none. Serves {@code POST instances/{instanceId}/restart}.
     */
    @FunctionName("RestartInstance")
    public HttpResponseMessage restart(
            @HttpTrigger(
                            name = "request",
                            methods = HttpMethod.POST,
                            authLevel = AuthorizationLevel.FUNCTION,
                            route = Routes.INSTANCE + "/restart")
                    HttpRequestMessage<Optional<String>> request,
            @BindingName(Routes.INSTANCE_ID) String instanceId,
            ExecutionContext invocation) {
        return starts.restart(request, instanceId, invocation);
    }
}
