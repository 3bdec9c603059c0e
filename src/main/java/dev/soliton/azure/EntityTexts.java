package dev.soliton.azure;

import com.azure.data.tables.models.TableEntity;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Texts as properties of a table entity. A text that is too long for one property is split into {@code name0},
 * {@code name1} and so on, between characters and not within one.
 */
final class EntityTexts {
    /** The longest part, in UTF-16 characters: a property holds 64 KiB, which is 32,768 of them. */
    static final int MAX_PART = 32_000;

    /** How many parts a text can have in an entity of 1 MiB that holds nothing else. */
    private static final int MAX_PARTS = 17;

    private EntityTexts() {}

    /** The names of all properties that a text may use. */
    static Stream<String> columns(String name) {
        return Stream.concat(Stream.of(name), IntStream.range(0, MAX_PARTS).mapToObj(number -> name + number));
    }

    /** Adds a text; null adds nothing. */
    static void put(TableEntity entity, String name, @Nullable String text) {
        if (text == null) {
            return;
        }
        if (text.length() <= MAX_PART) {
            entity.addProperty(name, text);
            return;
        }
        int number = 0;
        for (int begin = 0; begin < text.length(); ) {
            int end = Math.min(begin + MAX_PART, text.length());
            if (end < text.length() && Character.isSurrogatePair(text.charAt(end - 1), text.charAt(end))) {
                end--;
            }
            entity.addProperty(name + number++, text.substring(begin, end));
            begin = end;
        }
    }

    /** Reads a text; null if there is none. */
    static @Nullable String get(TableEntity entity, String name) {
        Object whole = entity.getProperty(name);
        if (whole != null) {
            return (String) whole;
        }
        if (entity.getProperty(name + 0) == null) {
            return null;
        }
        StringBuilder text = new StringBuilder();
        int number = 0;
        for (Object part = entity.getProperty(name + 0); part != null; part = entity.getProperty(name + ++number)) {
            text.append((String) part);
        }
        return text.toString();
    }
}
