package dev.soliton.local.host;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.microsoft.azure.functions.HttpMethod;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Turns an exchange into what the Java worker hands to a function, losses included. */
final class HttpRequestReader {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpExchange exchange;
    private final long bodyLimit;

    HttpRequestReader(HttpExchange exchange, long bodyLimit) {
        this.exchange = exchange;
        this.bodyLimit = bodyLimit;
    }

    boolean isTooLarge() {
        return contentLength() > bodyLimit;
    }

    Inputs read(Map<String, String> routeValues) throws IOException {
        Map<String, String> headers = headers();
        Map<String, List<String>> parameters = parameters();
        Map<String, String> query = new HashMap<>();
        Map<String, String> lastOfEach = new HashMap<>();
        parameters.forEach((name, values) -> {
            String joined = String.join(",", values);
            if (!joined.isEmpty()) {
                query.put(name, joined);
                if (!name.equalsIgnoreCase("code")) {
                    lastOfEach.put(name, values.get(values.size() - 1));
                }
            }
        });
        Optional<String> body = body();
        Map<String, String> metadata = new HashMap<>();
        body.map(HttpRequestReader::topLevelProperties).ifPresent(metadata::putAll);
        metadata.putAll(lastOfEach);
        metadata.putAll(routeValues);
        metadata.put("Query", JSON.writeValueAsString(query));
        metadata.put("Headers", JSON.writeValueAsString(headers));
        return new Inputs(
                new HttpCall(uri(headers), HttpMethod.value(exchange.getRequestMethod()), headers, query, body),
                metadata);
    }

    private URI uri(Map<String, String> headers) {
        URI requested = exchange.getRequestURI();
        String host = headers.getOrDefault("host", "localhost");
        String query = requested.getRawQuery() == null ? "" : "?" + requested.getRawQuery();
        return URI.create("http://" + host + requested.getRawPath() + query);
    }

    private Map<String, String> headers() {
        Map<String, String> headers = new HashMap<>();
        exchange.getRequestHeaders()
                .forEach((name, values) -> headers.put(name.toLowerCase(Locale.ROOT), String.join(",", values)));
        return headers;
    }

    private Map<String, List<String>> parameters() {
        Map<String, List<String>> parameters = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        String query = exchange.getRequestURI().getRawQuery();
        for (String pair : query == null ? new String[0] : query.split("&", -1)) {
            int equals = pair.indexOf('=');
            String name = decode(equals < 0 ? pair : pair.substring(0, equals));
            String value = equals < 0 ? "" : decode(pair.substring(equals + 1));
            parameters.computeIfAbsent(name, unused -> new ArrayList<>()).add(value);
        }
        return parameters;
    }

    private static String decode(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }

    /** Only a body of a stated length arrives; a chunked one is empty. */
    private Optional<String> body() throws IOException {
        long length = contentLength();
        if (length <= 0) {
            return Optional.empty();
        }
        byte[] bytes = exchange.getRequestBody().readNBytes((int) length);
        return Optional.of(new String(bytes, StandardCharsets.UTF_8));
    }

    private long contentLength() {
        String length = exchange.getRequestHeaders().getFirst("Content-Length");
        return length == null ? 0 : Long.parseLong(length.strip());
    }

    /** The properties of a JSON object that {@code @BindingName} can ask for: all but arrays, as text. */
    static Map<String, String> topLevelProperties(String text) {
        Map<String, String> properties = new HashMap<>();
        try {
            JsonNode root = JSON.readTree(text);
            if (root.isObject()) {
                root.properties().forEach(field -> {
                    JsonNode value = field.getValue();
                    if (value.isObject()) {
                        properties.put(field.getKey(), value.toString());
                    } else if (!value.isArray() && !value.isNull()) {
                        properties.put(field.getKey(), value.asText());
                    }
                });
            }
        } catch (JsonProcessingException e) {
            return Map.of(); // text that is no JSON has no properties
        }
        return properties;
    }
}
