package dev.soliton.local.host;

import static org.assertj.core.api.Assertions.assertThat;

import com.azure.storage.queue.QueueClient;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.soliton.local.Azurite;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Messages are seen as on the Functions host 4.1037 with Java worker 2.17.0: text, identifier and count, each time. */
@Tag("full")
final class QueueAnswersIT {

    private static final ObjectMapper JSON = new ObjectMapper();

    /** A message of this text fails before the function is reached, in both queues. */
    private static final String NEVER_SEEN = "{\"dequeuecount\":\"x\"}";

    @TempDir
    private Path folder;

    @Test
    void aMessageIsSeenAsTheRealHostShowsIt() throws Exception {
        StagedSample sample = StagedSample.in(folder)
                .function("Seen", "ProbeFunctions.message", queueTrigger("probe-in"))
                .function("Poison", "ProbeFunctions.message", queueTrigger("probe-in-poison"))
                .probe("List", "messages", "seen", "GET");
        Map<String, List<String>> expected = new TreeMap<>();
        Map<String, List<String>> seen = new TreeMap<>();
        try (Azurite azurite = Azurite.start(Azurite.Options.inMemory())) {
            QueueClient queue = StorageClients.queue(azurite.connectionString(), "probe-in");
            queue.create();
            Map<String, String> textOf = new TreeMap<>();
            for (JsonNode recorded : recorded()) {
                String text = recorded.path("text")
                        .asText()
                        .repeat(recorded.path("repeat").asInt(1));
                textOf.put(queue.sendMessage(text).getMessageId(), text);
                recorded.path("seen")
                        .forEach(one ->
                                add(expected, text, line(one, one.path("id").asText())));
            }
            int sightings = expected.values().stream().mapToInt(List::size).sum();
            try (RunningHost host = RunningHost.start(HostProcess.Options.of(sample.root())
                    .environment(Map.of(
                            "AzureWebJobsStorage", azurite.connectionString(),
                            "AzureFunctionsJobHost__extensions__queues__messageEncoding", "none",
                            "AzureFunctionsJobHost__extensions__queues__maxDequeueCount", "3")))) {
                host.awaitLine("Executed 'Functions.Poison' (Failed");
                Eventually.isTrue(() -> sightings(host).size() >= sightings);
                for (JsonNode one : sightings(host)) {
                    String text = one.path("text").asText();
                    add(seen, text, line(one, named(one.path("id").asText(), text, textOf)));
                }
            }
        }
        assertThat(seen).isEqualTo(expected).hasSize(48).doesNotContainKey(NEVER_SEEN);
    }

    private static List<JsonNode> sightings(RunningHost host) {
        try {
            List<JsonNode> all = new ArrayList<>();
            for (String line : host.get("/api/seen").body().split("\n", -1)) {
                if (!line.isEmpty()) {
                    all.add(JSON.readTree(line));
                }
            }
            return all;
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** The identifier, in the words of the recording if it is the service's. */
    private static String named(String id, String text, Map<String, String> textOf) {
        if (text.equals(textOf.get(id))) {
            return "(the message's)";
        }
        return id.matches("[0-9a-f-]{36}") ? "(another identifier)" : id;
    }

    private static String line(JsonNode sighting, String id) {
        return sighting.path("function").asText() + " " + id + " "
                + sighting.path("count").asLong();
    }

    private static void add(Map<String, List<String>> all, String text, String line) {
        all.computeIfAbsent(text, unused -> new ArrayList<>()).add(line);
    }

    private static List<JsonNode> recorded() throws IOException {
        List<JsonNode> all = new ArrayList<>();
        try (InputStream in = QueueAnswersIT.class.getResourceAsStream("/host-answers/queue.jsonl")) {
            String text = new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
            for (String line : text.split("\n", -1)) {
                if (!line.isEmpty()) {
                    all.add(JSON.readTree(line));
                }
            }
        }
        return all;
    }

    private static String queueTrigger(String queueName) {
        return """
                {"type": "queueTrigger", "direction": "in", "name": "message", "queueName": "%s",
                 "connection": "AzureWebJobsStorage"}"""
                .formatted(queueName);
    }
}
