package dev.soliton.functions;

import com.microsoft.azure.functions.ExecutionContext;
import com.microsoft.azure.functions.HttpMethod;
import com.microsoft.azure.functions.HttpRequestMessage;
import com.microsoft.azure.functions.HttpResponseMessage;
import com.microsoft.azure.functions.annotation.AuthorizationLevel;
import com.microsoft.azure.functions.annotation.FunctionName;
import com.microsoft.azure.functions.annotation.HttpTrigger;
import dev.soliton.instance.InstanceFilter;
import java.util.Optional;
import java.util.function.Supplier;

/** Lists instances: 200 with the statuses of those that the parameters ask for, part by part. */
public final class ListInstances {
    private static final int DEFAULT_TOP = 100;
    private static final int MAX_TOP = 1_000;

    private final Supplier<Graph> graph;

    ListInstances(Supplier<Graph> graph) {
        this.graph = graph;
    }

    /** Serves {@code GET instances}. */
    @FunctionName("ListInstances")
    public HttpResponseMessage run(
            @HttpTrigger(
                            name = "request",
                            methods = HttpMethod.GET,
                            authLevel = AuthorizationLevel.FUNCTION,
                            route = Routes.INSTANCES)
                    HttpRequestMessage<Optional<String>> request,
            ExecutionContext invocation) {
        Responses responses = new Responses(request, invocation);
        return responses.of(() -> {
            Requests.refuseOthers(
                    request,
                    "runtimeStatus",
                    "createdTimeFrom",
                    "createdTimeTo",
                    "instanceIdPrefix",
                    "showInput",
                    "top");
            InstanceFilter filter = Filters.of(request);
            boolean showInput = Requests.flag(request, "showInput", true);
            int top = Requests.number(request, "top", DEFAULT_TOP, 1, MAX_TOP);
            String token = Requests.header(request, Responses.CONTINUATION);
            return responses.list(
                    graph.get().client().list(filter, top, showInput, token == null || token.isEmpty() ? null : token));
        });
    }
}
