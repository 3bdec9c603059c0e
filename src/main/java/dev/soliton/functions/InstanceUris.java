package dev.soliton.functions;

import com.microsoft.azure.functions.HttpRequestMessage;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The URIs of an instance, as the caller of a request can use them. */
final class InstanceUris {
    private static final Pattern ROUTE = Pattern.compile("/(orchestrators|instances)(/|$)", Pattern.CASE_INSENSITIVE);
    private static final Pattern SCHEME = Pattern.compile("https?", Pattern.CASE_INSENSITIVE);

    /** A host name, or an address, and perhaps a port. */
    private static final Pattern HOST =
            Pattern.compile("([A-Za-z0-9._-]{1,253}|\\[[0-9A-Fa-f:.]{2,45}\\])(:[0-9]{1,5})?");

    private final String instance;
    private final @Nullable String code;
    private final @Nullable String query;

    /** The part that the URIs of all instances share for the caller of one request. No request makes it fail. */
    record Base(String instances, @Nullable String code, @Nullable String query) {
        /**
         * Derives the base from the URI of the request. The prefix of all routes ends where the first segment of a
         * route of ours begins.
         */
        static Base of(HttpRequestMessage<?> request, boolean trustForwardedHeaders) {
            RequestUri uri = RequestUri.of(request);
            Matcher route = ROUTE.matcher(uri.path());
            String prefix = route.find() ? uri.path().substring(0, route.start()) : "";
            return new Base(
                    origin(request, uri, trustForwardedHeaders) + prefix + "/instances/",
                    // A caller that sent the key in a header keeps it out of URIs, which end up in logs.
                    Requests.query(request, "code"),
                    uri.safeQuery());
        }

        /**
         * Derives the base from the URI of a request to a function of the app's own, whose route can be any.
         *
         * @param routePrefix the prefix of all routes, without slashes around it; empty for none
         */
        static Base beside(HttpRequestMessage<?> request, String routePrefix, boolean trustForwardedHeaders) {
            RequestUri uri = RequestUri.of(request);
            return new Base(
                    origin(request, uri, trustForwardedHeaders) + (routePrefix.isEmpty() ? "" : "/" + routePrefix)
                            + "/instances/",
                    Requests.query(request, "code"),
                    uri.safeQuery());
        }

        InstanceUris of(String instanceId) {
            return new InstanceUris(this, instanceId);
        }
    }

    private InstanceUris(Base base, String instanceId) {
        this.instance = base.instances() + RequestUri.escape(instanceId);
        this.code = base.code();
        this.query = base.query();
    }

    String status() {
        return withCode(instance);
    }

    /** The URI of the status, with the parameters of the request for it. */
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
        return uri + (uri.indexOf('?') < 0 ? "?" : "&") + "code=" + RequestUri.escape(code);
    }

    /** The origin, scheme and host, by which a caller reached the app. */
    static String origin(HttpRequestMessage<?> request, boolean trustForwardedHeaders) {
        return origin(request, RequestUri.of(request), trustForwardedHeaders);
    }

    private static String origin(HttpRequestMessage<?> request, RequestUri uri, boolean trustForwardedHeaders) {
        String scheme = trustForwardedHeaders ? forwarded(request, "x-forwarded-proto", SCHEME) : null;
        String host = trustForwardedHeaders ? forwarded(request, "x-forwarded-host", HOST) : null;
        return (scheme == null ? uri.scheme() : scheme.toLowerCase(Locale.ROOT)) + "://"
                + (host == null ? uri.authority() : host);
    }

    /**
     * The scheme or host that a proxy reports for a request; null if it reports none, or an impossible one. Each proxy
     * appends to such a header; the first entry is that of the proxy to which the caller spoke.
     */
    private static @Nullable String forwarded(HttpRequestMessage<?> request, String name, Pattern possible) {
        String values = Requests.header(request, name);
        if (values == null) {
            return null;
        }
        int comma = values.indexOf(',');
        String first = (comma < 0 ? values : values.substring(0, comma)).trim();
        return possible.matcher(first).matches() ? first : null;
    }
}
