package dev.soliton.functions;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The description of the API that the app serves, and whether an answer is as it says. */
public final class OpenApiDocument {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Set<String> METHODS = Set.of("get", "post", "delete", "put", "patch", "head", "options");
    private static final OpenApiDocument SERVED = new OpenApiDocument(read());

    private final JsonNode document;

    /** An operation: its ID, its method in upper case, and its path, which begins with a slash. */
    record Operation(String id, String method, String path, JsonNode content) {
        private static final Pattern PARAMETER = Pattern.compile("\\\\\\{[^}]*}");

        boolean isAt(String requested) {
            String literal = path.replaceAll("([.{])", "\\\\$1");
            return Pattern.compile(PARAMETER.matcher(literal).replaceAll("[^/]+"), Pattern.CASE_INSENSITIVE)
                    .matcher(requested)
                    .matches();
        }
    }

    private OpenApiDocument(JsonNode document) {
        this.document = document;
    }

    /** What the app serves. */
    public static OpenApiDocument served() {
        return SERVED;
    }

    private static JsonNode read() {
        try (InputStream resource = ApiDescription.class.getResourceAsStream("openapi.json")) {
            return JSON.readTree(Objects.requireNonNull(resource));
        } catch (IOException trouble) {
            throw new UncheckedIOException(trouble);
        }
    }

    JsonNode document() {
        return document;
    }

    List<Operation> operations() {
        List<Operation> operations = new ArrayList<>();
        document.get("paths")
                .properties()
                .forEach(path -> path.getValue().properties().forEach(entry -> {
                    if (METHODS.contains(entry.getKey())) {
                        operations.add(new Operation(
                                entry.getValue().path("operationId").asText(),
                                entry.getKey().toUpperCase(Locale.ROOT),
                                path.getKey(),
                                entry.getValue()));
                    }
                }));
        return operations;
    }

    /** The parameters of an operation, references followed. */
    List<JsonNode> parameters(Operation operation) {
        List<JsonNode> parameters = new ArrayList<>();
        operation.content().get("parameters").forEach(parameter -> parameters.add(resolve(parameter)));
        return parameters;
    }

    /**
     * Fails if an operation gives an answer that it is not said to give. What is no operation is not described.
     *
     * @param path behind the prefix of the app's routes, without a query
     * @param body as it came
     */
    public void check(String method, String path, int code, String body) {
        for (Operation operation : operations()) {
            if (operation.method().equals(method) && operation.isAt(path)) {
                JsonNode response = resolve(operation.content().get("responses").path(Integer.toString(code)));
                String what = operation.id() + " " + code;
                assertThat(response.isMissingNode())
                        .as("%s is not described", what)
                        .isFalse();
                JsonNode schema = response.at("/content/application~1json/schema");
                if (schema.isMissingNode()) {
                    assertThat(body).as("body of %s", what).isEmpty();
                } else {
                    assertThat(violations(schema, body))
                            .as("%s: %s", what, body)
                            .isEmpty();
                }
                return;
            }
        }
    }

    private List<String> violations(JsonNode schema, String body) {
        try {
            List<String> violations = new ArrayList<>();
            validate(schema, JSON.readTree(body), "", violations::add);
            return violations;
        } catch (IOException notJson) {
            return List.of("no JSON: " + notJson.getMessage());
        }
    }

    private JsonNode resolve(JsonNode node) {
        return node.has("$ref") ? resolve(document.at(node.get("$ref").asText().substring(1))) : node;
    }

    /** Says where a value is not as a schema wants it: the part of JSON Schema that the description uses, and no other. */
    void validate(JsonNode schema, JsonNode value, String where, Consumer<String> violation) {
        for (Map.Entry<String, JsonNode> keyword : schema.properties()) {
            JsonNode wanted = keyword.getValue();
            boolean holds =
                    switch (keyword.getKey()) {
                        case "$ref" -> {
                            validate(resolve(schema), value, where, violation);
                            yield true;
                        }
                        case "type" -> hasType(wanted, value);
                        case "enum" -> contains(wanted, value);
                        case "const" -> wanted.equals(value);
                        case "pattern" ->
                            !value.isTextual()
                                    || Pattern.compile(wanted.asText())
                                            .matcher(value.asText())
                                            .find();
                        case "format" -> !value.isTextual() || isTime(wanted.asText(), value.asText());
                        case "minimum" -> !value.isNumber() || value.asDouble() >= wanted.asDouble();
                        case "anyOf" -> {
                            boolean any = false;
                            for (JsonNode choice : wanted) {
                                List<String> found = new ArrayList<>();
                                validate(choice, value, where, found::add);
                                any |= found.isEmpty();
                            }
                            yield any;
                        }
                        case "items" -> {
                            for (int i = 0; value.isArray() && i < value.size(); i++) {
                                validate(wanted, value.get(i), where + "/" + i, violation);
                            }
                            yield true;
                        }
                        case "properties" -> {
                            wanted.properties().forEach(property -> {
                                if (value.has(property.getKey())) {
                                    validate(
                                            property.getValue(),
                                            value.get(property.getKey()),
                                            where + "/" + property.getKey(),
                                            violation);
                                }
                            });
                            yield true;
                        }
                        case "required" -> {
                            wanted.forEach(name -> {
                                if (value.isObject() && !value.has(name.asText())) {
                                    violation.accept(where + "/" + name.asText() + " is missing");
                                }
                            });
                            yield true;
                        }
                        case "additionalProperties" -> {
                            Set<String> others = new TreeSet<>();
                            value.fieldNames().forEachRemaining(others::add);
                            schema.path("properties").fieldNames().forEachRemaining(others::remove);
                            yield wanted.asBoolean() || others.isEmpty();
                        }
                        case "description" -> true;
                        default -> throw new AssertionError("No such keyword is known here: " + keyword);
                    };
            if (!holds) {
                violation.accept(where + " is not of " + keyword + ": " + value);
            }
        }
    }

    private static boolean contains(JsonNode choices, JsonNode value) {
        for (JsonNode choice : choices) {
            if (choice.equals(value)) {
                return true;
            }
        }
        return false;
    }

    private static boolean hasType(JsonNode types, JsonNode value) {
        if (types.isArray()) {
            for (JsonNode type : types) {
                if (hasType(type, value)) {
                    return true;
                }
            }
            return false;
        }
        return switch (types.asText()) {
            case "string" -> value.isTextual();
            case "integer" -> value.isIntegralNumber();
            case "boolean" -> value.isBoolean();
            case "object" -> value.isObject();
            case "array" -> value.isArray();
            case "null" -> value.isNull();
            default -> throw new AssertionError("No such type is known here: " + types);
        };
    }

    private static boolean isTime(String format, @Nullable String text) {
        assertThat(format).isEqualTo("date-time");
        try {
            java.time.Instant.parse(String.valueOf(text));
            return true;
        } catch (java.time.format.DateTimeParseException notATime) {
            return false;
        }
    }
}
