package dev.soliton.local.host;

import dev.soliton.local.http.HttpReply;
import dev.soliton.local.http.RawRequest;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The little of {@code /admin} that is worth having. All of it but the ping asks for the master key, where keys are asked for. */
final class AdminApi {

    private static final String FUNCTIONS = "/admin/functions";
    private static final String JSON = "application/json; charset=utf-8";

    private final Access access;

    AdminApi(Access access) {
        this.access = access;
    }

    /** The answer to what is not for a function; empty for all else. */
    Optional<HttpReply> answer(RawRequest request, HttpFront.@Nullable Site site) {
        String path = request.path().toLowerCase(Locale.ROOT);
        if (!isBelow(path, "/admin") && !isBelow(path, "/runtime")) {
            return Optional.empty();
        } else if (path.equals("/admin/host/ping")) {
            return Optional.of((site == null ? notRunning() : HttpReply.empty(200))
                    .with("Cache-Control", "no-store,no-cache")
                    .with("Pragma", "no-cache"));
        }
        boolean known = path.equals("/admin/host/status")
                || path.equals(FUNCTIONS)
                || path.startsWith(FUNCTIONS + "/")
                || isBelow(path, "/runtime");
        if (!known) {
            return Optional.of(HttpReply.empty(404));
        } else if (!access.isAdmin(request)) {
            return Optional.of(HttpReply.empty(401).with("WWW-Authenticate", "Bearer"));
        }
        return Optional.of(site == null ? notRunning() : answer(request, path, site));
    }

    private static boolean isBelow(String path, String folder) {
        return path.equals(folder) || path.startsWith(folder + "/");
    }

    private static HttpReply answer(RawRequest request, String path, HttpFront.Site site) {
        boolean get = request.method().equalsIgnoreCase("GET");
        if (path.equals("/admin/host/status") && get) {
            return HttpReply.of(
                    200,
                    JSON,
                    "{\"id\":\"" + site.callers().hostId() + "\",\"state\":\"Running\",\"processId\":"
                            + ProcessHandle.current().pid() + "}");
        } else if (path.equals(FUNCTIONS) && get) {
            return HttpReply.of(200, JSON, site.admin().list());
        }
        String name = request.path().substring(Math.min(FUNCTIONS.length() + 1, path.length()));
        if (path.startsWith(FUNCTIONS + "/") && get && path.endsWith("/status")) {
            boolean exists = site.admin().knows(name.substring(0, name.length() - "/status".length()));
            return exists ? HttpReply.of(200, JSON, "{}") : HttpReply.empty(404);
        } else if (path.startsWith(FUNCTIONS + "/") && request.method().equalsIgnoreCase("POST")) {
            byte[] body = request.body();
            return site.admin().start(name, body == null ? "" : new String(body, StandardCharsets.UTF_8));
        }
        return HttpReply.empty(404);
    }

    static HttpReply notRunning() {
        return HttpReply.of(503, "text/plain; charset=utf-8", "Function host is not running.");
    }
}
