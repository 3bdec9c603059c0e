package dev.soliton.local.host;

import dev.soliton.local.http.HttpReply;
import dev.soliton.local.http.RawRequest;
import dev.soliton.local.http.UriPath;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Who may call. Nobody is asked for a key unless keys are given, as under {@code func start}. A page of another site, which the
 * browser on this machine lets call 127.0.0.1, may not unless that is allowed; the real host on one's own machine asks nothing
 * of the kind.
 *
 * @param keys those to ask for
 * @param foreign whether any {@code Host} and {@code Origin} will do
 */
record Access(Optional<Keys> keys, boolean foreign) {

    private static final Set<String> OWN_NAMES = Set.of("localhost", "127.0.0.1", "[::1]");
    private static final String REMEDY =
            "To let such callers in, start the host with -Dsoliton.foreign-callers=true; then web pages of any site can call it.";
    private static final int LONGEST_SHOWN = 100;
    private static final Pattern AUTHORITY = Pattern.compile("(?:https?://)?(\\[[^\\]]*\\]|[^:/]*)(?::\\d+)?/?");

    /**
     * The two keys of a host.
     *
     * @param master opens everything
     * @param function opens the functions that ask for a function's key
     */
    record Keys(String master, String function) {

        /** Reads the two with a comma between them; nothing is none. */
        static Optional<Keys> parse(String text) {
            String[] keys = text.split(",", -1);
            if (text.isEmpty()) {
                return Optional.empty();
            } else if (keys.length != 2 || keys[0].isBlank() || keys[1].isBlank()) {
                throw new HostInError("Keys are two with a comma between them: the master key, a function key.");
            }
            return Optional.of(new Keys(keys[0].strip(), keys[1].strip()));
        }
    }

    /**
     * Why a request is not answered.
     *
     * @param reason a sentence that says what to do, for the caller and for the log
     */
    record Refusal(int status, String reason) {
        HttpReply reply() {
            return HttpReply.of(status, "text/plain; charset=utf-8", reason);
        }
    }

    /** The refusal of what a page of another site has sent, or has had sent by a name that leads here. */
    Optional<Refusal> refusal(RawRequest request) {
        String host = request.header("Host");
        String origin = request.header("Origin");
        String site = request.header("Sec-Fetch-Site");
        if (foreign) {
            return Optional.empty();
        } else if (host != null && !host.isEmpty() && !isOwn(host)) {
            return Optional.of(
                    new Refusal(421, "The Host " + shown(host) + " is not localhost, 127.0.0.1 or [::1]. " + REMEDY));
        } else if (origin != null && !isOwn(origin)) {
            return Optional.of(new Refusal(403, "The Origin " + shown(origin) + " is not of this machine. " + REMEDY));
        } else if ("cross-site".equalsIgnoreCase(site)) {
            return Optional.of(new Refusal(403, "The request comes from a page of another site. " + REMEDY));
        }
        return Optional.empty();
    }

    /** What a stranger has sent, as it can stand in a line. */
    private static String shown(String value) {
        String part = value.length() > LONGEST_SHOWN ? value.substring(0, LONGEST_SHOWN) + "…" : value;
        return "'" + part.replaceAll("[^\\x20-\\x7e…]", "?") + "'";
    }

    private static boolean isOwn(String authority) {
        Matcher matcher = AUTHORITY.matcher(authority);
        return matcher.matches() && OWN_NAMES.contains(matcher.group(1).toLowerCase(Locale.ROOT));
    }

    /** Whether the request may call a function of the given level. */
    boolean mayCall(String level, RawRequest request) {
        if (keys.isEmpty() || level.equalsIgnoreCase("anonymous")) {
            return true;
        }
        String given = key(request);
        return keys.get().master().equals(given)
                || (level.equalsIgnoreCase("function") && keys.get().function().equals(given));
    }

    boolean isAdmin(RawRequest request) {
        return mayCall("admin", request);
    }

    /** The first of the header, else the first of the query. */
    private static @Nullable String key(RawRequest request) {
        List<String> header = request.headers().get("x-functions-key");
        if (header != null) {
            return header.get(0);
        }
        for (String pair : request.query().replaceFirst("^\\?", "").split("&", -1)) {
            int equals = pair.indexOf('=');
            if (equals > 0 && UriPath.decodeQuery(pair.substring(0, equals)).equalsIgnoreCase("code")) {
                return UriPath.decodeQuery(pair.substring(equals + 1));
            }
        }
        return null;
    }
}
