package dev.soliton.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.soliton.local.host.HostProcess;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Calls one host as its users do. */
final class Caller {
    private static final Set<String> TERMINAL = Set.of("Completed", "Failed", "Terminated");
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Hub.LIMIT)
            .build();
    private final HostProcess host;
    private final URI base;

    Caller(HostProcess host) {
        this.host = host;
        this.base = host.baseUri();
    }

    /** An answer: its code, its headers and its body, which is JSON or empty. */
    record Answer(int code, HttpResponse<String> response) {
        JsonNode body() {
            try {
                return JSON.readTree(response.body());
            } catch (JsonProcessingException notJson) {
                throw new AssertionError("Not JSON: " + response.body(), notJson);
            }
        }

        String text(String field) {
            return body().path(field).asText();
        }

        @Nullable
        String header(String name) {
            return response.headers().firstValue(name).orElse(null);
        }
    }

    HostProcess host() {
        return host;
    }

    URI base() {
        return base;
    }

    Answer start(String orchestrator, String id, @Nullable String input) {
        return send("POST", "/api/orchestrators/" + orchestrator + "/" + id, input);
    }

    CompletableFuture<Answer> startAsync(String orchestrator, String id, @Nullable String input) {
        return http.sendAsync(
                        request("POST", "/api/orchestrators/" + orchestrator + "/" + id, body(input)),
                        BodyHandlers.ofString())
                .thenApply(response -> new Answer(response.statusCode(), response));
    }

    Answer status(String id) {
        return send("GET", "/api/instances/" + id, (String) null);
    }

    Answer send(String method, String path, @Nullable String body) {
        return send(method, path, body(body));
    }

    Answer send(String method, String path, BodyPublisher body) {
        try {
            HttpResponse<String> response = http.send(request(method, path, body), BodyHandlers.ofString());
            return new Answer(response.statusCode(), response);
        } catch (IOException trouble) {
            throw new AssertionError(method + " " + path + ": " + trouble, trouble);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new AssertionError(stop);
        }
    }

    /** Asks until the instance has ended, which is there already. */
    Answer awaitEnd(String id) {
        assertThat(status(id).code()).as("status of %s", id).isNotEqualTo(404);
        return awaitEndOnceThere(id);
    }

    /** Asks until the instance is there and has ended. */
    Answer awaitEndOnceThere(String id) {
        Instant deadline = Instant.now().plus(Hub.LIMIT);
        while (true) {
            Answer answer = status(id);
            if (answer.code() == 200 && TERMINAL.contains(answer.text("runtimeStatus"))) {
                return answer;
            }
            if (Instant.now().isAfter(deadline)) {
                throw new AssertionError("The instance '" + id + "' does not end: " + answer.code() + " "
                        + answer.response().body());
            }
            pause();
        }
    }

    /** Between two questions; what is asked decides, and not how long it took. */
    static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(50);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new AssertionError(stop);
        }
    }

    private static BodyPublisher body(@Nullable String body) {
        return body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body);
    }

    private HttpRequest request(String method, String path, BodyPublisher body) {
        return HttpRequest.newBuilder(base.resolve(path))
                .method(method, body)
                .timeout(Duration.ofMinutes(2))
                .build();
    }
}
