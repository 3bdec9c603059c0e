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
 * Starts an orchestration under an ID of the caller's choice, of which only one instance can exist: 202 for the one
 * start that wins, 409 for every other.
 *
 * <p>The contract is that of the singleton pattern in the documentation of Durable Functions.
 */
public final class HttpStartSingle {
    private final StartFunctions functions;

    HttpStartSingle(StartFunctions functions) {
        this.functions = functions;
    }

    /** Serves {@code POST orchestrators/{functionName}/{instanceId}}. */
    @FunctionName("HttpStartSingle")
    public HttpResponseMessage run(
            @HttpTrigger(
                            name = "request",
                            methods = HttpMethod.POST,
                            authLevel = AuthorizationLevel.FUNCTION,
                            route = Routes.ORCHESTRATOR_INSTANCE)
                    HttpRequestMessage<Optional<String>> request,
            @BindingName(Routes.FUNCTION_NAME) String functionName,
            @BindingName(Routes.INSTANCE_ID) String instanceId,
            ExecutionContext invocation) {
        return functions.start(request, functionName, instanceId, invocation);
    }
}
