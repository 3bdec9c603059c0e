package dev.soliton.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.soliton.functions.OpenApiDocument;
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
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Calls one host as its users do, and takes no answer that the description of the API does not allow. */
final class Caller {
    private static final Set<String> TERMINAL = Set.of("Completed", "Failed", "Terminated");
    private static final String PREFIX = "/api/";
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
        String path = "/api/orchestrators/" + orchestrator + "/" + id;
        return http.sendAsync(request("POST", path, body(input)), BodyHandlers.ofString())
                .thenApply(response -> checked("POST", path, response));
    }

    Answer status(String id) {
        return send("GET", "/api/instances/" + id, (String) null);
    }

    Answer send(String method, String path, @Nullable String body, String... headers) {
        return send(method, path, body(body), headers);
    }

    /** Sends a request with headers, whose names and values take turns; the answer has to be one that is described. */
    Answer send(String method, String path, BodyPublisher body, String... headers) {
        try {
            return checked(method, path, http.send(request(method, path, body, headers), BodyHandlers.ofString()));
        } catch (IOException trouble) {
            throw new AssertionError(method + " " + path + ": " + trouble, trouble);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new AssertionError(stop);
        }
    }

    private static Answer checked(String method, String path, HttpResponse<String> response) {
        // The host itself refuses a NUL, in few words: no function sees it.
        boolean isOfTheHost = path.contains("%00") && response.statusCode() == 400;
        if (path.startsWith(PREFIX) && !isOfTheHost) {
            String route = path.substring(PREFIX.length() - 1).replaceFirst("\\?.*", "");
            OpenApiDocument.served().check(method, route, response.statusCode(), response.body());
        }
        return new Answer(response.statusCode(), response);
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

    /** Asks until the instance shows what is wanted. */
    Answer await(String id, String what, Predicate<Answer> wanted) {
        Instant deadline = Instant.now().plus(Hub.LIMIT);
        while (true) {
            Answer answer = status(id);
            if (answer.code() < 300 && wanted.test(answer)) {
                return answer;
            }
            if (Instant.now().isAfter(deadline)) {
                throw new AssertionError("The instance '" + id + "' does not show " + what + ": " + answer.code() + " "
                        + answer.response().body());
            }
            pause();
        }
    }

    /** Starts an instance under an ID that is free. */
    void startFresh(String orchestrator, String id, @Nullable String input) {
        Answer answer = start(orchestrator, id, input);
        assertThat(answer.code())
                .as("start of %s: %s", id, answer.response().body())
                .isEqualTo(202);
    }

    /** Asks until the instance has ended, which has to be with that output, which is JSON. */
    void awaitOutput(String id, String json) {
        Answer ended = awaitEnd(id);
        assertThat(ended.text("runtimeStatus")).as(ended.response().body()).isEqualTo("Completed");
        assertThat(ended.body().path("output").toString()).isEqualTo(json);
    }

    /** Asks until the instance has that status. */
    Answer awaitStatus(String id, String runtimeStatus) {
        return await(id, runtimeStatus, answer -> answer.text("runtimeStatus").equals(runtimeStatus));
    }

    /** Asks until the instance shows that, which is JSON. */
    Answer awaitCustomStatus(String id, String json) {
        return await(
                id,
                json,
                answer -> answer.body().path("customStatus").toString().equals(json));
    }

    /** Raises an event, which has to come in. */
    void raise(String id, String event, @Nullable String json) {
        operate(id, "raiseEvent/" + event, json);
    }

    /** Does something to an instance, which has to come in. */
    void operate(String id, String operation) {
        operate(id, operation, null);
    }

    private void operate(String id, String operation, @Nullable String json) {
        Answer answer = send("POST", "/api/instances/" + id + "/" + operation, json);
        assertThat(answer.code())
                .as(id + " " + operation + ": " + answer.response().body())
                .isEqualTo(202);
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

    private HttpRequest request(String method, String path, BodyPublisher body, String... headers) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(base.resolve(path)).method(method, body).timeout(Duration.ofMinutes(2));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return request.build();
    }
}
