package dev.soliton.local.host;

import dev.soliton.local.http.HttpLimits;
import dev.soliton.local.http.HttpReply;
import dev.soliton.local.http.HttpServer;
import dev.soliton.local.http.RawRequest;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/** The HTTP side of the host, on 127.0.0.1 only: the functions' routes, the home page and the admin API. */
final class HttpFront {

    private static final int START_LIMIT_SECONDS = 30;
    private static final int MAX_PORT = 65_535;
    private static final Duration FLUSH_LIMIT = Duration.ofSeconds(1);

    private final HttpServer server;
    private final AppSettings settings;
    private final Access access;
    private final AdminApi admin;
    private final InFlight inFlight;
    private final Console console;
    private final CompletableFuture<Site> site = new CompletableFuture<>();

    /** A function behind its route, below the prefix. */
    record Endpoint(RouteTemplate route, Trigger.Http trigger, LoadedFunction function) {}

    /**
     * What is the same for all callers.
     *
     * @param throttle what keeps to the limits of host.json
     * @param headers what an answer of a function gets that does not set it itself
     */
    record Callers(String hostId, HttpThrottle throttle, Map<String, String> headers) {
        static Callers of(String hostId, HostJson.Http limits) {
            return new Callers(hostId, new HttpThrottle(limits), limits.customHeaders());
        }
    }

    /**
     * What is served once the functions are loaded. Routes are tried in the order of the functions' names, and the first
     * match wins, even where a later one fits better.
     */
    record Site(Callers callers, Invoker invoker, AdminInvocations admin, List<Endpoint> endpoints) {
        Site {
            List<Endpoint> sorted = new ArrayList<>(endpoints);
            sorted.sort(Comparator.comparing(
                    endpoint -> endpoint.function().definition().name(), String.CASE_INSENSITIVE_ORDER));
            endpoints = List.copyOf(sorted);
        }
    }

    /** Binds at once, so that a taken port shows before anything else is done; serves functions after {@link #open}. */
    HttpFront(
            int port,
            AppSettings settings,
            Access access,
            InFlight inFlight,
            Console console,
            Executor threads,
            Consumer<Throwable> failures)
            throws IOException {
        this.settings = settings;
        this.access = access;
        this.admin = new AdminApi(access);
        this.inFlight = inFlight;
        this.console = console;
        HttpLimits limits = limits();
        this.server = new HttpServer(port, () -> limits, this::handle, threads, failures);
    }

    private HttpLimits limits() {
        String limit = settings.find("FUNCTIONS_REQUEST_BODY_SIZE_LIMIT");
        return limit == null ? HttpLimits.KESTREL : HttpLimits.KESTREL.withBody(Long.parseLong(limit));
    }

    int port() {
        return server.port();
    }

    /** Begins to serve functions; requests that came before have waited for this. */
    void open(Site functions) {
        site.complete(functions);
    }

    /** Takes no more requests; those under way go on. */
    void drain() {
        server.drain();
    }

    /** Waits until what has been answered has been sent. */
    void flush() throws InterruptedException {
        server.awaitAnswered(FLUSH_LIMIT);
    }

    void stop() {
        server.close();
    }

    private HttpReply handle(RawRequest request) throws IOException, InterruptedException {
        inFlight.enter();
        try {
            return answer(request);
        } finally {
            inFlight.exit();
        }
    }

    private HttpReply answer(RawRequest request) throws IOException, InterruptedException {
        Optional<Access.Refusal> refused = access.refusal(request);
        if (refused.isPresent()) {
            String reason = refused.get().reason();
            console.log(
                    "Host.Http",
                    Console.Level.WARNING,
                    "Refused a request with " + refused.get().status() + ". " + reason);
            return refused.get().reply();
        }
        if (request.path().equals("/") && request.method().equals("GET")) {
            return settings.isTrue("AzureWebJobsDisableHomepage")
                    ? HttpReply.empty(204)
                    : HttpReply.of(
                            200, "text/html", "<html><body>Your Functions local host is up and running</body></html>");
        }
        Optional<HttpReply> ofAdmin = admin.answer(request, site.getNow(null));
        if (ofAdmin.isPresent()) {
            return ofAdmin.get();
        }
        Site open;
        try {
            open = site.get(START_LIMIT_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException | ExecutionException e) {
            return AdminApi.notRunning();
        }
        HttpReply reply = open.callers().throttle().answer(() -> routed(open, request));
        open.callers().headers().forEach((name, value) -> {
            if (reply.header(name) == null) {
                reply.with(name, value);
            }
        });
        return reply;
    }

    private HttpReply routed(Site open, RawRequest request) {
        String relative = request.path().startsWith("/") ? request.path().substring(1) : request.path();
        for (Endpoint endpoint : open.endpoints()) {
            // A route that fits another method only is no match: the answer is 404, never 405.
            Optional<Map<String, String>> values = endpoint.trigger().accepts(request.method())
                    ? endpoint.route().match(relative)
                    : Optional.empty();
            if (values.isPresent()) {
                return access.mayCall(endpoint.trigger().authLevel(), request)
                        ? invoke(open.invoker(), endpoint, request, values.get())
                        : HttpReply.empty(401);
            }
        }
        return HttpReply.empty(404);
    }

    /** Whether there is a port that is none, for all its digits. */
    private static boolean hasNoPort(String host) {
        String port = host.substring(host.lastIndexOf(':') + 1).replaceFirst("^0+(?=.)", "");
        return !host.endsWith("]") && host.contains(":") && (port.length() > 5 || Integer.parseInt(port) > MAX_PORT);
    }

    private HttpReply invoke(Invoker invoker, Endpoint endpoint, RawRequest request, Map<String, String> routeValues) {
        String host = request.header("Host");
        if (request.body() == null || host == null || host.isEmpty() || hasNoPort(host)) {
            // The real host fails while it binds: over the limit, or for want of a URI.
            return HttpReply.empty(500);
        }
        String reason = "This function was programmatically called via the host APIs.";
        Outcome outcome = invoker.invoke(endpoint.function(), reason, new HttpRequestReader(request).read(routeValues));
        if (outcome instanceof Outcome.Succeeded succeeded) {
            try {
                return new ReturnedValue(request).reply(endpoint.trigger().responds() ? succeeded.returned() : null);
            } catch (IOException | RuntimeException e) {
                console.error("Function." + endpoint.function().definition().name(), "No usable response.", e);
            }
        }
        return HttpReply.empty(500);
    }
}
