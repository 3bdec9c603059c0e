package dev.soliton.functions;

import com.microsoft.azure.functions.HttpRequestMessage;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The URIs of an instance, as the caller of a request can use them. */
final class InstanceUris {
    private static final Pattern ROUTE = Pattern.compile("/(orchestrators|instances)(/|$)", Pattern.CASE_INSENSITIVE);
    private static final String UNRESERVED = "-._~";

    private final String instance;
    private final @Nullable String code;
    private final @Nullable String query;

    /**
     * Derives the URIs from those of the request.
     * The prefix of all routes ends where the first segment of a route of ours begins.
     */
    InstanceUris(HttpRequestMessage<?> request, String instanceId, boolean trustForwardedHeaders) {
        URI uri = request.getUri();
        String path = uri.getRawPath();
        Matcher route = ROUTE.matcher(path);
        int end = route.find() ? route.start() : -1;
        String prefix = end < 0 ? "" : path.substring(0, end);
        this.instance = origin(request, uri, trustForwardedHeaders) + prefix + "/instances/" + escape(instanceId);
        // Whoever came with the key in a header keeps it out of URIs, which end up in logs.
        this.code = Requests.query(request, "code");
        this.query = uri.getRawQuery();
    }

    String status() {
        return withCode(instance);
    }

    /** The URI of the status with the parameters of the request, which asked for it. */
    String sameStatus() {
        return query == null ? instance : instance + "?" + query;
    }

    /** The URI of an operation; a placeholder in it stays as it is, for the caller to fill in. */
    String operation(String operation) {
        return withCode(instance + "/" + operation);
    }

    private String withCode(String uri) {
        if (code == null) {
            return uri;
        }
        return uri + (uri.indexOf('?') < 0 ? "?" : "&") + "code=" + escape(code);
    }

    private static String origin(HttpRequestMessage<?> request, URI uri, boolean trustForwardedHeaders) {
        String scheme = trustForwardedHeaders ? Requests.header(request, "x-forwarded-proto") : null;
        String host = trustForwardedHeaders ? Requests.header(request, "x-forwarded-host") : null;
        return (scheme == null ? uri.getScheme() : first(scheme)) + "://"
                + (host == null ? uri.getRawAuthority() : first(host));
    }

    /** Each proxy appends to such a header; the first entry is the one that the caller spoke to. */
    private static String first(String values) {
        int comma = values.indexOf(',');
        return (comma < 0 ? values : values.substring(0, comma)).trim();
    }

    /** A text as one segment of a path, or as a value in a query. */
    private static String escape(String text) {
        StringBuilder escaped = new StringBuilder();
        for (byte octet : text.getBytes(StandardCharsets.UTF_8)) {
            char character = (char) (octet & 0xff);
            if (character < 128 && (Character.isLetterOrDigit(character) || UNRESERVED.indexOf(character) >= 0)) {
                escaped.append(character);
            } else {
                escaped.append(String.format("%%%02X", (int) character));
            }
        }
        return escaped.toString();
    }
}
