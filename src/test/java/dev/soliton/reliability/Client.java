package dev.soliton.reliability;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.soliton.reliability.Fleet.Member;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A caller that has to do with hosts which die under its requests. It asks any of them, those that stand still as well, and
 * does not wait for any for long.
 */
final class Client {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final HttpClient HTTP = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(PATIENCE)
            .build();

    private final Fleet fleet;
    private final RandomGenerator random;

    Client(Fleet fleet, RandomGenerator random) {
        this.fleet = fleet;
        this.random = random;
    }

    /**
     * An answer.
     *
     * @param code its code; 0 for none
     */
    record Reply(int code, JsonNode body, Map<String, List<String>> headers) {
        static final Reply NONE = new Reply(0, MissingNode.getInstance(), Map.of());

        @Nullable
        String header(String name) {
            List<String> values = headers.get(name);
            return values == null ? null : values.get(0);
        }
    }

    /** Sends one request, once, to one host. */
    Reply send(String method, String path, @Nullable Object body, String... headers) {
        List<Member> hosts = fleet.members();
        if (hosts.isEmpty()) {
            return Reply.NONE;
        }
        try {
            HttpRequest.Builder request = HttpRequest.newBuilder(
                            hosts.get(random.nextInt(hosts.size())).base().resolve(path))
                    .method(
                            method,
                            body == null
                                    ? BodyPublishers.noBody()
                                    : BodyPublishers.ofString(JSON.writeValueAsString(body)))
                    .timeout(PATIENCE);
            if (headers.length > 0) {
                request.headers(headers);
            }
            HttpResponse<String> response = HTTP.send(request.build(), BodyHandlers.ofString());
            return new Reply(
                    response.statusCode(),
                    bodyOf(response.body()),
                    response.headers().map());
        } catch (IOException | IllegalStateException gone) {
            return Reply.NONE;
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(stop);
        }
    }

    /** A host that is about to end says so in plain text. */
    private static JsonNode bodyOf(String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException notJson) {
            return TextNode.valueOf(text);
        }
    }

    /** Sends a request until it is answered in one of these ways. */
    Reply insist(Set<Integer> codes, String method, String path, @Nullable Object body, String... headers) {
        long deadline = System.nanoTime() + fleet.terms().patience().toNanos();
        while (true) {
            Reply reply = send(method, path, body, headers);
            if (codes.contains(reply.code())) {
                return reply;
            }
            if (System.nanoTime() > deadline) {
                throw new AssertionError(method + " " + path + " is answered by " + reply.code() + " " + reply.body());
            }
            Pace.pause(Duration.ofMillis(300));
        }
    }

    static <T> T read(JsonNode json, Class<T> type) {
        try {
            return JSON.treeToValue(json, type);
        } catch (JsonProcessingException other) {
            throw new IllegalStateException("Not a " + type.getSimpleName() + ": " + json, other);
        }
    }
}
