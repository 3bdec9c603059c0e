package dev.soliton.local.http;

import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** An answer: a status, headers with one value each, and bytes. */
public final class HttpReply {

    private static final String TOKEN = "!#$%&'*+-.^_`|~";

    private final int status;
    private final Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    private final byte[] body;

    private HttpReply(int status, byte[] body) {
        this.status = status;
        this.body = body;
    }

    /** An answer without a body and, so far, without headers. */
    public static HttpReply empty(int status) {
        return new HttpReply(status, new byte[0]);
    }

    /** An answer of bytes whose type is not said. */
    public static HttpReply of(int status, byte[] body) {
        return new HttpReply(status, body);
    }

    /** An answer of text in UTF-8. */
    public static HttpReply of(int status, String contentType, String text) {
        return of(status, text.getBytes(StandardCharsets.UTF_8)).with("Content-Type", contentType);
    }

    /**
     * Sets a header, and returns this.
     *
     * @throws IllegalArgumentException if Kestrel would not send it: a name that is no token, a value with other characters
     *     than the visible ones of ASCII, blanks and tabs
     */
    public HttpReply with(String name, String value) {
        boolean token = !name.isEmpty() && name.chars().allMatch(c -> isLetterOrDigit(c) || TOKEN.indexOf(c) >= 0);
        if (!token || !value.chars().allMatch(c -> (c >= ' ' && c < 0x7f) || c == '\t')) {
            throw new IllegalArgumentException("Invalid header: " + name + ": " + value);
        }
        headers.put(name, value);
        return this;
    }

    private static boolean isLetterOrDigit(int c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    }

    public int status() {
        return status;
    }

    public byte[] body() {
        return body;
    }

    Map<String, String> headers() {
        return Collections.unmodifiableMap(headers);
    }

    public @Nullable String header(String name) {
        return headers.get(name);
    }
}
