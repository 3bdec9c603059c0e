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
import dev.soliton.client.PurgeOutcome;
import dev.soliton.client.PurgeSummary;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

/** Removes an instance that has ended: 200, or 412 if it has not, or 404 if there is none. */
public final class PurgeInstance {
    private final Supplier<AppObjects> graph;

    PurgeInstance(Supplier<AppObjects> graph) {
        this.graph = graph;
    }

    /** Serves {@code DELETE instances/{instanceId}}. */
    @FunctionName("PurgeInstance")
    public HttpResponseMessage run(
            @HttpTrigger(
                            name = "request",
                            methods = HttpMethod.DELETE,
                            authLevel = AuthorizationLevel.FUNCTION,
                            route = Routes.INSTANCE)
                    HttpRequestMessage<Optional<String>> request,
            @BindingName(Routes.INSTANCE_ID) String instanceId,
            ExecutionContext invocation) {
        Responses responses = new Responses(request, invocation, graph);
        return responses.of(() -> {
            Requests.refuseOthers(request, "recursive");
            OrchestrationClient client = graph.get().client();
            if (!Requests.flag(request, "recursive", false)) {
                return responses.purged(client.purge(instanceId), instanceId);
            }
            AtomicReference<PurgeSummary> whole = new AtomicReference<>(new PurgeSummary(0, true));
            PurgeOutcome ofItself = client.purgeWithChildren(instanceId, whole::set);
            return ofItself instanceof PurgeOutcome.Purged
                    ? responses.purged(Objects.requireNonNull(whole.get()))
                    : responses.purged(ofItself, instanceId);
        });
    }
}
