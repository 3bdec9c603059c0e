package com.example;

import com.microsoft.azure.functions.HttpMethod;
import com.microsoft.azure.functions.HttpRequestMessage;
import com.microsoft.azure.functions.HttpResponseMessage;
import com.microsoft.azure.functions.HttpStatus;
import com.microsoft.azure.functions.annotation.AuthorizationLevel;
import com.microsoft.azure.functions.annotation.BindingName;
import com.microsoft.azure.functions.annotation.FunctionName;
import com.microsoft.azure.functions.annotation.HttpTrigger;
import dev.soliton.app.InstanceResponses;
import dev.soliton.client.OrchestrationClient;
import dev.soliton.client.StartRequest;
import java.util.Optional;

/** Functions of the app's own, beside those of Soliton. */
public final class PriceFunctions {
    private final OrchestrationClient client;
    private final InstanceResponses responses;

    public PriceFunctions(OrchestrationClient client, InstanceResponses responses) {
        this.client = client;
        this.responses = responses;
    }

    @FunctionName("StartImport")
    public HttpResponseMessage start(
            @HttpTrigger(
                            name = "request",
                            methods = HttpMethod.POST,
                            route = "suppliers/{supplier}/import",
                            authLevel = AuthorizationLevel.FUNCTION)
                    HttpRequestMessage<Optional<String>> request,
            @BindingName("supplier") String supplier) {
        return responses.createStartResponse(request, client.start(new StartRequest("ImportPrices", supplier, null)));
    }

    @FunctionName("ImportStatus")
    public HttpResponseMessage status(
            @HttpTrigger(
                            name = "request",
                            methods = HttpMethod.GET,
                            route = "suppliers/{supplier}/import",
                            authLevel = AuthorizationLevel.FUNCTION)
                    HttpRequestMessage<Optional<String>> request,
            @BindingName("supplier") String supplier) {
        return client.status(supplier, false)
                .map(instance -> responses.createStatusResponse(request, instance))
                .orElseGet(() -> request.createResponseBuilder(HttpStatus.NOT_FOUND).build());
    }
}
