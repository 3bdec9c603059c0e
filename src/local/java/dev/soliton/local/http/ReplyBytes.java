package dev.soliton.local.http;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An answer as bytes.
 *
 * @param bytes to be sent
 * @param closes whether the connection ends with them
 */
@SuppressWarnings("ArrayRecordComponent") // compared by nobody
record ReplyBytes(byte[] bytes, boolean closes) {

    private static final Map<Integer, String> REASONS = Map.ofEntries(
            Map.entry(100, "Continue"),
            Map.entry(101, "Switching Protocols"),
            Map.entry(102, "Processing"),
            Map.entry(200, "OK"),
            Map.entry(201, "Created"),
            Map.entry(202, "Accepted"),
            Map.entry(203, "Non-Authoritative"),
            Map.entry(204, "No Content"),
            Map.entry(205, "Reset Content"),
            Map.entry(206, "Partial Content"),
            Map.entry(207, "Multi-Status"),
            Map.entry(208, "Already Reported"),
            Map.entry(226, "IM Used"),
            Map.entry(300, "Multiple Choices"),
            Map.entry(301, "Moved Permanently"),
            Map.entry(302, "Found"),
            Map.entry(303, "See Other"),
            Map.entry(304, "Not Modified"),
            Map.entry(305, "Use Proxy"),
            Map.entry(306, "Switch Proxy"),
            Map.entry(307, "Temporary Redirect"),
            Map.entry(308, "Permanent Redirect"),
            Map.entry(400, "Bad Request"),
            Map.entry(401, "Unauthorized"),
            Map.entry(402, "Payment Required"),
            Map.entry(403, "Forbidden"),
            Map.entry(404, "Not Found"),
            Map.entry(405, "Method Not Allowed"),
            Map.entry(406, "Not Acceptable"),
            Map.entry(407, "Proxy Authentication Required"),
            Map.entry(408, "Request Timeout"),
            Map.entry(409, "Conflict"),
            Map.entry(410, "Gone"),
            Map.entry(411, "Length Required"),
            Map.entry(412, "Precondition Failed"),
            Map.entry(413, "Payload Too Large"),
            Map.entry(414, "URI Too Long"),
            Map.entry(415, "Unsupported Media Type"),
            Map.entry(416, "Range Not Satisfiable"),
            Map.entry(417, "Expectation Failed"),
            Map.entry(418, "I'm a teapot"),
            Map.entry(419, "Authentication Timeout"),
            Map.entry(421, "Misdirected Request"),
            Map.entry(422, "Unprocessable Entity"),
            Map.entry(423, "Locked"),
            Map.entry(424, "Failed Dependency"),
            Map.entry(426, "Upgrade Required"),
            Map.entry(428, "Precondition Required"),
            Map.entry(429, "Too Many Requests"),
            Map.entry(431, "Request Header Fields Too Large"),
            Map.entry(451, "Unavailable For Legal Reasons"),
            Map.entry(499, "Client Closed Request"),
            Map.entry(500, "Internal Server Error"),
            Map.entry(501, "Not Implemented"),
            Map.entry(502, "Bad Gateway"),
            Map.entry(503, "Service Unavailable"),
            Map.entry(504, "Gateway Timeout"),
            Map.entry(505, "HTTP Version Not Supported"),
            Map.entry(506, "Variant Also Negotiates"),
            Map.entry(507, "Insufficient Storage"),
            Map.entry(508, "Loop Detected"),
            Map.entry(510, "Not Extended"),
            Map.entry(511, "Network Authentication Required"));

    /** The answer to a request with the given head, or to one that has none that could be read. */
    static ReplyBytes of(HttpReply reply, @Nullable RequestHead head, boolean close, ZonedDateTime now) {
        int status = reply.status();
        boolean toHead = head != null && head.with(null).method().equalsIgnoreCase("HEAD");
        boolean http10 = head != null && head.isHttp10();
        boolean bodiless = status / 100 == 1 || status == 204 || status == 205 || status == 304;
        byte[] body = toHead || bodiless ? new byte[0] : reply.body();
        Map<String, String> headers = new LinkedHashMap<>(reply.headers());
        boolean closes = close || head == null || !head.keepsAlive() || status / 100 == 1;
        String length = reply.header("Content-Length");
        boolean chunks = false;
        if (length != null) {
            // What the function said counts: a longer body is not sent at all, a shorter one ends the connection.
            closes |= !toHead && Long.parseLong(length) != body.length;
            body = body.length > Long.parseLong(length) ? new byte[0] : body;
        } else if (reply.header("Transfer-Encoding") != null) {
            closes = true; // its framing is the function's own
        } else if (body.length > 0) {
            chunks = !http10;
            closes |= http10;
        } else if (!toHead && (!bodiless || status == 205)) {
            headers.put("Content-Length", "0");
        }
        if (chunks) {
            headers.put("Transfer-Encoding", "chunked");
        }
        String connection = reply.header("Connection");
        if (connection == null && closes) {
            headers.put("Connection", "close");
        } else if (connection == null && http10) {
            headers.put("Connection", "keep-alive");
        } else if (connection != null && connection.toLowerCase(Locale.ROOT).contains("close")) {
            closes = true;
        }
        headers.putIfAbsent(
                "Date", DateTimeFormatter.RFC_1123_DATE_TIME.format(now.withZoneSameInstant(ZoneOffset.UTC)));
        return new ReplyBytes(bytes(status, headers, body, chunks), closes);
    }

    private static byte[] bytes(int status, Map<String, String> headers, byte[] body, boolean chunks) {
        StringBuilder text = new StringBuilder("HTTP/1.1 ")
                .append(status)
                .append(' ')
                .append(REASONS.getOrDefault(status, ""))
                .append("\r\n");
        headers.forEach(
                (name, value) -> text.append(name).append(": ").append(value).append("\r\n"));
        text.append("\r\n");
        ByteArrayOutputStream out = new ByteArrayOutputStream(text.length() + body.length + 32);
        out.writeBytes(ascii(text.toString()));
        if (chunks) {
            out.writeBytes(ascii(Integer.toHexString(body.length) + "\r\n"));
        }
        out.writeBytes(body);
        if (chunks) {
            out.writeBytes(ascii("\r\n0\r\n\r\n"));
        }
        return out.toByteArray();
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
