package dev.soliton.local.http;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;

/**
 * The first line of a request.
 *
 * @param path decoded; empty where the target has none
 * @param query with its question mark, or empty
 * @param hosts what a {@code Host} may be, by the target; empty where the target does not say
 */
record RequestLine(String method, String path, String query, Set<String> hosts, boolean http10) {

    private static final String TOKEN = "!#$%&'*+-.^_`|~";
    private static final String AUTHORITY = "-._~:@[]!$&'()*+,;=%";
    private static final int VERSION_LENGTH = 8;

    /** Reads a line without its end. */
    static RequestLine parse(byte[] bytes) throws RequestRefused {
        String line = new String(bytes, StandardCharsets.ISO_8859_1);
        int methodEnd = 0;
        while (methodEnd < line.length() && isToken(line.charAt(methodEnd))) {
            methodEnd++;
        }
        int start = methodEnd + 1;
        if (methodEnd == 0 || start >= line.length() || line.charAt(methodEnd) != ' ') {
            throw new RequestRefused(400);
        }
        int end = line.indexOf(' ', start);
        if (end <= start || line.charAt(start) == '?' || line.charAt(start) == '%') {
            throw new RequestRefused(400);
        }
        String method = line.substring(0, methodEnd);
        String version = line.substring(end + 1);
        if (version.isEmpty()) {
            throw new RequestRefused(400);
        }
        boolean http10 = version.startsWith("HTTP/1.0");
        if (!http10 && !version.startsWith("HTTP/1.1")) {
            throw new RequestRefused(505);
        }
        if (version.length() != VERSION_LENGTH) {
            throw new RequestRefused(400);
        }
        return target(method, line.substring(start, end), http10);
    }

    private static RequestLine target(String method, String target, boolean http10) throws RequestRefused {
        if (target.chars().anyMatch(c -> c == 0 || c > 0x7f)) {
            throw new RequestRefused(400);
        }
        if (target.startsWith("/")) {
            return origin(method, target, http10);
        }
        if (target.equals("*")) {
            if (!method.equals("OPTIONS")) {
                throw new RequestRefused(405, "OPTIONS");
            }
            return new RequestLine(method, "", "", Set.of(), http10);
        }
        int scheme = schemeLength(target);
        if (scheme > 0) {
            return absolute(method, target, scheme, http10);
        }
        if (!target.chars().allMatch(c -> Character.isLetterOrDigit(c) || AUTHORITY.indexOf(c) >= 0)) {
            throw new RequestRefused(400);
        }
        if (!method.equals("CONNECT")) {
            throw new RequestRefused(405, "CONNECT");
        }
        return new RequestLine(method, "", "", Set.of(target), http10);
    }

    /** As .NET's Uri takes it apart: all escapes are decoded, those of slashes too, and a fragment is left out. */
    private static RequestLine absolute(String method, String target, int scheme, boolean http10)
            throws RequestRefused {
        int start = scheme;
        while (start < target.length() && "/?#".indexOf(target.charAt(start)) < 0) {
            start++;
        }
        int mark = target.indexOf('?', start);
        String path = target.substring(start, mark < 0 ? target.length() : mark).replaceFirst("#.*", "");
        return new RequestLine(
                method,
                UriPath.decodeAll(path.startsWith("/") ? path : "/" + path),
                mark < 0 ? "" : target.substring(mark),
                hosts(target.substring(scheme, start), target.startsWith("https:") ? ":443" : ":80"),
                http10);
    }

    /** The authority in lower case and without a user, and the same with or without the scheme's own port. */
    private static Set<String> hosts(String authority, String ownPort) {
        String host = authority.substring(authority.lastIndexOf('@') + 1).toLowerCase(Locale.ROOT);
        if (host.endsWith(ownPort)) {
            return Set.of(host, host.substring(0, host.length() - ownPort.length()));
        }
        return host.matches(".*:\\d+") ? Set.of(host) : Set.of(host, host + ownPort);
    }

    private static int schemeLength(String target) {
        if (target.startsWith("http://")) {
            return "http://".length();
        }
        return target.startsWith("https://") ? "https://".length() : 0;
    }

    private static RequestLine origin(String method, String target, boolean http10) throws RequestRefused {
        int mark = target.indexOf('?');
        String path = mark < 0 ? target : target.substring(0, mark);
        String query = mark < 0 ? "" : target.substring(mark);
        return new RequestLine(method, UriPath.decode(path), query, Set.of(), http10);
    }

    private static boolean isToken(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || TOKEN.indexOf(c) >= 0;
    }
}
