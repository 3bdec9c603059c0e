package dev.soliton.functions;

import com.microsoft.azure.functions.ExecutionContext;
import com.microsoft.azure.functions.HttpMethod;
import com.microsoft.azure.functions.HttpRequestMessage;
import com.microsoft.azure.functions.HttpResponseMessage;
import com.microsoft.azure.functions.annotation.AuthorizationLevel;
import com.microsoft.azure.functions.annotation.BindingName;
import com.microsoft.azure.functions.annotation.FunctionName;
import com.microsoft.azure.functions.annotation.HttpTrigger;
import dev.soliton.client.OrchestrationClient;
import java.util.Optional;

/** Lets an instance go on: 202 if the request came in, 410 if the instance has ended, 404 if there is none. */
public final class ResumeInstance {
    private final Operations operations;

    ResumeInstance(Operations operations) {
        this.operations = operations;
    }

    /** Serves {@code POST instances/{instanceId}/resume}. */
    @FunctionName("ResumeInstance")
    public HttpResponseMessage run(
            @HttpTrigger(
                            name = "request",
                            methods = HttpMethod.POST,
                            authLevel = AuthorizationLevel.FUNCTION,
                            route = Routes.INSTANCE + "/resume")
                    HttpRequestMessage<Optional<String>> request,
            @BindingName(Routes.INSTANCE_ID) String instanceId,
            ExecutionContext invocation) {
        return operations.apply(request, "resume", OrchestrationClient::resume, instanceId, invocation);
    }
}
