package dev.soliton.local.host.sample;

import com.microsoft.azure.functions.ExecutionContext;
import com.microsoft.azure.functions.HttpRequestMessage;
import com.microsoft.azure.functions.HttpResponseMessage;
import com.microsoft.azure.functions.HttpStatusType;
import com.microsoft.azure.functions.annotation.BindingName;
import com.microsoft.azure.functions.annotation.HttpTrigger;
import com.microsoft.azure.functions.annotation.QueueTrigger;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/** Functions that tell all that a Java function sees, and answer in every way that it can; they have run on the real host. */
public final class ProbeFunctions {

    private static final Queue<String> SEEN = new ConcurrentLinkedQueue<>();

    public ProbeFunctions() {}

    /** What is seen of a request with a value in its route. */
    public HttpResponseMessage echo(
            @HttpTrigger(name = "req") HttpRequestMessage<Optional<String>> request,
            @BindingName("first") String first) {
        return seen(request, Map.of("first", first));
    }

    /** What is seen of a request without one. */
    public HttpResponseMessage plain(@HttpTrigger(name = "req") HttpRequestMessage<Optional<String>> request) {
        return seen(request, Map.of());
    }

    private static HttpResponseMessage seen(HttpRequestMessage<Optional<String>> request, Map<String, String> bound) {
        String uri;
        try {
            uri = String.valueOf(request.getUri());
        } catch (RuntimeException e) {
            uri = "throws " + e.getClass().getName();
        }
        String text = "{\"method\":" + quoted(String.valueOf(request.getHttpMethod()))
                + ",\"uri\":" + quoted(uri)
                + ",\"headers\":" + json(request.getHeaders())
                + ",\"query\":" + json(request.getQueryParameters())
                + ",\"bound\":" + json(bound)
                + ",\"body\":"
                + request.getBody().map(ProbeFunctions::quoted).orElse("\"(empty)\"") + "}";
        return request.createResponseBuilder(HttpStatusType.custom(200))
                .header("Content-Type", "application/json")
                .body(text)
                .build();
    }

    /** Answers with the status, type, header and kind of body that the query asks for. */
    public HttpResponseMessage answer(@HttpTrigger(name = "req") HttpRequestMessage<Optional<String>> request) {
        Map<String, String> query = request.getQueryParameters();
        HttpResponseMessage.Builder builder = request.createResponseBuilder(
                HttpStatusType.custom(Integer.parseInt(query.getOrDefault("status", "200"))));
        if (query.containsKey("type")) {
            builder.header("Content-Type", query.get("type"));
        }
        if (query.containsKey("header")) {
            builder.header(query.get("header"), query.getOrDefault("value", ""));
        }
        Object body = body(query.getOrDefault("body", "none"));
        if (body != null) {
            builder.body(body);
        }
        return builder.build();
    }

    private static @Nullable Object body(String kind) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("b", 1);
        map.put("a", List.of("x", 1.5, true));
        return switch (kind) {
            case "text" -> "h\u00e9llo";
            case "empty" -> "";
            case "json" -> "{\"b\":1,\"a\":[1,2]}";
            case "bytes" -> "h\u00e9llo".getBytes(StandardCharsets.UTF_8);
            case "number" -> 42;
            case "boolean" -> true;
            case "map" -> map;
            case "list" -> List.of("x", 1);
            default -> null;
        };
    }

    /** Returns text that is no response message. */
    public @Nullable String text(
            @HttpTrigger(name = "req") HttpRequestMessage<Optional<String>> request, @BindingName("what") String what) {
        return switch (what) {
            case "null" -> null;
            case "empty" -> "";
            case "json" -> "{\"b\":1,\"a\":[1,2]}";
            case "response" -> "{\"status\":418,\"body\":\"short\",\"headers\":{\"X-A\":\"b\"}}";
            default -> what;
        };
    }

    /** Returns what is neither text nor a response message, of the kind that the route names. */
    public @Nullable Object value(
            @HttpTrigger(name = "req") HttpRequestMessage<Optional<String>> request, @BindingName("what") String what) {
        return switch (what) {
            case "response" -> Map.of("body", Map.of("a", 1.0), "statusCode", "202", "headers", Map.of("X-A", true));
            case "record" -> new Point(1, null);
            case "double" -> 1e20;
            default -> body(what);
        };
    }

    /** An object of one's own. */
    private record Point(int x, @Nullable String name) {}

    public void nothing(@HttpTrigger(name = "req") HttpRequestMessage<Optional<String>> request) {}

    /** Throws an exception, or an error. */
    public HttpResponseMessage fails(
            @HttpTrigger(name = "req") HttpRequestMessage<Optional<String>> request, @BindingName("what") String what) {
        if (what.equals("error")) {
            throw new StackOverflowError("told to");
        }
        throw new IllegalStateException("told to");
    }

    /** Notes what is seen of a message; a text that begins with "fail" throws. */
    public void message(
            @QueueTrigger(name = "message", queueName = "q", connection = "AzureWebJobsStorage") String message,
            @BindingName("Id") String id,
            @BindingName("DequeueCount") long count,
            ExecutionContext context) {
        SEEN.add("{\"function\":" + quoted(context.getFunctionName()) + ",\"text\":" + quoted(message) + ",\"id\":"
                + quoted(id) + ",\"count\":" + count + "}");
        if (message.startsWith("fail") && context.getFunctionName().equals("Seen")) {
            throw new IllegalStateException("told to");
        }
    }

    /** What was noted, a line each. */
    public HttpResponseMessage messages(@HttpTrigger(name = "req") HttpRequestMessage<Optional<String>> request) {
        return request.createResponseBuilder(HttpStatusType.custom(200))
                .body(String.join("\n", SEEN))
                .build();
    }

    private static String json(Map<String, String> map) {
        StringBuilder text = new StringBuilder("{");
        new TreeMap<>(map).forEach((key, value) -> text.append(text.length() > 1 ? "," : "")
                .append(quoted(key))
                .append(':')
                .append(quoted(value)));
        return text.append('}').toString();
    }

    private static String quoted(String value) {
        StringBuilder text = new StringBuilder("\"");
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '"' || c == '\\') {
                text.append('\\').append(c);
            } else if (c < 0x20 || c > 0x7e) {
                text.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
            } else {
                text.append(c);
            }
        }
        return text.append('"').toString();
    }
}
