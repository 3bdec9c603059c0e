package dev.soliton.local.host;

import com.microsoft.azure.functions.HttpResponseMessage;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What goes on the wire. */
final class HttpReply {

    private static final String CONTENT_TYPE = "Content-Type";

    private final int status;
    private final Map<String, String> headers;
    private final byte[] body;

    private HttpReply(int status, Map<String, String> headers, byte[] body) {
        this.status = status;
        this.headers = headers;
        this.body = body;
    }

    static HttpReply empty(int status) {
        return new HttpReply(status, Map.of(), new byte[0]);
    }

    static HttpReply of(int status, String contentType, String text) {
        return new HttpReply(status, Map.of(CONTENT_TYPE, contentType), text.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * The answer that a function's return value makes; none is 204.
     *
     * @throws IllegalArgumentException where the real host would convert, or fail, and this one does not know how
     */
    static HttpReply from(@Nullable Object returned) {
        if (returned == null) {
            return empty(204);
        }
        if (!(returned instanceof HttpAnswer answer)) {
            throw new IllegalArgumentException("The local host does not support a return value of type "
                    + returned.getClass().getName() + "; return an " + HttpResponseMessage.class.getSimpleName() + ".");
        }
        int status = answer.getStatusCode();
        if (status < 200 || status > 599) {
            throw new IllegalArgumentException("The status " + status + " is not one to answer with.");
        }
        Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        headers.putAll(answer.headers());
        Object body = answer.getBody();
        if (body instanceof byte[] bytes) {
            return new HttpReply(status, headers, bytes);
        }
        if (body == null) {
            return new HttpReply(status, headers, new byte[0]);
        }
        if (!(body instanceof String || body instanceof Number || body instanceof Boolean)) {
            throw new IllegalArgumentException("The local host does not support a body of type "
                    + body.getClass().getName() + "; make it a String.");
        }
        String type = headers.getOrDefault(CONTENT_TYPE, "text/plain");
        boolean hasCharset = type.toLowerCase(Locale.ROOT).contains("charset=");
        headers.put(CONTENT_TYPE, hasCharset ? type : type + "; charset=utf-8");
        return new HttpReply(status, headers, body.toString().getBytes(StandardCharsets.UTF_8));
    }

    /** Sends it, chunked: there is no Content-Length but that of nothing. */
    void send(HttpExchange exchange) throws IOException {
        headers.forEach((name, value) -> {
            if (!name.equalsIgnoreCase("Content-Length") && !name.equalsIgnoreCase("Transfer-Encoding")) {
                exchange.getResponseHeaders().set(name, value);
            }
        });
        boolean bodyless = body.length == 0
                || status == 204
                || status == 304
                || exchange.getRequestMethod().equals("HEAD");
        exchange.sendResponseHeaders(status, bodyless ? -1 : 0);
        if (!bodyless) {
            try (OutputStream out = exchange.getResponseBody()) {
                out.write(body);
            }
        }
    }
}
