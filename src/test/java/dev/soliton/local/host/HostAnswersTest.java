package dev.soliton.local.host;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Requests, byte for byte, are answered as the Functions host 4.1037 with Java worker 2.17.0 has answered them. */
@Tag("full")
final class HostAnswersTest {

    private static final String[] ALL = {"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"};

    /** What is otherwise here, and why. */
    private static final Map<String, String> EXCEPTIONS =
            Map.of("path /", "the home page is a line, not 150 KB of markup and script");

    @TempDir
    private static Path folder;

    private static RunningHost host;

    @BeforeAll
    static void start() throws IOException, InterruptedException {
        StagedSample sample = StagedSample.in(folder)
                .probe("Echo", "echo", "echo/{first}", ALL)
                .probe("Plain", "plain", "plain", "GET", "POST")
                .probe("Answer", "answer", "answer", "GET", "HEAD")
                .probe("Text", "text", "text/{what}", "GET")
                .probe("Nothing", "nothing", "nothing", "GET")
                .probe("Throws", "fails", "throws/{what}", "GET");
        host = RunningHost.start(HostProcess.Options.of(sample.root())
                .keys("master", "function")
                .foreignCallers(true)
                .jvmArguments(List.of("-Dfile.encoding=UTF-8")));
    }

    @AfterAll
    static void stop() {
        host.close();
    }

    static Stream<Recorded> recorded() throws IOException {
        return Recorded.read().stream().filter(recorded -> !EXCEPTIONS.containsKey(recorded.name()));
    }

    @ParameterizedTest
    @MethodSource("recorded")
    void aRequestIsAnsweredAsTheRealHostDid(Recorded recorded) throws IOException {
        int port = host.process().baseUri().getPort();

        String received = RawHttp.exchange(port, recorded.request().replace("{port}", Integer.toString(port)));

        assertThat(recorded.asRecorded(received, port)).isEqualTo(recorded.answer());
    }

    @Test
    void theHomePageIsThere() throws IOException {
        String received = RawHttp.exchange(
                host.process().baseUri().getPort(), "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");

        assertThat(Objects.requireNonNull(RawHttp.parse(received)).headers())
                .containsExactly("content-type: text/html");
    }

    @Test
    void everyExceptionIsOfARecordedAnswer() throws IOException {
        assertThat(Recorded.read()).hasSize(410).extracting(Recorded::name).containsAll(EXCEPTIONS.keySet());
    }

    /** A request and its answer, from {@code host-answers/http.jsonl}. */
    private record Recorded(String name, String request, String answer, JsonNode line) {

        static List<Recorded> read() throws IOException {
            List<Recorded> all = new ArrayList<>();
            try (InputStream in = HostAnswersTest.class.getResourceAsStream("/host-answers/http.jsonl")) {
                String text = new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
                for (String line : text.split("\n", -1)) {
                    if (!line.isEmpty()) {
                        all.add(of(new ObjectMapper().readTree(line)));
                    }
                }
            }
            return all;
        }

        private static Recorded of(JsonNode line) {
            String request = line.path("request").asText()
                    + "a".repeat(line.path("padding").asInt())
                    + line.path("end").asText("");
            List<String> headers = new ArrayList<>();
            line.path("headers")
                    .forEach(header -> headers.add(header.get(0).asText().toLowerCase(Locale.ROOT) + ": "
                            + header.get(1).asText()));
            headers.sort(null);
            String body = line.has("length")
                    ? line.path("length").asInt() + " characters: "
                            + line.path("start").asText()
                    : line.path("body").asText("");
            String answer = line.path("status").isNull()
                    ? "closed"
                    : text(line.path("status").asInt(), headers, body);
            return new Recorded(line.path("name").asText(), request, answer, line);
        }

        private static String text(int status, List<String> headers, String body) {
            return status + "\n" + String.join("\n", headers) + "\n\n" + body;
        }

        /** What was received in the form of what is expected. */
        String asRecorded(String received, int port) {
            RawHttp.Answer answer = RawHttp.parse(received);
            if (answer == null) {
                return "closed";
            }
            String body = answer.body().replace(Integer.toString(port), "{port}");
            if (line.has("length")) {
                int shown = line.path("start").asText().length();
                body = body.length() + " characters: " + body.substring(0, Math.min(shown, body.length()));
            }
            return text(answer.status(), answer.headers(), body);
        }

        @Override
        public String toString() {
            return name;
        }
    }
}
