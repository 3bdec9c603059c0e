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

/**
 * Raises an event for an instance, and starts the instance first if there is none: 202, or 409 if it has ended and its ID
 * cannot be used again.
 */
public final class RaiseOrStart {
    private final StartFunctions functions;

    RaiseOrStart(StartFunctions functions) {
        this.functions = functions;
    }

    /** Serves {@code POST orchestrators/{functionName}/{instanceId}/raiseEvent/{eventName}}. */
    @FunctionName("RaiseOrStart")
    public HttpResponseMessage run(
            @HttpTrigger(
                            name = "request",
                            methods = HttpMethod.POST,
                            authLevel = AuthorizationLevel.FUNCTION,
                            route = Routes.ORCHESTRATOR_INSTANCE + "/raiseEvent/{" + Routes.EVENT_NAME + "}")
                    HttpRequestMessage<Optional<String>> request,
            @BindingName(Routes.FUNCTION_NAME) String functionName,
            @BindingName(Routes.INSTANCE_ID) String instanceId,
            @BindingName(Routes.EVENT_NAME) String eventName,
            ExecutionContext invocation) {
        return functions.raiseOrStart(request, functionName, instanceId, eventName, invocation);
    }
}
