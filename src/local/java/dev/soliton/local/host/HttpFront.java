package dev.soliton.local.host;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
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

/**
 * The HTTP side of the host, on 127.0.0.1 only: the functions' routes, the home page and the little of the admin API that
 * is worth having. As under {@code func start}, nobody is asked for a key.
 */
final class HttpFront {

    private static final int BACKLOG = 512;
    private static final int START_LIMIT_SECONDS = 30;

    private final HttpServer server;
    private final AppSettings settings;
    private final InFlight inFlight;
    private final Console console;
    private final CompletableFuture<Site> site = new CompletableFuture<>();
    private volatile boolean stopping;

    /** A function behind its route, below the prefix. */
    record Endpoint(RouteTemplate route, Trigger.Http trigger, LoadedFunction function) {}

    /**
     * What is served once the functions are loaded. Routes are tried in the order of the functions' names, and the first
     * match wins, even where a later one fits better.
     */
    record Site(String hostId, Invoker invoker, AdminInvocations admin, List<Endpoint> endpoints) {
        Site {
            List<Endpoint> sorted = new ArrayList<>(endpoints);
            sorted.sort(Comparator.comparing(
                    endpoint -> endpoint.function().definition().name(), String.CASE_INSENSITIVE_ORDER));
            endpoints = List.copyOf(sorted);
        }
    }

    /** Binds at once, so that a taken port shows before anything else is done; serves after {@link #open}. */
    HttpFront(int port, AppSettings settings, InFlight inFlight, Console console, Executor threads) throws IOException {
        this.server = HttpServer.create(
                new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), port), BACKLOG);
        this.settings = settings;
        this.inFlight = inFlight;
        this.console = console;
        server.setExecutor(threads);
        server.createContext("/", this::handle);
    }

    void start() {
        server.start();
    }

    int port() {
        return server.getAddress().getPort();
    }

    /** Begins to serve functions; requests that came before have waited for this. */
    void open(Site functions) {
        site.complete(functions);
    }

    /** Takes no more requests; those under way go on. */
    void drain() {
        stopping = true;
    }

    void stop() {
        server.stop(0);
    }

    private void handle(HttpExchange exchange) {
        inFlight.enter();
        try (exchange) {
            answer(exchange).send(exchange);
        } catch (IOException e) {
            console.log("Host.Http", Console.Level.DEBUG, "The client is gone: " + e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            inFlight.exit();
        }
    }

    private HttpReply answer(HttpExchange exchange) throws IOException, InterruptedException {
        String path = exchange.getRequestURI().getRawPath();
        String method = exchange.getRequestMethod();
        if (stopping) {
            return notRunning();
        }
        if (path.equals("/") && method.equals("GET")) {
            return settings.isTrue("AzureWebJobsDisableHomepage")
                    ? HttpReply.empty(204)
                    : HttpReply.of(
                            200, "text/html", "<html><body>Your Functions local host is up and running</body></html>");
        }
        if (path.equals("/admin/host/status")) {
            return status();
        }
        Site open;
        try {
            open = site.get(START_LIMIT_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException | ExecutionException e) {
            return notRunning();
        }
        if (path.startsWith(AdminInvocations.PATH) && method.equals("POST")) {
            String input = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            return open.admin().start(path.substring(AdminInvocations.PATH.length()), input);
        }
        String relative = path.startsWith("/") ? path.substring(1) : path;
        for (Endpoint endpoint : open.endpoints()) {
            // A route that fits another method only is no match: the answer is 404, never 405.
            Optional<Map<String, String>> values =
                    endpoint.trigger().accepts(method) ? endpoint.route().match(relative) : Optional.empty();
            if (values.isPresent()) {
                return invoke(open.invoker(), endpoint, exchange, values.get());
            }
        }
        return HttpReply.empty(404);
    }

    private HttpReply invoke(Invoker invoker, Endpoint endpoint, HttpExchange exchange, Map<String, String> routeValues)
            throws IOException {
        HttpRequestReader reader = new HttpRequestReader(exchange, bodyLimit());
        if (reader.isTooLarge()) {
            return HttpReply.empty(413);
        }
        String reason = "This function was programmatically called via the host APIs.";
        Outcome outcome = invoker.invoke(endpoint.function(), reason, reader.read(routeValues));
        if (outcome instanceof Outcome.Succeeded succeeded) {
            try {
                return HttpReply.from(endpoint.trigger().responds() ? succeeded.returned() : null);
            } catch (IllegalArgumentException e) {
                console.error("Function." + endpoint.function().definition().name(), "No usable response.", e);
            }
        }
        return HttpReply.empty(500);
    }

    private long bodyLimit() {
        String limit = settings.find("FUNCTIONS_REQUEST_BODY_SIZE_LIMIT");
        return limit == null ? 104_857_600 : Long.parseLong(limit);
    }

    private HttpReply status() {
        if (!site.isDone()) {
            return notRunning();
        }
        return HttpReply.of(
                200,
                "application/json; charset=utf-8",
                "{\"id\":\"" + site.join().hostId() + "\",\"state\":\"Running\",\"processId\":"
                        + ProcessHandle.current().pid() + "}");
    }

    private static HttpReply notRunning() {
        return HttpReply.of(503, "text/plain; charset=utf-8", "Function host is not running.");
    }
}
