package dev.soliton.functions;

import com.microsoft.azure.functions.ExecutionContext;
import com.microsoft.azure.functions.HttpMethod;
import com.microsoft.azure.functions.HttpRequestMessage;
import com.microsoft.azure.functions.HttpResponseMessage;
import com.microsoft.azure.functions.annotation.AuthorizationLevel;
import com.microsoft.azure.functions.annotation.BindingName;
import com.microsoft.azure.functions.annotation.FunctionName;
import com.microsoft.azure.functions.annotation.HttpTrigger;
import dev.soliton.instance.Instance;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** Shows the status of an instance: 202 while it goes on, 200 when it has ended, 404 if there is none. */
public final class GetInstance {
    private static final Map<String, String> NOT_YET = Map.of("showHistory", "false", "showHistoryOutput", "false");

    private final Supplier<Graph> graph;

    GetInstance(Supplier<Graph> graph) {
        this.graph = graph;
    }

    /** Serves {@code GET instances/{instanceId}}. */
    @FunctionName("GetInstance")
    public HttpResponseMessage run(
            @HttpTrigger(
                            name = "request",
                            methods = HttpMethod.GET,
                            authLevel = AuthorizationLevel.FUNCTION,
                            route = "instances/{instanceId}")
                    HttpRequestMessage<Optional<String>> request,
            @BindingName("instanceId") String instanceId,
            ExecutionContext invocation) {
        Responses responses = new Responses(request, invocation);
        return responses.of(() -> {
            Settings settings = graph.get().settings();
            boolean showInput = Requests.flag(request, "showInput", true);
            boolean failedIsAnError = Requests.flag(request, "returnInternalServerErrorOnFailure", false);
            Requests.refuseQuery(request, NOT_YET);
            Optional<Instance> found = graph.get().client().status(instanceId, showInput);
            if (found.isEmpty()) {
                return responses.noInstance(instanceId);
            }
            InstanceUris uris = new InstanceUris(request, "instances/", instanceId, settings.trustForwardedHeaders());
            return responses.status(found.get(), uris, failedIsAnError);
        });
    }
}
