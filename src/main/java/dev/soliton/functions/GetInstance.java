package dev.soliton.functions;

import com.microsoft.azure.functions.ExecutionContext;
import com.microsoft.azure.functions.HttpMethod;
import com.microsoft.azure.functions.HttpRequestMessage;
import com.microsoft.azure.functions.HttpResponseMessage;
import com.microsoft.azure.functions.annotation.AuthorizationLevel;
import com.microsoft.azure.functions.annotation.BindingName;
import com.microsoft.azure.functions.annotation.FunctionName;
import com.microsoft.azure.functions.annotation.HttpTrigger;
import dev.soliton.client.Instance;
import dev.soliton.functions.Responses.Shown;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Shows the status of an instance: 202 while it goes on, 200 when it has ended, 404 if there is none. Who asks for an
 * execution is shown the present one, or the one that is to follow, or told 404.
 */
public final class GetInstance {
    private final Supplier<AppObjects> graph;

    GetInstance(Supplier<AppObjects> graph) {
        this.graph = graph;
    }

    /** Serves {@code GET instances/{instanceId}}. */
    @FunctionName("GetInstance")
    public HttpResponseMessage run(
            @HttpTrigger(
                            name = "request",
                            methods = HttpMethod.GET,
                            authLevel = AuthorizationLevel.FUNCTION,
                            route = Routes.INSTANCE)
                    HttpRequestMessage<Optional<String>> request,
            @BindingName(Routes.INSTANCE_ID) String instanceId,
            ExecutionContext invocation) {
        Responses responses = new Responses(request, invocation, graph);
        return responses.of(() -> {
            Settings settings = graph.get().settings();
            Requests.refuseOthers(
                    request,
                    "showInput",
                    "showHistory",
                    "showHistoryOutput",
                    "returnInternalServerErrorOnFailure",
                    "executionId");
            boolean showInput = Requests.flag(request, "showInput", true);
            boolean showHistory = Requests.flag(request, "showHistory", false);
            boolean showResults = Requests.flag(request, "showHistoryOutput", false);
            boolean failedIsAnError = Requests.flag(request, "returnInternalServerErrorOnFailure", false);
            String executionId = Requests.query(request, "executionId");
            String token = Requests.header(request, Responses.CONTINUATION);
            Optional<Shown> found = showHistory
                    ? graph.get()
                            .histories()
                            .find(instanceId, showInput, showResults, token == null || token.isEmpty() ? null : token)
                            .map(told -> new Shown(told.instance(), told.entries(), told.continuation()))
                    : graph.get()
                            .client()
                            .status(instanceId, showInput)
                            .map(instance -> new Shown(instance, null, null));
            if (found.isEmpty()) {
                return responses.noInstance(instanceId);
            }
            Shown shown = found.get();
            if (executionId != null && !executionId.equals(shown.instance().executionId())) {
                Optional<Instance> other = graph.get().client().status(instanceId, executionId, showInput);
                if (other.isEmpty()) {
                    return responses.noExecution(shown.instance(), executionId);
                }
                shown = new Shown(other.get(), showHistory ? List.of() : null, null);
            }
            InstanceUris.Base uris = InstanceUris.Base.of(request, settings.trustForwardedHeaders());
            return responses.status(shown, uris.of(instanceId).sameStatus(), failedIsAnError);
        });
    }
}
