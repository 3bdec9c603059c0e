package dev.soliton.local.http;

/** What a {@code Host} header may be: empty, a name or an address, and a port. */
final class HostHeader {

    private static final String NAME = "!$&'()-._~";

    private HostHeader() {}

    static boolean isValid(String host) {
        if (host.isEmpty()) {
            return true;
        }
        int end = host.startsWith("[") ? endOfAddress(host) : endOfName(host);
        return end > 0 && (end == host.length() || isPort(host.substring(end)));
    }

    private static int endOfName(String host) {
        int end = 0;
        while (end < host.length() && (isLetterOrDigit(host.charAt(end)) || NAME.indexOf(host.charAt(end)) >= 0)) {
            end++;
        }
        return end;
    }

    private static int endOfAddress(String host) {
        int close = host.indexOf(']');
        boolean valid = close >= 4
                && host.substring(1, close).chars().allMatch(c -> Character.digit(c, 16) >= 0 || c == ':' || c == '.');
        return valid ? close + 1 : -1;
    }

    private static boolean isPort(String text) {
        return text.length() > 1
                && text.charAt(0) == ':'
                && text.chars().skip(1).allMatch(c -> c >= '0' && c <= '9');
    }

    private static boolean isLetterOrDigit(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    }
}
