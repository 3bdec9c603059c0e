package dev.soliton.e2e.app;

import com.microsoft.azure.functions.ExecutionContext;
import com.microsoft.azure.functions.HttpMethod;
import com.microsoft.azure.functions.HttpRequestMessage;
import com.microsoft.azure.functions.HttpResponseMessage;
import com.microsoft.azure.functions.HttpStatus;
import com.microsoft.azure.functions.annotation.AuthorizationLevel;
import com.microsoft.azure.functions.annotation.BindingName;
import com.microsoft.azure.functions.annotation.HttpTrigger;
import dev.soliton.app.InstanceResponses;
import dev.soliton.client.Instance;
import dev.soliton.client.OrchestrationClient;
import dev.soliton.client.SignalOutcome;
import dev.soliton.client.StartRequest;
import dev.soliton.orchestration.DataConverter;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** A function class of an app's own, as a user writes it. */
public final class OwnShop {
    private final OrchestrationClient client;
    private final InstanceResponses responses;
    private final DataConverter json;

    public OwnShop(OrchestrationClient client, InstanceResponses responses, DataConverter json) {
        this.client = client;
        this.responses = responses;
        this.json = json;
    }

    /** Serves {@code POST shop/{id}/{what}}. */
    public HttpResponseMessage serve(
            @HttpTrigger(
                            name = "request",
                            methods = HttpMethod.POST,
                            authLevel = AuthorizationLevel.FUNCTION,
                            route = "shop/{id}/{what}")
                    HttpRequestMessage<Optional<String>> request,
            @BindingName("id") String id,
            @BindingName("what") String what,
            ExecutionContext invocation) {
        return switch (what) {
            case "start" ->
                responses.createStartResponse(
                        request, client.start(new StartRequest("EchoInput", id, json.toJson(List.of(id)))));
            case "collect" ->
                responses.createStartResponse(request, client.start(new StartRequest("Collect", id, json.toJson(1))));
            case "check" -> responses.createCheckStatusResponse(request, id);
            case "wait" -> responses.waitForCompletionOrCreateCheckStatusResponse(request, id, Duration.ofMinutes(1));
            case "event" ->
                request.createResponseBuilder(
                                client.raiseEvent(id, "Item", json.toJson("apple"), null)
                                                instanceof SignalOutcome.Accepted
                                        ? HttpStatus.ACCEPTED
                                        : HttpStatus.GONE)
                        .build();
            default -> status(request, id);
        };
    }

    private HttpResponseMessage status(HttpRequestMessage<?> request, String id) {
        Optional<Instance> found = client.status(id, false);
        return found.isPresent()
                ? responses.createStatusResponse(request, found.get())
                : request.createResponseBuilder(HttpStatus.NOT_FOUND).build();
    }
}
