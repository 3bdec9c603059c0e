package dev.soliton.local.host;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What {@code @BindingName} finds, on the host's side, where names are the same in any case: the last value counts, under the
 * spelling that came first. The worker asks by the exact spelling, and may miss.
 */
final class Metadata {

    private final Map<String, String> values = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);

    Metadata put(String name, String value) {
        values.put(name, value);
        return this;
    }

    Metadata putAll(Map<String, String> more) {
        more.forEach(this::put);
        return this;
    }

    /** Adds the properties of a text that is a JSON object, but for arrays and null; those of any other text are none. */
    Metadata putProperties(String text) {
        String trimmed = text.strip();
        if (!trimmed.startsWith("{") || !trimmed.endsWith("}")) {
            return this;
        }
        try {
            if (NetJson.read(text, true) instanceof Map<?, ?> object) {
                object.forEach((name, value) -> putProperty(String.valueOf(name), value));
            }
        } catch (IOException e) {
            return this; // it only looked like JSON
        }
        return this;
    }

    private void putProperty(String name, @Nullable Object value) {
        if (value instanceof Map) {
            put(name, NetText.json(value, false));
        } else if (value != null && !(value instanceof List)) {
            put(name, NetText.of(value));
        }
    }

    /** The values by their spellings. */
    Map<String, String> toMap() {
        return Map.copyOf(values);
    }
}
