package dev.soliton.functions;

import com.microsoft.azure.functions.HttpRequestMessage;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The URI of a request, parsed by hand: callers send characters that {@link java.net.URI} refuses, braces and bars in a
 * query among them, and the host accepts them.
 *
 * @param scheme the scheme as the host saw it
 * @param authority the host that the caller named, with its port if there is one
 * @param path the path as received, with its leading slash
 * @param query the query as received, without its question mark; null for none
 */
record RequestUri(String scheme, String authority, String path, @Nullable String query) {
    private static final String UNRESERVED = "-._~";

    /** The characters that a query may contain beside letters, digits and escapes. */
    private static final String IN_QUERY = UNRESERVED + "!$&'()*+,;=:@/?";

    static RequestUri of(HttpRequestMessage<?> request) {
        return parse(text(request));
    }

    /** The worker parses the URI only on request, and its failure contains the text that it was to parse. */
    private static String text(HttpRequestMessage<?> request) {
        try {
            return request.getUri().toString();
        } catch (IllegalArgumentException refused) {
            return refused.getCause() instanceof URISyntaxException syntax ? syntax.getInput() : "";
        }
    }

    /** Parses any text; missing parts are empty. */
    static RequestUri parse(String uri) {
        int begin = uri.indexOf("://");
        String scheme = begin < 0 ? "" : uri.substring(0, begin);
        String rest = uri.substring(begin < 0 ? 0 : begin + 3);
        int fragment = rest.indexOf('#');
        rest = fragment < 0 ? rest : rest.substring(0, fragment);
        int mark = rest.indexOf('?');
        String query = mark < 0 ? null : rest.substring(mark + 1);
        rest = mark < 0 ? rest : rest.substring(0, mark);
        int slash = rest.indexOf('/');
        String authority = slash < 0 ? rest : rest.substring(0, slash);
        return new RequestUri(scheme, authority, slash < 0 ? "" : rest.substring(slash), query);
    }

    /** The query in valid form: characters that a URI must not contain are escaped, and all others stay. */
    @Nullable
    String safeQuery() {
        if (query == null) {
            return null;
        }
        StringBuilder safe = new StringBuilder();
        for (int i = 0; i < query.length(); ) {
            int character = query.codePointAt(i);
            if (character == '%' ? isEscape(query, i) : isIn(IN_QUERY, character)) {
                safe.appendCodePoint(character);
            } else {
                escape(safe, Character.toString(character));
            }
            i += Character.charCount(character);
        }
        return safe.toString();
    }

    /** A text as one segment of a path, or as a value in a query. */
    static String escape(String text) {
        StringBuilder escaped = new StringBuilder();
        text.codePoints().forEach(character -> {
            if (isIn(UNRESERVED, character)) {
                escaped.appendCodePoint(character);
            } else {
                escape(escaped, Character.toString(character));
            }
        });
        return escaped.toString();
    }

    private static void escape(StringBuilder into, String character) {
        for (byte octet : character.getBytes(StandardCharsets.UTF_8)) {
            into.append('%').append(hex(octet >> 4)).append(hex(octet));
        }
    }

    private static char hex(int digit) {
        return Character.toUpperCase(Character.forDigit(digit & 0xf, 16));
    }

    private static boolean isEscape(String text, int percent) {
        return percent + 2 < text.length()
                && Character.digit(text.charAt(percent + 1), 16) >= 0
                && Character.digit(text.charAt(percent + 2), 16) >= 0
                && text.charAt(percent + 1) < 128
                && text.charAt(percent + 2) < 128;
    }

    private static boolean isIn(String marks, int character) {
        return character < 128 && (Character.isLetterOrDigit(character) || marks.indexOf(character) >= 0);
    }
}
