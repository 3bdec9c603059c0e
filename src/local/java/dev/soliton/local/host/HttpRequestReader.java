package dev.soliton.local.host;

import com.google.gson.Gson;
import dev.soliton.local.http.RawRequest;
import dev.soliton.local.http.UriPath;
import java.nio.ByteBuffer;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Turns a request into what the Java worker hands to a function, losses included. */
final class HttpRequestReader {

    private static final Charset UTF_32LE = Charset.forName("UTF-32LE");
    private static final Charset UTF_32BE = Charset.forName("UTF-32BE");
    private static final Pattern MEDIA_TYPE =
            Pattern.compile("\\s*([\\w!#$%&'*+.^`|~-]+/[\\w!#$%&'*+.^`|~-]+)\\s*(;.*)?");

    private final RawRequest request;

    HttpRequestReader(RawRequest request) {
        this.request = request;
    }

    Inputs read(Map<String, String> routeValues) {
        Map<String, List<String>> parameters = parameters();
        Map<String, String> query = new LinkedHashMap<>();
        parameters.forEach((name, values) -> {
            String joined = String.join(",", values);
            if (!joined.isEmpty()) {
                query.put(name, joined);
            }
        });
        Map<String, String> headers = request.joinedHeaders();
        Metadata metadata = new Metadata();
        byte[] body = request.body() == null || request.contentLength() == 0 ? null : request.body();
        if (body != null) {
            metadata.putProperties(text(body));
        }
        parameters.forEach((name, values) -> {
            if (!name.equalsIgnoreCase("code")) {
                metadata.put(name, values.get(values.size() - 1));
            }
        });
        metadata.putAll(routeValues);
        metadata.put("Query", new Gson().toJson(query));
        metadata.put("Headers", new Gson().toJson(headers));
        return new Inputs(
                new HttpCall(request.uri(), request.method(), headers, query, body == null ? null : content(body)),
                metadata.toMap());
    }

    /** The values of each parameter; of a name in several cases, the spelling of the second counts. */
    private Map<String, List<String>> parameters() {
        Map<String, List<String>> parameters = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        String query = request.query();
        for (String pair : query.isEmpty() ? new String[0] : query.substring(1).split("&", -1)) {
            if (pair.isEmpty()) {
                continue;
            }
            int equals = pair.indexOf('=');
            String name = UriPath.decodeQuery(equals < 0 ? pair : pair.substring(0, equals));
            String value = equals < 0 ? "" : UriPath.decodeQuery(pair.substring(equals + 1));
            List<String> values = parameters.getOrDefault(name, new ArrayList<>());
            if (values.size() == 1) {
                parameters.remove(name);
            }
            values.add(value);
            parameters.put(name, values);
        }
        return parameters;
    }

    /** Bytes for the types that the host takes for binary, text for all others. */
    private Object content(byte[] bytes) {
        String type = request.header("Content-Type");
        var matcher = MEDIA_TYPE.matcher(type == null ? "" : type);
        String mediaType = matcher.matches() ? matcher.group(1).toLowerCase(Locale.ROOT) : "";
        boolean binary = mediaType.equals("application/octet-stream") || mediaType.startsWith("multipart/");
        return binary ? bytes : text(bytes);
    }

    /** Text in UTF-8, whatever charset is declared, unless a byte order mark says otherwise. */
    private static String text(byte[] bytes) {
        Charset marked = charsetOfMark(bytes);
        Charset charset = marked == null ? StandardCharsets.UTF_8 : marked;
        int mark = marked == null ? 0 : "\ufeff".getBytes(charset).length;
        return charset.equals(StandardCharsets.UTF_8)
                ? NetUtf8.decode(ByteBuffer.wrap(bytes, mark, bytes.length - mark))
                : new String(bytes, mark, bytes.length - mark, charset);
    }

    private static @Nullable Charset charsetOfMark(byte[] bytes) {
        // UTF-32LE's mark begins with that of UTF-16LE.
        for (Charset charset : List.of(
                UTF_32LE, UTF_32BE, StandardCharsets.UTF_16LE, StandardCharsets.UTF_16BE, StandardCharsets.UTF_8)) {
            byte[] mark = "\ufeff".getBytes(charset);
            if (bytes.length >= mark.length && Arrays.equals(mark, Arrays.copyOf(bytes, mark.length))) {
                return charset;
            }
        }
        return null;
    }
}
