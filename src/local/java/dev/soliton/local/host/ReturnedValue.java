package dev.soliton.local.host;

import dev.soliton.local.http.HttpReply;
import dev.soliton.local.http.RawRequest;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The answer that a function's return value makes: first as the worker sends it, then as the host takes that.
 *
 * <p>What is no response message is one all the same where it is a JSON object with a {@code body}.
 */
final class ReturnedValue {

    private static final int NO_CONTENT = 204;

    private final RawRequest request;

    ReturnedValue(RawRequest request) {
        this.request = request;
    }

    /**
     * Makes the answer; no value is 204.
     *
     * @throws RuntimeException where the real host or its worker fails on the value, which callers see as an empty 500
     */
    HttpReply reply(@Nullable Object returned) throws IOException {
        if (returned == null) {
            return HttpReply.empty(NO_CONTENT);
        }
        if (returned instanceof HttpAnswer answer) {
            return reply(answer.getStatusCode(), answer.headers(), content(answer.getBody()));
        }
        Object content = content(returned);
        if (content instanceof String text) {
            content = jsonOr(text);
        }
        return content instanceof Map<?, ?> object ? reply(object) : reply(200, Map.of(), content);
    }

    /** Text and bytes as they are; what the worker sends as JSON, as the host reads it. */
    private static @Nullable Object content(@Nullable Object value) throws IOException {
        if (value == null || value instanceof String || value instanceof byte[]) {
            return value;
        } else if (value instanceof Long
                || value instanceof Integer
                || value instanceof Short
                || value instanceof Byte
                || value instanceof Double
                || value instanceof Float) {
            Number number = (Number) value;
            return value instanceof Double || value instanceof Float
                    ? (Object) number.doubleValue()
                    : (Object) number.longValue();
        }
        return NetJson.read(Conversions.json(value), false);
    }

    private static @Nullable Object jsonOr(String text) {
        try {
            return NetJson.read(text, true);
        } catch (IOException e) {
            return text;
        }
    }

    private HttpReply reply(Map<?, ?> object) throws IOException {
        // The host reads the object a second time, from its text.
        Map<?, ?> response = (Map<?, ?>) NetJson.read(NetText.json(object, true), true);
        if (response == null || !has(response, "body")) {
            return reply(200, Map.of(), object);
        }
        Map<?, ?> headers = find(response, "headers") instanceof Map<?, ?> map ? map : Map.of();
        Object status = find(response, has(response, "statusCode") ? "statusCode" : "status");
        Object body = find(response, "body");
        if (body instanceof Map) {
            body = NetText.json(body, false);
        } else if (body instanceof List) {
            body = "System.Collections.Generic.List`1[System.Object]";
        }
        return reply(status(status), headers, body);
    }

    private static int status(@Nullable Object value) {
        if (value instanceof Long number) {
            return Math.toIntExact(number);
        } else if (value instanceof BigInteger) {
            throw new ArithmeticException("Status " + value);
        }
        try {
            return value instanceof String text ? Integer.parseInt(text.strip()) : 200;
        } catch (NumberFormatException e) {
            return 200;
        }
    }

    private static boolean has(Map<?, ?> object, String name) {
        return object.keySet().stream().anyMatch(key -> name.equalsIgnoreCase(String.valueOf(key)));
    }

    private static @Nullable Object find(Map<?, ?> object, String name) {
        if (object.containsKey(name)) {
            return object.get(name);
        }
        return object.entrySet().stream()
                .filter(entry -> name.equalsIgnoreCase(String.valueOf(entry.getKey())))
                .findFirst()
                .<@Nullable Object>map(Map.Entry::getValue)
                .orElse(null);
    }

    private HttpReply reply(int status, Map<?, ?> headers, @Nullable Object content) {
        if (status <= 0) {
            throw new IllegalArgumentException("The status " + status + " is not one to answer with.");
        }
        String type = null;
        for (Map.Entry<?, ?> header : headers.entrySet()) {
            if ("Content-Type".equalsIgnoreCase(String.valueOf(header.getKey()))) {
                type = NetText.of(java.util.Objects.requireNonNull(header.getValue(), "content-type header"));
            }
        }
        HttpReply reply;
        if (content instanceof byte[] bytes) {
            reply = HttpReply.of(status, bytes);
        } else {
            Charset charset = new TextCharset(request.header("Accept-Charset")).of(type);
            reply = HttpReply.of(status, NetText.of(content).getBytes(charset));
            type = TextCharset.with(type == null || type.isEmpty() ? "text/plain" : type, charset);
        }
        if (type != null && !type.isEmpty()) {
            reply.with("Content-Type", type);
        }
        for (Map.Entry<?, ?> header : headers.entrySet()) {
            String name = String.valueOf(header.getKey());
            if (!name.equalsIgnoreCase("Content-Type") && reply.header(name) == null) {
                add(reply, name, NetText.of(java.util.Objects.requireNonNull(header.getValue(), name)));
            }
        }
        return reply;
    }

    private static void add(HttpReply reply, String name, String value) {
        if (name.equalsIgnoreCase("Content-Length") && Long.parseLong(value.strip()) < 0) {
            throw new IllegalArgumentException("Content-Length: " + value);
        }
        reply.with(name, value);
    }

    /** The charsets that text can be answered in. */
    private record TextCharset(@Nullable String accepted) {

        private static final java.util.regex.Pattern PARAMETER = java.util.regex.Pattern.compile(
                ";\\s*charset\\s*=\\s*(\"[^\"]*\"|[^;\\s]*)", java.util.regex.Pattern.CASE_INSENSITIVE);

        /** The best that the caller accepts, else what the type says, else UTF-8. */
        Charset of(@Nullable String type) {
            Charset best = accepted == null ? null : best(accepted);
            if (best != null) {
                return best;
            }
            var matcher = PARAMETER.matcher(type == null ? "" : type);
            Charset declared = matcher.find() ? named(matcher.group(1).replace("\"", "")) : null;
            return declared == null ? StandardCharsets.UTF_8 : declared;
        }

        private static @Nullable Charset best(String accepted) {
            Charset best = null;
            double quality = 0;
            for (String part : accepted.split(",", -1)) {
                String[] pieces = part.split(";", -1);
                Charset charset = pieces[0].strip().equals("*") ? StandardCharsets.UTF_8 : named(pieces[0].strip());
                double own = pieces.length > 1 ? quality(pieces[1]) : 1;
                if (charset != null && own > quality) {
                    best = charset;
                    quality = own;
                }
            }
            return best;
        }

        private static double quality(String parameter) {
            var matcher = java.util.regex.Pattern.compile("\\s*q\\s*=\\s*([01](?:\\.\\d{1,3})?)\\s*")
                    .matcher(parameter);
            return matcher.matches() ? Double.parseDouble(matcher.group(1)) : 0;
        }

        private static @Nullable Charset named(String name) {
            return name.equalsIgnoreCase("utf-8")
                    ? StandardCharsets.UTF_8
                    : name.equalsIgnoreCase("utf-16") ? StandardCharsets.UTF_16LE : null;
        }

        static String with(String type, Charset charset) {
            String name = charset.equals(StandardCharsets.UTF_8) ? "utf-8" : "utf-16";
            var matcher = PARAMETER.matcher(type);
            if (!matcher.find()) {
                return type + "; charset=" + name;
            }
            return matcher.group(1).equalsIgnoreCase(name)
                    ? type
                    : type.substring(0, matcher.start(1)) + name + type.substring(matcher.end(1));
        }
    }
}
