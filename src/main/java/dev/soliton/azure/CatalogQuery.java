package dev.soliton.azure;

import dev.soliton.store.InstanceFilter;
import dev.soliton.store.InstanceId;
import dev.soliton.store.RuntimeStatus;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A filter of instances in the query language of the table service.
 *
 * <p>The query may pass more rows than the filter: the reader applies the filter to them again. A row that the query
 * excludes is never read.
 */
final class CatalogQuery {
    /** The range of times that the service knows. */
    private static final Instant EARLIEST = Instant.parse("1601-01-01T00:00:00Z");

    private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59Z");

    /** How many parents a query names: the service accepts 15 comparisons. */
    private static final int MAX_PARENTS = 4;

    private CatalogQuery() {}

    // Times are compared by whole milliseconds, which is the precision of Azurite.

    /** The filter, for IDs after this one; null for all. */
    static String filter(InstanceFilter filter, @Nullable String after) {
        List<String> conditions = new ArrayList<>();
        if (after != null) {
            conditions.add("PartitionKey gt " + quoted(after));
        }
        if (!filter.idPrefix().isEmpty()) {
            if (after == null) {
                conditions.add("PartitionKey ge " + quoted(filter.idPrefix()));
            }
            String end = endOf(filter.idPrefix());
            if (end != null) {
                conditions.add("PartitionKey lt " + quoted(end));
            }
        }
        conditions.add("RowKey eq " + quoted(InstanceEntities.INSTANCE));
        if (!filter.statuses().isEmpty() && filter.statuses().size() < RuntimeStatus.values().length) {
            conditions.add(filter.statuses().stream()
                    .sorted()
                    .map(RuntimeStatus::displayName)
                    .map(name -> "runtimeStatus eq " + quoted(name))
                    .collect(Collectors.joining(" or ", "(", ")")));
        }
        if (filter.createdFrom() != null) {
            conditions.add("createdAt ge " + time(floor(filter.createdFrom())));
        }
        if (filter.createdBefore() != null && filter.createdBefore().isBefore(LATEST)) {
            conditions.add("createdAt lt " + time(floor(filter.createdBefore()).plusMillis(1)));
        }
        if (filter.unchangedSince() != null && filter.unchangedSince().isBefore(LATEST)) {
            conditions.add("updatedAt lt " + time(floor(filter.unchangedSince()).plusMillis(1)));
        }
        if (filter.changedSince() != null) {
            conditions.add("updatedAt ge " + time(floor(filter.changedSince())));
        }
        if (filter.name() != null && isPlain(filter.name())) {
            conditions.add("name eq " + quoted(filter.name()));
        }
        if (filter.codeVersion() != null) {
            conditions.add("codeVersion eq " + filter.codeVersion());
        }
        if (!filter.parents().isEmpty()) {
            conditions.add(
                    filter.parents().size() > MAX_PARENTS
                            ? "parentInstanceId gt ''"
                            : filter.parents().stream()
                                    .sorted()
                                    .map(id -> "parentInstanceId eq " + quoted(id))
                                    .collect(Collectors.joining(" or ", "(", ")")));
        }
        return String.join(" and ", conditions);
    }

    /**
     * A text that is greater than all texts with that prefix, whether texts are compared by UTF-16 units or by
     * characters; null if there is none. It avoids characters that make trouble on the way to the service.
     */
    static @Nullable String endOf(String prefix) {
        int[] characters = prefix.codePoints().toArray();
        for (int last = characters.length - 1; last >= 0; last--) {
            int next = successor(characters[last]);
            if (next >= 0) {
                return new String(characters, 0, last) + Character.toString(next);
            }
        }
        return null;
    }

    /** The next usable character in both orders; −1 if there is none. */
    private static int successor(int character) {
        int next = character + 1;
        if (character == 0xD7FF) {
            next = 0x10000;
        } else if (next == 0x2028 || next == 0x2029) {
            next = 0x202A;
        } else if (character < ' ') {
            next = ' ';
        } else if (next == 0x7F) {
            next = 0xA0;
        }
        return next > Character.MAX_CODE_POINT || (next & 0xFFFE) == 0xFFFE ? -1 : next;
    }

    /** Whether every service accepts that text in a filter; other texts are compared by the reader. */
    private static boolean isPlain(String text) {
        return text.length() <= InstanceId.MAX_LENGTH
                && text.codePoints().allMatch(character -> character >= ' ' && character < 0x7F);
    }

    private static String time(Instant instant) {
        Instant time = instant.isBefore(EARLIEST) ? EARLIEST : instant.isAfter(LATEST) ? LATEST : instant;
        return "datetime'" + time + "'";
    }

    private static Instant floor(Instant instant) {
        return instant.isBefore(EARLIEST) ? EARLIEST : instant.truncatedTo(ChronoUnit.MILLIS);
    }

    static String quoted(String text) {
        return "'" + text.replace("'", "''") + "'";
    }
}
