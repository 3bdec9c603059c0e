package dev.soliton.local.http;

import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Paths of requests, decoded and escaped by the rules of the real host. */
public final class UriPath {

    private static final String UNESCAPED = "-._~!$&'()*+,;=:@/";

    private UriPath() {}

    /**
     * Decodes escapes and removes dot segments. {@code %2F} and escapes that make no UTF-8 stay as they are.
     *
     * @throws RequestRefused if there is an escaped NUL
     */
    static String decode(String raw) throws RequestRefused {
        return withoutDotSegments(raw.indexOf('%') < 0 ? raw : unescape(raw, true, false));
    }

    /**
     * Decodes the path of an absolute target: {@code %2F} as well.
     *
     * @throws RequestRefused if there is an escaped NUL
     */
    static String decodeAll(String raw) throws RequestRefused {
        return withoutDotSegments(unescape(raw, true, true));
    }

    /** Decodes a name or a value of a query: plus signs are blanks, and escapes that make no UTF-8 stay. */
    public static String decodeQuery(String raw) {
        try {
            return unescape(raw.replace('+', ' '), false, true);
        } catch (RequestRefused e) {
            throw new IllegalStateException(e);
        }
    }

    private static String unescape(String raw, boolean inPath, boolean slashes) throws RequestRefused {
        StringBuilder decoded = new StringBuilder(raw.length());
        for (int i = 0; i < raw.length(); ) {
            int first = octet(raw, i);
            int length = first < 0 ? 0 : sequenceLength(first);
            if (inPath && first == 0) {
                throw new RequestRefused(400);
            }
            String text = length == 0 || (!slashes && first == '/') ? null : decodeSequence(raw, i, length);
            if (text == null) {
                decoded.append(raw.charAt(i));
                i++;
            } else {
                decoded.append(text);
                i += 3 * length;
            }
        }
        return decoded.toString();
    }

    /** The byte that is escaped at the place, or -1. */
    private static int octet(String raw, int at) {
        if (at + 2 >= raw.length() || raw.charAt(at) != '%') {
            return -1;
        }
        int high = Character.digit(raw.charAt(at + 1), 16);
        int low = Character.digit(raw.charAt(at + 2), 16);
        return high < 0 || low < 0 ? -1 : high << 4 | low;
    }

    private static int sequenceLength(int first) {
        if (first < 0x80) {
            return 1;
        }
        return first >= 0xC2 && first < 0xE0
                ? 2
                : first >= 0xE0 && first < 0xF0 ? 3 : first >= 0xF0 && first < 0xF5 ? 4 : 0;
    }

    private static @Nullable String decodeSequence(String raw, int at, int length) {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            int octet = octet(raw, at + 3 * i);
            if (octet < 0) {
                return null;
            }
            bytes[i] = (byte) octet;
        }
        try {
            return StrictUtf8.decode(bytes);
        } catch (CharacterCodingException e) {
            return null;
        }
    }

    private static String withoutDotSegments(String path) {
        if (!path.contains("/.")) {
            return path;
        }
        Deque<String> kept = new ArrayDeque<>();
        String[] segments = path.substring(1).split("/", -1);
        for (int i = 0; i < segments.length; i++) {
            String segment = segments[i];
            boolean last = i == segments.length - 1;
            if (segment.equals("..")) {
                kept.pollLast();
            }
            if (!segment.equals(".") && !segment.equals("..")) {
                kept.addLast(segment);
            } else if (last) {
                kept.addLast("");
            }
        }
        return "/" + String.join("/", kept);
    }

    /** Escapes what may not stand in a path; what is an escape already stays. */
    public static String escape(String path) {
        StringBuilder escaped = new StringBuilder(path.length());
        for (int i = 0; i < path.length(); ) {
            int c = path.codePointAt(i);
            if (octet(path, i) >= 0) {
                escaped.append(path, i, i + 3);
                i += 3;
                continue;
            }
            if (c < 0x80 && (isLetterOrDigit(c) || UNESCAPED.indexOf(c) >= 0)) {
                escaped.appendCodePoint(c);
            } else {
                for (byte b : Character.toString(c).getBytes(StandardCharsets.UTF_8)) {
                    escaped.append(String.format(Locale.ROOT, "%%%02X", b & 0xff));
                }
            }
            i += Character.charCount(c);
        }
        return escaped.toString();
    }

    private static boolean isLetterOrDigit(int c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    }
}
