package dev.soliton.local.host.sample;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.microsoft.azure.functions.ExecutionContext;
import com.microsoft.azure.functions.HttpRequestMessage;
import com.microsoft.azure.functions.HttpResponseMessage;
import com.microsoft.azure.functions.HttpStatus;
import com.microsoft.azure.functions.annotation.BindingName;
import com.microsoft.azure.functions.annotation.HttpTrigger;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Functions with an HTTP trigger named {@code req}. */
public final class HttpFunctions {

    private static final AtomicInteger CALLS = new AtomicInteger();

    private final AtomicInteger callsOfThis = new AtomicInteger();

    public HttpFunctions() {}

    public HttpResponseMessage echo(@HttpTrigger(name = "req") HttpRequestMessage<Optional<String>> request) {
        return text(
                request,
                request.getHttpMethod() + "\n" + request.getUri() + "\nheaders " + new TreeMap<>(request.getHeaders())
                        + "\nquery " + new TreeMap<>(request.getQueryParameters()) + "\nbody " + request.getBody());
    }

    public HttpResponseMessage first(@HttpTrigger(name = "req") HttpRequestMessage<Optional<String>> request) {
        return text(request, "first");
    }

    public HttpResponseMessage second(@HttpTrigger(name = "req") HttpRequestMessage<Optional<String>> request) {
        return text(request, "second");
    }

    public HttpResponseMessage named(
            @HttpTrigger(name = "req") HttpRequestMessage<Optional<String>> request,
            @BindingName("id") String id,
            @BindingName("size") int size) {
        return text(request, id + " " + size);
    }

    public HttpResponseMessage optional(
            @HttpTrigger(name = "req") HttpRequestMessage<Optional<String>> request,
            @BindingName("part") Optional<String> part) {
        return text(request, "part " + part);
    }

    public HttpResponseMessage calls(@HttpTrigger(name = "req") HttpRequestMessage<Optional<String>> request) {
        return text(request, callsOfThis.incrementAndGet() + " " + CALLS.incrementAndGet());
    }

    public HttpResponseMessage setting(
            @HttpTrigger(name = "req") HttpRequestMessage<Optional<String>> request, @BindingName("name") String name) {
        return text(request, String.valueOf(System.getenv(name)));
    }

    /** Has another name for a value than its route. */
    public HttpResponseMessage numbered(
            @HttpTrigger(name = "req") HttpRequestMessage<Optional<String>> request, @BindingName("_1") String page) {
        return text(request, page);
    }

    public @Nullable HttpResponseMessage nothing(
            @HttpTrigger(name = "req") HttpRequestMessage<Optional<String>> request) {
        return null;
    }

    public void empty(@HttpTrigger(name = "req") HttpRequestMessage<Optional<String>> request) {}

    public HttpResponseMessage fails(@HttpTrigger(name = "req") HttpRequestMessage<Optional<String>> request) {
        throw new IllegalStateException("wrapped", new IllegalArgumentException("deliberate"));
    }

    /** Fails in a way of its own. */
    public HttpResponseMessage failsOddly(
            @HttpTrigger(name = "req") HttpRequestMessage<Optional<String>> request, @BindingName("how") String how)
            throws Exception {
        switch (how) {
            case "circle" -> {
                IllegalStateException first = new IllegalStateException("first");
                IllegalStateException second = new IllegalStateException("second", first);
                first.initCause(second);
                throw first;
            }
            case "speechless" ->
                throw new IllegalStateException() {
                    @Override
                    public String getMessage() {
                        throw new IllegalArgumentException("no message");
                    }
                };
            case "deep" -> {
                return failsOddly(request, how);
            }
            case "checked" -> throw new IOException("checked");
            case "error" -> throw new LinkageError("error");
            default -> {
                return text(request, how);
            }
        }
    }

    public HttpResponseMessage typed(@HttpTrigger(name = "req") HttpRequestMessage<Optional<String>> request) {
        return request.createResponseBuilder(HttpStatus.CREATED)
                .header("content-type", "application/json")
                .header("X-Once", "1")
                .header("x-once", "2")
                .body("{\"a\":1}")
                .build();
    }

    public HttpResponseMessage objectBody(@HttpTrigger(name = "req") HttpRequestMessage<Optional<String>> request) {
        return request.createResponseBuilder(HttpStatus.OK).body(Map.of("a", 1)).build();
    }

    public HttpResponseMessage objectParameter(
            @HttpTrigger(name = "req") HttpRequestMessage<Optional<Map<String, String>>> request) {
        return text(request, request.getBody().toString());
    }

    /** Needs a library that is on the host's own class path and not among the staged jars. */
    public HttpResponseMessage needsJackson(@HttpTrigger(name = "req") HttpRequestMessage<Optional<String>> request) {
        return text(request, new ObjectMapper().createObjectNode().toString());
    }

    public HttpResponseMessage logs(
            @HttpTrigger(name = "req") HttpRequestMessage<Optional<String>> request, ExecutionContext context) {
        context.getLogger().info("raw {0} by " + context.getFunctionName());
        context.getLogger().fine("too fine");
        return text(request, context.getInvocationId());
    }

    public HttpResponseMessage gated(@HttpTrigger(name = "req") HttpRequestMessage<Optional<String>> request)
            throws InterruptedException {
        Gate.pass("http");
        return text(request, "passed");
    }

    /** Has a line printed when the JVM ends of itself. */
    public HttpResponseMessage hook(@HttpTrigger(name = "req") HttpRequestMessage<Optional<String>> request) {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> System.out.println("HOOK has run")));
        return text(request, "set");
    }

    public HttpResponseMessage twice(@HttpTrigger(name = "req") HttpRequestMessage<Optional<String>> request) {
        return text(request, "1");
    }

    public HttpResponseMessage twice(
            @HttpTrigger(name = "req") HttpRequestMessage<Optional<String>> request, ExecutionContext context) {
        return text(request, "2");
    }

    private static HttpResponseMessage text(HttpRequestMessage<?> request, String text) {
        return request.createResponseBuilder(HttpStatus.OK).body(text).build();
    }
}
