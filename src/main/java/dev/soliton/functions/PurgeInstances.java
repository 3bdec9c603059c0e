package dev.soliton.functions;

import com.microsoft.azure.functions.ExecutionContext;
import com.microsoft.azure.functions.HttpMethod;
import com.microsoft.azure.functions.HttpRequestMessage;
import com.microsoft.azure.functions.HttpResponseMessage;
import com.microsoft.azure.functions.annotation.AuthorizationLevel;
import com.microsoft.azure.functions.annotation.FunctionName;
import com.microsoft.azure.functions.annotation.HttpTrigger;
import java.util.Optional;
import java.util.function.Supplier;

/** Removes instances that have ended and that the parameters ask for: 200 with their number, or 404 if it is none. */
public final class PurgeInstances {
    private final Supplier<AppObjects> graph;

    PurgeInstances(Supplier<AppObjects> graph) {
        this.graph = graph;
    }

    /** Serves {@code DELETE instances}. */
    @FunctionName("PurgeInstances")
    public HttpResponseMessage run(
            @HttpTrigger(
                            name = "request",
                            methods = HttpMethod.DELETE,
                            authLevel = AuthorizationLevel.FUNCTION,
                            route = Routes.INSTANCES)
                    HttpRequestMessage<Optional<String>> request,
            ExecutionContext invocation) {
        Responses responses = new Responses(request, invocation, graph);
        return responses.of(() -> {
            Requests.refuseOthers(request, Filters.PARAMETERS.toArray(String[]::new));
            return responses.purged(graph.get().client().purge(Filters.ofEnded(request)));
        });
    }
}
