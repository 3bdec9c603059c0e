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
 * Starts an instance again, with its input: 202 with the URIs of the new one, 409 if its own ID is asked for and the instance
 * has not ended, 404 if there is none.
 */
public final class RestartInstance {
    private final StartFunctions functions;

    RestartInstance(StartFunctions functions) {
        this.functions = functions;
    }

    /** Serves {@code POST instances/{instanceId}/restart}. */
    @FunctionName("RestartInstance")
    public HttpResponseMessage run(
            @HttpTrigger(
                            name = "request",
                            methods = HttpMethod.POST,
                            authLevel = AuthorizationLevel.FUNCTION,
                            route = Routes.INSTANCE + "/restart")
                    HttpRequestMessage<Optional<String>> request,
            @BindingName(Routes.INSTANCE_ID) String instanceId,
            ExecutionContext invocation) {
        return functions.restart(request, instanceId, invocation);
    }
}
