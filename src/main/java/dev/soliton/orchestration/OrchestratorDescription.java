package dev.soliton.orchestration;

import org.jspecify.annotations.Nullable;

/**
 * What people are told of an orchestrator before they start it, see {@link Registry#describe}. The dashboard shows it,
 * and {@code GET orchestrators} returns it. Nothing else depends on it: an input that is not as it says is not refused.
 *
 * @param text what it does, as plain text
 * @param exampleInput an input, as JSON; null for none. Anybody who may list orchestrators sees it: no secrets
 * @param inputSchema what inputs look like, as a JSON Schema; null if nothing is said of that
 */
public record OrchestratorDescription(String text, @Nullable String exampleInput, @Nullable String inputSchema) {

    /** The longest of the three, in characters. */
    public static final int MAX_LENGTH = 10_000;

    /**
     * Checks the lengths.
     *
     * @throws IllegalArgumentException if the text is blank, or one of the three is too long
     */
    public OrchestratorDescription {
        if (text.isBlank()) {
            throw new IllegalArgumentException("A description needs a text.");
        }
        check("text", text);
        check("example input", exampleInput);
        check("input schema", inputSchema);
    }

    /**
     * Describes by a text alone.
     *
     * @throws IllegalArgumentException if it is blank or too long
     */
    public static OrchestratorDescription of(String text) {
        return new OrchestratorDescription(text, null, null);
    }

    /**
     * The description with an example of an input.
     *
     * @param json one JSON value
     * @throws IllegalArgumentException if it is too long
     */
    public OrchestratorDescription withExampleInput(String json) {
        return new OrchestratorDescription(text, json, inputSchema);
    }

    /**
     * The description with a schema of inputs.
     *
     * @param json a JSON Schema
     * @throws IllegalArgumentException if it is too long
     */
    public OrchestratorDescription withInputSchema(String json) {
        return new OrchestratorDescription(text, exampleInput, json);
    }

    private static void check(String what, @Nullable String value) {
        if (value != null && value.length() > MAX_LENGTH) {
            throw new IllegalArgumentException(
                    "The " + what + " of a description has at most " + MAX_LENGTH + " characters.");
        }
    }
}
