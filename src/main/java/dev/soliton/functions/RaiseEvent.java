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

/** Raises an event for an instance: 202 if it came in, 410 if the instance has ended, 404 if there is none. */
public final class RaiseEvent {
    private final Operations operations;

    RaiseEvent(Operations operations) {
        this.operations = operations;
    }

    /** Serves {@code POST instances/{instanceId}/raiseEvent/{eventName}}. */
    @FunctionName("RaiseEvent")
    public HttpResponseMessage run(
            @HttpTrigger(
                            name = "request",
                            methods = HttpMethod.POST,
                            authLevel = AuthorizationLevel.FUNCTION,
                            route = Routes.INSTANCE + "/raiseEvent/{" + Routes.EVENT_NAME + "}")
                    HttpRequestMessage<Optional<String>> request,
            @BindingName(Routes.INSTANCE_ID) String instanceId,
            @BindingName(Routes.EVENT_NAME) String eventName,
            ExecutionContext invocation) {
        return operations.raiseEvent(request, instanceId, eventName, invocation);
    }
}
