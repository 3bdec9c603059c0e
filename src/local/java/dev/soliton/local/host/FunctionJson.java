package dev.soliton.local.host;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A reader of function.json that refuses by name whatever this host would not do. */
final class FunctionJson {

    private static final Pattern FUNCTION_NAME = Pattern.compile("[a-zA-Z][a-zA-Z0-9_-]{0,127}");
    private static final Pattern BINDING_NAME = Pattern.compile("[a-zA-Z][a-zA-Z0-9]{0,127}|\\$return");
    private static final Set<String> FUNCTION_KEYS =
            Set.of("scriptFile", "entryPoint", "bindings", "disabled", "generatedBy", "configurationSource");
    private static final Set<String> COMMON_KEYS = Set.of("type", "direction", "name", "dataType");
    private static final Map<String, Set<String>> BINDING_KEYS = Map.of(
            "httptrigger", Set.of("route", "methods", "authLevel"),
            "queuetrigger", Set.of("queueName", "connection"),
            "timertrigger", Set.of("schedule", "runOnStartup", "useMonitor"),
            "http", Set.of());

    private final Path folder;
    private final JsonNode root;

    private FunctionJson(Path folder, JsonNode root) {
        this.folder = folder;
        this.root = root;
    }

    static FunctionJson read(Path folder) throws IOException {
        return new FunctionJson(
                folder,
                new ObjectMapper().readTree(folder.resolve("function.json").toFile()));
    }

    boolean disabled() {
        return root.path("disabled").asBoolean(false);
    }

    FunctionDefinition definition() {
        String name = folder.getFileName().toString();
        if (!FUNCTION_NAME.matcher(name).matches() || name.equalsIgnoreCase("host")) {
            throw new FunctionInError("'" + name + "' is not a valid function name.");
        }
        refuseUnknown(root, FUNCTION_KEYS, Set.of(), "function.json");
        Path scriptFile = folder.resolve(required(root, "scriptFile")).normalize();
        if (!Files.exists(scriptFile)) {
            throw new FunctionInError(
                    "The script file '" + root.path("scriptFile").asText() + "' does not exist.");
        }
        return new FunctionDefinition(name, scriptFile, required(root, "entryPoint"), trigger());
    }

    private Trigger trigger() {
        JsonNode in = null;
        boolean responds = false;
        for (JsonNode binding : root.path("bindings")) {
            String type = required(binding, "type");
            Set<String> keys = BINDING_KEYS.get(type.toLowerCase(Locale.ROOT));
            String name = required(binding, "name");
            if (keys == null) {
                throw new FunctionInError(
                        "Binding '" + name + "' of type '" + type + "' is not supported by the local host.");
            }
            if (!BINDING_NAME.matcher(name).matches()) {
                throw new FunctionInError("The binding name '" + name + "' is invalid.");
            }
            refuseUnknown(binding, COMMON_KEYS, keys, "Binding '" + name + "'");
            String dataType = text(binding, "dataType");
            if (!dataType.isEmpty() && !dataType.equalsIgnoreCase("string")) {
                throw new FunctionInError(
                        "Binding '" + name + "': dataType '" + dataType + "' is not supported by the local host.");
            }
            if (!type.equalsIgnoreCase("http")) {
                if (in != null) {
                    throw new FunctionInError("Multiple trigger bindings defined.");
                }
                in = binding;
            } else if (name.equals("$return")) {
                responds = true;
            } else {
                throw new FunctionInError("Output binding '" + name
                        + "' of type 'http' is not supported by the local host but as $return.");
            }
        }
        if (in == null) {
            throw new FunctionInError("No trigger binding specified.");
        }
        return trigger(in, responds);
    }

    private static Trigger trigger(JsonNode binding, boolean responds) {
        String name = required(binding, "name");
        return switch (required(binding, "type").toLowerCase(Locale.ROOT)) {
            case "httptrigger" -> {
                Set<String> methods = new TreeSet<>();
                binding.path("methods")
                        .forEach(method -> methods.add(method.asText().toUpperCase(Locale.ROOT)));
                String level = text(binding, "authLevel");
                yield new Trigger.Http(
                        name, text(binding, "route"), methods, level.isEmpty() ? "function" : level, responds);
            }
            case "queuetrigger" -> new Trigger.Queue(name, required(binding, "queueName"), text(binding, "connection"));
            default ->
                new Trigger.Timer(
                        name,
                        required(binding, "schedule"),
                        binding.path("runOnStartup").asBoolean(false),
                        binding.path("useMonitor").asBoolean(true));
        };
    }

    private static void refuseUnknown(JsonNode node, Set<String> keys, Set<String> more, String where) {
        node.fieldNames().forEachRemaining(key -> {
            if (!keys.contains(key) && !more.contains(key)) {
                throw new FunctionInError(where + ": '" + key + "' is not supported by the local host.");
            }
        });
    }

    private static String text(JsonNode node, String key) {
        @Nullable JsonNode value = node.get(key);
        return value == null || value.isNull() ? "" : value.asText();
    }

    private static String required(JsonNode node, String key) {
        String value = text(node, key);
        if (value.isEmpty()) {
            throw new FunctionInError("function.json: '" + key + "' is missing.");
        }
        return value;
    }
}
