package dev.soliton.functions;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.microsoft.azure.functions.ExecutionContext;
import com.microsoft.azure.functions.HttpMethod;
import com.microsoft.azure.functions.HttpRequestMessage;
import com.microsoft.azure.functions.HttpResponseMessage;
import com.microsoft.azure.functions.annotation.AuthorizationLevel;
import com.microsoft.azure.functions.annotation.FunctionName;
import com.microsoft.azure.functions.annotation.HttpTrigger;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Describes the API, as an OpenAPI 3.1 document. The route requires a key as all others do: a caller without a key can
 * call nothing that is described.
 */
public final class ApiDescription {
    private static final String DESCRIPTION = read();

    private final Supplier<AppObjects> objects;

    ApiDescription(Supplier<AppObjects> objects) {
        this.objects = objects;
    }

    /** Serves {@code GET openapi.json}. */
    @FunctionName("DescribeApi")
    public HttpResponseMessage describe(
            @HttpTrigger(
                            name = "request",
                            methods = HttpMethod.GET,
                            authLevel = AuthorizationLevel.FUNCTION,
                            route = "openapi.json")
                    HttpRequestMessage<Optional<String>> request,
            ExecutionContext invocation) {
        Responses responses = new Responses(request, invocation, objects);
        return responses.of(() -> {
            Requests.refuseOthers(request);
            return responses.document(DESCRIPTION);
        });
    }

    /** The version that the description names: that of the app. */
    static String version() {
        try {
            return new ObjectMapper().readTree(DESCRIPTION).at("/info/version").asText();
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("The description is JSON.", impossible);
        }
    }

    private static String read() {
        try (InputStream resource = ApiDescription.class.getResourceAsStream("openapi.json")) {
            return new String(Objects.requireNonNull(resource, "openapi.json").readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException trouble) {
            throw new UncheckedIOException(trouble);
        }
    }
}
