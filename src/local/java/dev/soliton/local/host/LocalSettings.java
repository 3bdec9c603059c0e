package dev.soliton.local.host;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/** The app settings in a {@code local.settings.json}, which become environment variables of the host's JVM. */
record LocalSettings(Map<String, String> values) {

    static final String FILE_NAME = "local.settings.json";

    LocalSettings {
        values = Map.copyOf(values);
    }

    /** Reads the file in the given folder; none is the same as an empty one. */
    static LocalSettings read(Path folder) throws IOException {
        Path file = folder.resolve(FILE_NAME);
        if (!Files.exists(file)) {
            return new LocalSettings(Map.of());
        }
        JsonNode root = new ObjectMapper().readTree(file.toFile());
        if (root.path("IsEncrypted").asBoolean(true)) {
            throw new IllegalArgumentException(FILE_NAME + " is encrypted, or does not say \"IsEncrypted\": false; "
                    + "encrypted settings cannot be read here.");
        }
        if (root.path("ConnectionStrings").size() > 0) {
            throw new IllegalArgumentException(
                    FILE_NAME + " has ConnectionStrings, which are not supported here; put them into Values.");
        }
        Map<String, String> values = new TreeMap<>();
        root.path("Values").properties().forEach(entry -> {
            if (entry.getValue().isContainerNode()) {
                throw new IllegalArgumentException(
                        FILE_NAME + ": the value of " + entry.getKey() + " is not a string.");
            }
            if (!entry.getValue().isNull()) {
                values.put(entry.getKey(), entry.getValue().asText());
            }
        });
        return new LocalSettings(values);
    }
}
