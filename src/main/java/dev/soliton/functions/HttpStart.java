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
 * Starts an orchestration under a random ID.
 *
 * <p>This is a function of its own, and not one with an optional ID: the Java worker fails an invocation whose optional
 * route parameter was left out.
 */
public final class HttpStart {
    private final StartFunctions functions;

    HttpStart(StartFunctions functions) {
        this.functions = functions;
    }

    /** Serves {@code POST orchestrators/{functionName}}. */
    @FunctionName("HttpStart")
    public HttpResponseMessage run(
            @HttpTrigger(
                            name = "request",
                            methods = HttpMethod.POST,
                            authLevel = AuthorizationLevel.FUNCTION,
                            route = Routes.ORCHESTRATOR)
                    HttpRequestMessage<Optional<String>> request,
            @BindingName(Routes.FUNCTION_NAME) String functionName,
            ExecutionContext invocation) {
        return functions.start(request, functionName, null, invocation);
    }
}
