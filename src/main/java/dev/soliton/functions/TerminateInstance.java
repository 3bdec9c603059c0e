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

/** Ends an instance: 202 if the request came in, 410 if the instance has ended already, 404 if there is none. */
public final class TerminateInstance {
    private final Operations operations;

    TerminateInstance(Operations operations) {
        this.operations = operations;
    }

    /** Serves {@code POST instances/{instanceId}/terminate}. */
    @FunctionName("TerminateInstance")
    public HttpResponseMessage run(
            @HttpTrigger(
                            name = "request",
                            methods = HttpMethod.POST,
                            authLevel = AuthorizationLevel.FUNCTION,
                            route = Routes.INSTANCE + "/terminate")
                    HttpRequestMessage<Optional<String>> request,
            @BindingName(Routes.INSTANCE_ID) String instanceId,
            ExecutionContext invocation) {
        return operations.terminate(request, instanceId, invocation);
    }
}
