package dev.soliton.functions;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Requests that are made by chance, from the description of the API and from what callers get wrong. */
final class FuzzRequests {
    private static final List<String> IDS = List.of(
            "a", "a", "a", "a", "b", "b", "b", "b", "c", "c", "a b", "ünï", "a%2Fb", "%41", "x", "x".repeat(256));
    private static final List<String> BAD_IDS = List.of(
            "a/b", "@a", ".", "..", "a\tb", "a\\b", "a#b", "a?b", "\u2028", "\ud800", "x".repeat(257), "a\u0000");
    private static final List<String> ORCHESTRATORS =
            List.of("Quick", "Quick", "Waits", "Waits", "Fails", "Fails", "Actor");
    private static final List<String> EVENTS = List.of("go", "go", "add", "GO", "other", "ünï", "e".repeat(256));
    private static final List<String> ODD = List.of(
            "",
            " ",
            "\u0000",
            "ü",
            "{text}",
            "a|b",
            "%zz",
            "%",
            "'",
            "\"",
            "' or '1' eq '1",
            "-1",
            "0",
            "1e9",
            "NaN",
            "null",
            "true,false",
            "99999999999999999999",
            "<x>",
            "\r\nX: y",
            "\ufffd",
            "\ud83d",
            "2030-02-30",
            "PT",
            "x".repeat(5_000));
    private static final List<String> BODIES = List.of(
            "",
            "",
            "",
            "1",
            "null",
            "\"text\"",
            "{\"InstanceId\":\"z\",\"_1\":\"y\",\"functionname\":\"q\"}",
            "[1,2.50,1e400]",
            "{\"a\":{\"b\":[]}}",
            "{\"id\":5,\"EventName\":\"no\"}");
    private static final List<String> BAD_BODIES = List.of(
            "{",
            "nope",
            "1 2",
            "[1,]",
            "{'a':1}",
            "\"" + "x".repeat(3_000) + "\"",
            "[".repeat(1_200) + "]".repeat(1_200),
            "1".repeat(1_100),
            "\"a\nb\"",
            "\u0000");

    private final Random random;
    private final List<HttpFunction> functions = new ArrayList<>(HttpFunction.all());
    private final OpenApiDocument description = OpenApiDocument.served();

    /** A request for a function. */
    record Call(
            HttpFunction function,
            Map<String, String> route,
            Map<String, String> query,
            Map<String, String> headers,
            @Nullable String body) {

        String routeValue(String name) {
            return route.getOrDefault(name, "");
        }

        boolean has(String parameter) {
            return query.containsKey(parameter);
        }

        /** The path below the prefix of all routes, as the host hands it over: its values escaped. */
        String path() {
            String path = "/" + function.route();
            for (Map.Entry<String, String> value : route.entrySet()) {
                path = path.replace("{" + value.getKey() + "}", RequestUri.escape(value.getValue()));
            }
            return path;
        }

        FakeRequest request() {
            StringBuilder uri = new StringBuilder("http://localhost:7071/api").append(path());
            char separator = '?';
            for (Map.Entry<String, String> parameter : query.entrySet()) {
                uri.append(separator).append(parameter.getKey()).append('=').append(parameter.getValue());
                separator = '&';
            }
            FakeRequest request = new FakeRequest(uri.toString(), body);
            headers.forEach(request::header);
            query.forEach((name, value) -> {
                if (!value.isEmpty()) {
                    request.query(name, value);
                }
            });
            return request;
        }
    }

    FuzzRequests(Random random) {
        this.random = random;
        List<String> often =
                List.of("HttpStartSingle", "HttpStartSingle", "HttpStartSingle", "RewindInstance", "RaiseEvent");
        for (String name : often) {
            functions.add(HttpFunction.all().stream()
                    .filter(function -> function.name().equals(name))
                    .findFirst()
                    .orElseThrow());
        }
    }

    Random random() {
        return random;
    }

    private boolean once(int in) {
        return random.nextInt(in) == 0;
    }

    private <T> T one(List<T> of) {
        return of.get(random.nextInt(of.size()));
    }

    Call next() {
        HttpFunction function = one(functions);
        if (function.name().equals("DescribeApi") && !once(5)) {
            return next();
        }
        Map<String, String> route = new TreeMap<>();
        for (String name : function.bindingNames()) {
            route.put(name, routeValue(name));
        }
        OpenApiDocument.Operation operation = description.operations().stream()
                .filter(each -> each.id().equals(function.name()))
                .findFirst()
                .orElseThrow();
        Map<String, String> query = new LinkedHashMap<>();
        Map<String, String> headers = new TreeMap<>();
        for (JsonNode parameter : description.parameters(operation)) {
            String name = parameter.get("name").asText();
            String in = parameter.get("in").asText();
            boolean isRequired = parameter.path("required").asBoolean();
            if (in.equals("path") || !(isRequired ? !once(10) : once(5))) {
                continue;
            }
            String value = once(8) ? one(ODD) : value(name, parameter.get("schema"));
            if (in.equals("query")) {
                query.put(once(20) ? name.toUpperCase(Locale.ROOT) : name, value);
            } else {
                headers.put(name.toLowerCase(Locale.ROOT), value);
            }
        }
        if (once(25)) {
            query.put(one(List.of("instanceIdPrefx", "InstanceId", "_1", "note", "x\u0000")), one(ODD));
        }
        if (once(20)) {
            query.put(once(2) ? "code" : "clientId", one(ODD));
        }
        return new Call(function, route, query, headers, body(headers));
    }

    private String routeValue(String name) {
        if (name.equals(Routes.FUNCTION_NAME)) {
            return once(15) ? one(List.of("Nobody", "quick", "ü", "x".repeat(300))) : one(ORCHESTRATORS);
        }
        if (name.equals(Routes.EVENT_NAME)) {
            return once(15) ? one(List.of("e".repeat(257), "\u0000", "\ud800", "a/b")) : one(EVENTS);
        }
        return once(15) ? one(BAD_IDS) : one(IDS);
    }

    private String value(String name, JsonNode schema) {
        if (schema.has("enum")) {
            return one(texts(schema.get("enum")));
        }
        return switch (schema.path("type").asText()) {
            case "boolean" -> one(List.of("true", "false", "TRUE"));
            case "integer" -> Integer.toString(1 + random.nextInt(5));
            default ->
                switch (name) {
                    case "startAt" ->
                        one(List.of("2029-01-01T00:00:00Z", "2030-01-02T03:04:06Z", "2031-01-01T00:00:00+01:00"));
                    case "delay" -> one(List.of("PT1S", "PT0S", "P1D", "PT90M"));
                    case "runtimeStatus" ->
                        one(List.of("Completed", "failed,Terminated", "Running", "Pending,Suspended"));
                    case "createdTimeFrom", "lastUpdatedTimeFrom" ->
                        one(List.of("2000-01-01", "2030-01-02T03:04:05Z", "2029-12-31T00:00"));
                    case "createdTimeTo", "lastUpdatedTimeTo" ->
                        one(List.of("2099-01-01", "2030-01-02T03:04:05Z", "2029-12-31T00:00"));
                    case "parent", "instanceIdPrefix" -> one(IDS);
                    case "name" -> one(ORCHESTRATORS);
                    case "Idempotency-Key", "eventId" -> one(List.of("k", "k", "l", "m n"));
                    default -> one(List.of("text", "other"));
                };
        };
    }

    private static List<String> texts(JsonNode values) {
        List<String> texts = new ArrayList<>();
        values.forEach(value -> texts.add(value.asText()));
        return texts;
    }

    private @Nullable String body(Map<String, String> headers) {
        if (once(40)) {
            headers.put("transfer-encoding", "chunked");
            return null;
        }
        if (once(12)) {
            headers.put(
                    "content-type",
                    one(List.of(
                            "application/json; charset=iso-8859-1",
                            "text/xml",
                            "application/octet-stream",
                            ";charset=")));
            return "\"Zürich\"";
        }
        return once(10) ? one(BAD_BODIES) : one(BODIES);
    }
}
