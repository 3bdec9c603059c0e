package dev.soliton.functions;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The prefix of all routes of the host: its own setting {@code extensions.http.routePrefix}. */
final class RoutePrefix {
    private static final String BY_DEFAULT = "api";

    private RoutePrefix() {}

    /** The prefix, without slashes around it; empty for none. */
    static String of(Map<String, String> environment) {
        @Nullable String text = HostJson.setting(environment, "extensions", "http", "routePrefix");
        return text == null ? BY_DEFAULT : text.replaceAll("^/+|/+$", "");
    }
}
