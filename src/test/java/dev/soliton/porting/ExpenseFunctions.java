package dev.soliton.porting;

import com.microsoft.azure.functions.HttpMethod;
import com.microsoft.azure.functions.HttpRequestMessage;
import com.microsoft.azure.functions.HttpResponseMessage;
import com.microsoft.azure.functions.annotation.AuthorizationLevel;
import com.microsoft.azure.functions.annotation.BindingName;
import com.microsoft.azure.functions.annotation.FunctionName;
import com.microsoft.azure.functions.annotation.HttpTrigger;
import dev.soliton.app.InstanceResponses;
import dev.soliton.client.OrchestrationClient;
import dev.soliton.client.StartRequest;
import java.util.Optional;

public final class ExpenseFunctions {
    private final OrchestrationClient client;
    private final InstanceResponses responses;

    public ExpenseFunctions(OrchestrationClient client, InstanceResponses responses) {
        this.client = client;
        this.responses = responses;
    }

    @FunctionName("SubmitExpense")
    public HttpResponseMessage submit(
            @HttpTrigger(
                            name = "request",
                            methods = HttpMethod.POST,
                            authLevel = AuthorizationLevel.FUNCTION,
                            route = "expenses/{id}")
                    HttpRequestMessage<Optional<String>> request,
            @BindingName("id") String id) {
        String cents = request.getBody().orElse("0");
        return responses.createStartResponse(request, client.start(new StartRequest("ApproveExpense", id, cents)));
    }
}
