package dev.soliton.functions;

import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * How the dashboard is served, and to whom.
 *
 * @param mode {@code SOLITON_UI}: what can be done with it
 * @param auth {@code SOLITON_UI_AUTH}: how its users show who they are
 * @param operators {@code SOLITON_UI_OPERATORS}: who may change something; see {@link Principal#isOneOf}
 * @param readers {@code SOLITON_UI_READERS}: who may look
 * @param isSignInOn {@code WEBSITE_AUTH_ENABLED}, which only the platform can set: whether its sign-in is in front of the
 *     app, so that nobody else can have written the headers that name a user
 */
record UiSettings(Mode mode, Auth auth, Set<String> operators, Set<String> readers, boolean isSignInOn) {

    /** What the dashboard can be used for. */
    enum Mode {
        /** For everything. */
        FULL,
        /** To look. */
        READONLY,
        /** For nothing: it is not there. */
        OFF;

        String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** How a user of the dashboard is let in. */
    enum Auth {
        /** By a function key, which the host checks. */
        KEY,
        /** By the platform's sign-in. */
        EASYAUTH;

        String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    UiSettings {
        operators = Set.copyOf(operators);
        readers = Set.copyOf(readers);
    }

    /**
     * Reads the settings from environment variables.
     *
     * @throws InvalidSettingException if one is not usable
     */
    static UiSettings of(Map<String, String> environment) {
        return new UiSettings(
                oneOf(environment, "SOLITON_UI", Mode.values(), Mode.FULL),
                oneOf(environment, "SOLITON_UI_AUTH", Auth.values(), Auth.KEY),
                names(environment.getOrDefault("SOLITON_UI_OPERATORS", "")),
                names(environment.getOrDefault("SOLITON_UI_READERS", "")),
                environment.getOrDefault("WEBSITE_AUTH_ENABLED", "").equalsIgnoreCase("true"));
    }

    private static <E extends Enum<E>> E oneOf(Map<String, String> environment, String name, E[] choices, E byDefault) {
        String text = environment.getOrDefault(name, "");
        if (text.isEmpty()) {
            return byDefault;
        }
        return Stream.of(choices)
                .filter(choice -> choice.name().toLowerCase(Locale.ROOT).equals(text))
                .findFirst()
                .orElseThrow(() -> new InvalidSettingException(
                        name,
                        text,
                        "one of "
                                + Stream.of(choices)
                                        .map(choice -> choice.name().toLowerCase(Locale.ROOT))
                                        .collect(Collectors.joining(", "))));
    }

    private static Set<String> names(String text) {
        Set<String> names = new TreeSet<>();
        for (String name : text.split(",", -1)) {
            if (!name.isBlank()) {
                names.add(name.trim());
            }
        }
        return names;
    }
}
