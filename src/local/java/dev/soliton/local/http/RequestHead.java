package dev.soliton.local.http;

import java.math.BigInteger;
import java.nio.charset.CharacterCodingException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** A request's line and headers while they are read, and what they say of the body and the connection. */
final class RequestHead {

    private static final String LENGTH = "Content-Length";
    private static final String ENCODING = "Transfer-Encoding";
    private static final BigInteger MOST = BigInteger.valueOf(Long.MAX_VALUE);

    private final RequestLine line;
    private final Map<String, List<String>> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    private int count;

    RequestHead(RequestLine line) {
        this.line = line;
    }

    /** Takes one header, a line without its end. */
    void add(byte[] bytes) throws RequestRefused {
        count++;
        if (count > HttpLimits.HEADER_COUNT) {
            throw new RequestRefused(431);
        }
        String text = utf8(bytes);
        int colon = text.indexOf(':');
        if (colon <= 0) {
            throw new RequestRefused(400);
        }
        String name = text.substring(0, colon);
        if (name.chars().anyMatch(c -> c == ' ' || c == '\t' || c == '\r' || c == 0 || c > 0x7f)) {
            throw new RequestRefused(400);
        }
        String value = trim(text.substring(colon + 1));
        if (value.indexOf('\r') >= 0 || value.indexOf(0) >= 0) {
            throw new RequestRefused(400);
        }
        List<String> values = headers.computeIfAbsent(name, unused -> new ArrayList<>());
        if (name.equalsIgnoreCase(LENGTH)) {
            if (!values.isEmpty()) {
                throw new RequestRefused(400);
            }
            value = length(value);
        }
        values.add(value);
    }

    /** The value between blanks and tabs. */
    private static String trim(String value) {
        int start = 0;
        int end = value.length();
        while (start < end && " \t".indexOf(value.charAt(start)) >= 0) {
            start++;
        }
        while (end > start && " \t".indexOf(value.charAt(end - 1)) >= 0) {
            end--;
        }
        return value.substring(start, end);
    }

    private static String utf8(byte[] bytes) throws RequestRefused {
        try {
            return StrictUtf8.decode(bytes);
        } catch (CharacterCodingException e) {
            throw new RequestRefused(400);
        }
    }

    /** A number of bytes as .NET writes it again: {@code +3} and {@code 003} are 3. */
    private static String length(String value) throws RequestRefused {
        if (!value.matches("\\+?[0-9]+")) {
            throw new RequestRefused(400);
        }
        BigInteger length = new BigInteger(value);
        if (length.compareTo(MOST) > 0) {
            throw new RequestRefused(400);
        }
        return length.toString();
    }

    /** Checks what only the whole head shows. */
    void complete() throws RequestRefused {
        List<String> hosts = headers.getOrDefault("Host", List.of());
        if (hosts.size() > 1 || (hosts.isEmpty() && !line.http10())) {
            throw new RequestRefused(400);
        }
        for (String host : hosts) {
            if (!HostHeader.isValid(host)
                    || !(line.hosts().isEmpty() || line.hosts().contains(host))) {
                throw new RequestRefused(400);
            }
        }
        boolean upgrade = connectionHas("upgrade");
        if (upgrade && (headers.containsKey(ENCODING) || bodyLength() > 0)) {
            throw new RequestRefused(400);
        }
        if (headers.containsKey(ENCODING)) {
            String[] codings = String.join(",", headers.get(ENCODING)).split(",", -1);
            if (!codings[codings.length - 1].strip().equalsIgnoreCase("chunked")) {
                throw new RequestRefused(400);
            }
            List<String> length = headers.remove(LENGTH);
            if (length != null) {
                headers.put("X-" + LENGTH, length);
            }
        } else if (line.http10()
                && !headers.containsKey(LENGTH)
                && (line.method().equals("POST") || line.method().equals("PUT"))) {
            throw new RequestRefused(400);
        }
    }

    boolean isChunked() {
        return headers.containsKey(ENCODING);
    }

    long bodyLength() {
        List<String> length = headers.get(LENGTH);
        return length == null ? 0 : Long.parseLong(length.get(0));
    }

    boolean expectsContinue() {
        return !line.http10()
                && headers.getOrDefault("Expect", List.of()).stream().anyMatch("100-continue"::equalsIgnoreCase);
    }

    boolean keepsAlive() {
        return line.http10() ? connectionHas("keep-alive") : !connectionHas("close");
    }

    private boolean connectionHas(String option) {
        return List.of(String.join(",", headers.getOrDefault("Connection", List.of()))
                        .toLowerCase(Locale.ROOT)
                        .split(",", -1))
                .stream()
                .anyMatch(value -> value.strip().equals(option));
    }

    boolean isHttp10() {
        return line.http10();
    }

    RawRequest with(byte @org.jspecify.annotations.Nullable [] body) {
        return new RawRequest(line.method(), line.path(), line.query(), headers, body);
    }
}
