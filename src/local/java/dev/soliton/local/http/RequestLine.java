package dev.soliton.local.http;

import java.nio.charset.StandardCharsets;

/**
 * The first line of a request.
 *
 * @param path decoded; empty where the target has none
 * @param query with its question mark, or empty
 * @param authority that of an absolute target, else empty
 */
record RequestLine(String method, String path, String query, String authority, boolean http10) {

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
            return origin(method, target, "", http10);
        }
        if (target.equals("*")) {
            if (!method.equals("OPTIONS")) {
                throw new RequestRefused(405, "OPTIONS");
            }
            return new RequestLine(method, "", "", "", http10);
        }
        int scheme = schemeLength(target);
        if (scheme > 0) {
            int path = scheme;
            while (path < target.length() && "/?#".indexOf(target.charAt(path)) < 0) {
                path++;
            }
            String rest = target.substring(path);
            return origin(method, rest.startsWith("/") ? rest : "/" + rest, target.substring(scheme, path), http10);
        }
        if (!target.chars().allMatch(c -> Character.isLetterOrDigit(c) || AUTHORITY.indexOf(c) >= 0)) {
            throw new RequestRefused(400);
        }
        if (!method.equals("CONNECT")) {
            throw new RequestRefused(405, "CONNECT");
        }
        return new RequestLine(method, "", "", "", http10);
    }

    private static int schemeLength(String target) {
        if (target.startsWith("http://")) {
            return "http://".length();
        }
        return target.startsWith("https://") ? "https://".length() : 0;
    }

    private static RequestLine origin(String method, String target, String authority, boolean http10)
            throws RequestRefused {
        int mark = target.indexOf('?');
        String path = mark < 0 ? target : target.substring(0, mark);
        String query = mark < 0 ? "" : target.substring(mark);
        return new RequestLine(method, UriPath.decode(path), query, authority, http10);
    }

    private static boolean isToken(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || TOKEN.indexOf(c) >= 0;
    }
}
