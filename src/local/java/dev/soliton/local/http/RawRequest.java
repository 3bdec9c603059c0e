package dev.soliton.local.http;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A request as it came off the wire.
 *
 * @param method as it was sent
 * @param path decoded, but for {@code %2F} and what is no UTF-8, and without dot segments
 * @param query as it was sent, with its question mark; empty if there is none
 * @param headers by name in any case, in the order of their coming
 * @param body what came, empty for a chunked one; null if it is longer than allowed, and was not read
 */
@SuppressWarnings("ArrayRecordComponent") // compared by nobody
public record RawRequest(
        String method, String path, String query, Map<String, List<String>> headers, byte @Nullable [] body) {

    /** The values of a header with commas between them. */
    public @Nullable String header(String name) {
        List<String> values = headers.get(name);
        return values == null ? null : String.join(",", values);
    }

    /** Host and escaped path and query, as Java is given them; not always what {@link java.net.URI} takes. */
    public String uri() {
        String host = header("Host");
        return "http://" + (host == null ? "" : host) + UriPath.escape(path) + query.replace("#", "%23");
    }

    /** The headers with names in lower case. */
    public Map<String, String> joinedHeaders() {
        Map<String, String> joined = new LinkedHashMap<>();
        headers.forEach(
                (name, values) -> joined.put(name.toLowerCase(java.util.Locale.ROOT), String.join(",", values)));
        return joined;
    }

    /** The content's stated length, 0 without one. */
    public long contentLength() {
        String length = header("Content-Length");
        return length == null ? 0 : Long.parseLong(length);
    }
}
