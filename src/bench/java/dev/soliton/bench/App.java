package dev.soliton.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.soliton.local.host.HostProcess;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/** The staged app in a local host: a JVM of its own, with the flags of the Java worker. */
final class App implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final JsonMapper JSON = new JsonMapper();

    static {
        // The host closes connections that were idle for 130 s. A request that is sent in that moment would fail.
        System.setProperty("jdk.httpclient.keepalive.timeout", "30");
    }

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final HostProcess host;

    private App(HostProcess host) {
        this.host = host;
    }

    /** Starts it; it may not serve yet. */
    static App launch(String connectionString, String hub, Map<String, String> more) throws IOException {
        Map<String, String> environment = new HashMap<>(more);
        environment.put("AzureWebJobsStorage", connectionString);
        environment.put("SOLITON_HUB", hub);
        environment.put("AzureFunctionsWebHost__hostid", hub);
        List<String> output = new CopyOnWriteArrayList<>();
        return new App(HostProcess.start(
                HostProcess.Options.of(staged()).environment(environment).output(output::add)));
    }

    /** Starts it, and waits until it serves. */
    static App start(String connectionString, String hub, Map<String, String> more)
            throws IOException, InterruptedException {
        App app = launch(connectionString, hub, more);
        app.awaitReady();
        return app;
    }

    void awaitReady() throws InterruptedException {
        host.awaitReady(LIMIT);
    }

    /** The folder that would be deployed. */
    static Path staged() {
        return Path.of(System.getProperty("soliton.staged", "target/azure-functions/soliton-app"));
    }

    /** Starts an instance; the answer is 202. */
    void start(String orchestrator, String id) throws IOException, InterruptedException {
        HttpResponse<String> answer = send("POST", "/api/orchestrators/" + orchestrator + "/" + id);
        if (answer.statusCode() != 202) {
            throw new IllegalStateException("The start was answered " + answer.statusCode() + ": " + answer.body());
        }
    }

    /** An instance with its history, once it has completed. */
    JsonNode awaitCompleted(String id) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (System.nanoTime() < deadline) {
            HttpResponse<String> answer = send("GET", "/api/instances/" + id + "?showHistory=true");
            JsonNode instance = JSON.readTree(answer.body());
            if (instance.path("runtimeStatus").asText().equals("Completed")) {
                return instance;
            }
            Thread.sleep(50);
        }
        throw new IllegalStateException("The instance '" + id + "' does not complete.");
    }

    private HttpResponse<String> send(String method, String path) throws IOException, InterruptedException {
        URI uri = URI.create(host.baseUri() + path);
        return http.send(
                HttpRequest.newBuilder(uri)
                        .method(method, BodyPublishers.noBody())
                        .timeout(LIMIT)
                        .build(),
                BodyHandlers.ofString());
    }

    @Override
    public void close() {
        host.close();
    }
}
