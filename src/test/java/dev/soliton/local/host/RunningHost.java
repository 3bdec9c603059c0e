package dev.soliton.local.host;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;

/** A host process of a test, with the lines it has written. */
final class RunningHost implements AutoCloseable {

    private static final Duration LIMIT = Duration.ofSeconds(90);

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final List<String> lines = new CopyOnWriteArrayList<>();
    private final HostProcess process;

    private RunningHost(HostProcess.Options options) throws IOException {
        this.process = HostProcess.start(options.output(this::add));
    }

    /** Starts a host that need not become ready. */
    static RunningHost launch(HostProcess.Options options) throws IOException {
        return new RunningHost(options);
    }

    static RunningHost start(HostProcess.Options options) throws IOException, InterruptedException {
        RunningHost host = new RunningHost(options);
        try {
            host.process.awaitReady(LIMIT);
            return host;
        } catch (IllegalStateException e) {
            host.close();
            throw new IllegalStateException(String.join("\n", host.lines), e);
        }
    }

    HostProcess process() {
        return process;
    }

    List<String> lines() {
        return lines;
    }

    private synchronized void add(String line) {
        lines.add(line);
        notifyAll();
    }

    /** Waits for a line that has all the parts, and returns it. */
    String awaitLine(String... parts) throws InterruptedException {
        return awaitLines(1, line -> List.of(parts).stream().allMatch(line::contains))
                .get(0);
    }

    synchronized List<String> awaitLines(int count, Predicate<String> wanted) throws InterruptedException {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        List<String> found = lines.stream().filter(wanted).toList();
        while (found.size() < count) {
            long left = (deadline - System.nanoTime()) / 1_000_000;
            if (left <= 0) {
                throw new AssertionError("Not seen in:\n" + String.join("\n", lines));
            }
            wait(left);
            found = lines.stream().filter(wanted).toList();
        }
        return found;
    }

    HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return send("GET", path, BodyPublishers.noBody());
    }

    HttpResponse<String> send(String method, String path, BodyPublisher body, String... headers)
            throws IOException, InterruptedException {
        return client.send(request(method, path, body, headers), BodyHandlers.ofString());
    }

    CompletableFuture<HttpResponse<String>> sendAsync(String method, String path) {
        return client.sendAsync(request(method, path, BodyPublishers.noBody()), BodyHandlers.ofString());
    }

    private HttpRequest request(String method, String path, BodyPublisher body, String... headers) {
        HttpRequest.Builder builder = HttpRequest.newBuilder(URI.create(process.baseUri() + path))
                .method(method, body)
                .timeout(LIMIT);
        if (headers.length > 0) {
            builder.headers(headers);
        }
        return builder.build();
    }

    @Override
    public void close() {
        process.close();
    }
}
