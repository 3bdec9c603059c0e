package dev.soliton.functions;

import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.logging.Logger;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The host's own settings, read where and as the host reads them. Names are compared without regard to case, the
 * environment wins over host.json, and host.json may have what Json.NET accepts: comments, trailing commas, a byte order
 * mark.
 */
final class HostJson {
    private static final Logger LOG = Logger.getLogger(HostJson.class.getName());

    private static final JsonMapper HOST_JSON = JsonMapper.builder()
            .enable(
                    JsonReadFeature.ALLOW_JAVA_COMMENTS,
                    JsonReadFeature.ALLOW_TRAILING_COMMA,
                    JsonReadFeature.ALLOW_SINGLE_QUOTES,
                    JsonReadFeature.ALLOW_UNQUOTED_FIELD_NAMES)
            .build();

    private HostJson() {}

    /** A setting by its path in host.json; null if it is nowhere, or null. */
    static @Nullable String setting(Map<String, String> environment, String... path) {
        String text = inEnvironment(environment, path);
        return text == null ? inFile(environment, path) : text;
    }

    private static @Nullable String inEnvironment(Map<String, String> environment, String... path) {
        Pattern variable = Pattern.compile(
                Arrays.stream(path)
                        .map(Pattern::quote)
                        .collect(Collectors.joining("(__|:)", "AzureFunctionsJobHost(__|:)", "")),
                Pattern.CASE_INSENSITIVE);
        return environment.entrySet().stream()
                .filter(entry -> variable.matcher(entry.getKey()).matches())
                .map(Map.Entry::getValue)
                .findFirst()
                .orElse(null);
    }

    private static @Nullable String inFile(Map<String, String> environment, String... path) {
        Path file = Path.of(
                environment.getOrDefault(
                        "FUNCTIONS_APPLICATION_DIRECTORY", environment.getOrDefault("AzureWebJobsScriptRoot", ".")),
                "host.json");
        try {
            // Bytes, so that the parser detects the encoding and a byte order mark.
            JsonNode node = HOST_JSON.readTree(Files.readAllBytes(file));
            for (String name : path) {
                node = property(node, name);
            }
            return node.isValueNode() && !node.isNull() ? node.asText() : null;
        } catch (NoSuchFileException notThere) {
            return null;
        } catch (IOException | InvalidPathException unreadable) {
            LOG.warning("host.json cannot be read for the " + path[path.length - 1] + ": " + unreadable);
            return null;
        }
    }

    /** The last of that name. */
    private static JsonNode property(JsonNode parent, String name) {
        JsonNode found = MissingNode.getInstance();
        for (Map.Entry<String, JsonNode> property : parent.properties()) {
            if (property.getKey().equalsIgnoreCase(name)) {
                found = property.getValue();
            }
        }
        return found;
    }
}
