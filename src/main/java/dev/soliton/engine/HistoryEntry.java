package dev.soliton.engine;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One entry of an instance's history, with the names that Durable Functions gives to types and fields.
 *
 * @param fields the other fields, in the order in which they are shown
 */
public record HistoryEntry(String eventType, Instant timestamp, List<Field> fields) {

    public HistoryEntry {
        fields = List.copyOf(fields);
    }

    /** A name and a value. */
    public sealed interface Field {
        String name();

        /** A text. */
        record Text(String name, @Nullable String value) implements Field {}

        /** A time. */
        record Time(String name, Instant value) implements Field {}

        /** A value as JSON; null for none. */
        record Json(String name, @Nullable String value) implements Field {}
    }
}
