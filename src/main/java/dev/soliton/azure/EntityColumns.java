package dev.soliton.azure;

import com.azure.data.tables.models.TableEntity;
import dev.soliton.store.Payload;
import dev.soliton.store.UnreadableRowException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Values as columns of a table entity.
 *
 * <p>Times have the table's precision, 100 ns: finer parts are cut off on writing.
 */
final class EntityColumns {
    private static final int TABLE_TICK_NANOS = 100;

    private EntityColumns() {}

    /** Adds a payload; null adds nothing. A payload in a blob is named in a separate column. */
    static void put(TableEntity entity, String name, @Nullable Payload payload) {
        if (payload instanceof Payload.Inline inline) {
            EntityTexts.put(entity, name, inline.json());
        } else if (payload instanceof Payload.Stored stored) {
            EntityTexts.put(entity, name + "Blob", stored.name());
        }
    }

    /** Adds a time; null adds nothing. */
    static void put(TableEntity entity, String name, @Nullable Instant instant) {
        if (instant != null) {
            OffsetDateTime time = instant.atOffset(ZoneOffset.UTC);
            entity.addProperty(name, time.withNano(time.getNano() / TABLE_TICK_NANOS * TABLE_TICK_NANOS));
        }
    }

    /** Reads a payload; null if there is none. */
    static @Nullable Payload payload(TableEntity entity, String name) {
        String inline = EntityTexts.get(entity, name);
        if (inline != null) {
            return new Payload.Inline(inline);
        }
        String stored = EntityTexts.get(entity, name + "Blob");
        return stored == null ? null : new Payload.Stored(stored);
    }

    /** Reads a required time. */
    static Instant time(TableEntity entity, String name) {
        return value(entity, name, OffsetDateTime.class).toInstant();
    }

    /** Reads a required text. */
    static String text(TableEntity entity, String name) {
        String text = EntityTexts.get(entity, name);
        if (text == null) {
            throw incomplete(entity, name);
        }
        return text;
    }

    /** Reads a required value. */
    static <T> T value(TableEntity entity, String name, Class<T> type) {
        Object value = entity.getProperty(name);
        if (!type.isInstance(value)) {
            throw incomplete(entity, name);
        }
        return type.cast(value);
    }

    /** The exception for a column that is not as this version writes it. */
    static UnreadableRowException incomplete(TableEntity entity, String name) {
        return unreadable(entity, "it has no proper " + name, null);
    }

    /**
     * Reads a row.
     *
     * @throws UnreadableRowException if the row is not as this version writes it
     */
    static <T extends @Nullable Object> T read(TableEntity entity, Function<TableEntity, T> reader) {
        try {
            return reader.apply(entity);
        } catch (UnreadableRowException known) {
            throw known;
        } catch (RuntimeException notOurs) {
            throw unreadable(entity, String.valueOf(notOurs.getMessage()), notOurs);
        }
    }

    /** Reads a row among others; empty if it is not as this version writes it, or of no interest. */
    static <T> Optional<T> tryRead(TableEntity entity, Function<TableEntity, @Nullable T> reader) {
        try {
            return Optional.ofNullable(read(entity, reader));
        } catch (UnreadableRowException left) {
            return Optional.empty();
        }
    }

    private static UnreadableRowException unreadable(
            TableEntity entity, String problem, @Nullable RuntimeException cause) {
        return new UnreadableRowException(entity.getPartitionKey(), entity.getRowKey(), problem, cause);
    }
}
