package dev.soliton.testkit;

import dev.soliton.engine.HistoryEntry;
import dev.soliton.engine.HistoryEntry.Field;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An entry of an instance's history, as {@code GET instances/{id}?showHistory=true} shows it.
 *
 * @param type such as {@code ExecutionStarted}, {@code TaskCompleted}, {@code TimerFired} or {@code EventRaised}
 * @param at when it happened
 * @param fields the other fields by their names, such as {@code FunctionName} and {@code Reason}; values of the app, such as
 *     {@code Input} and {@code Result}, are JSON. A field without a value is not among them
 */
public record HistoryEvent(String type, Instant at, Map<String, String> fields) {

    public HistoryEvent {
        fields = Collections.unmodifiableMap(new LinkedHashMap<>(fields));
    }

    static HistoryEvent of(HistoryEntry entry) {
        Map<String, String> fields = new LinkedHashMap<>();
        for (Field field : entry.fields()) {
            String value = valueOf(field);
            if (value != null) {
                fields.put(field.name(), value);
            }
        }
        return new HistoryEvent(entry.eventType(), entry.timestamp(), fields);
    }

    /** A field's value; null if it has none. */
    public @Nullable String field(String name) {
        return fields.get(name);
    }

    private static @Nullable String valueOf(Field field) {
        if (field instanceof Field.Text text) {
            return text.value();
        }
        return field instanceof Field.Time time ? time.value().toString() : ((Field.Json) field).value();
    }
}
