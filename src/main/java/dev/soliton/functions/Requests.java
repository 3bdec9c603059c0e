package dev.soliton.functions;

import com.microsoft.azure.functions.HttpRequestMessage;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.TemporalAccessor;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads the parameters of requests, and refuses those that make no sense. */
final class Requests {
    private static final DateTimeFormatter DATE_OR_TIME = new DateTimeFormatterBuilder()
            .parseCaseInsensitive()
            .append(DateTimeFormatter.ISO_LOCAL_DATE)
            .optionalStart()
            .appendLiteral('T')
            .append(DateTimeFormatter.ISO_LOCAL_TIME)
            .optionalStart()
            .parseLenient()
            .appendOffsetId()
            .toFormatter(Locale.ROOT);

    /** The length of a date, after which a time can follow. */
    private static final int DATE_LENGTH = "2030-01-02".length();

    /**
     * The parameters that every operation accepts: a key and its name, as the URIs that this app returns contain them.
     */
    private static final Set<String> ALWAYS_KNOWN = Set.of("code", "clientid");

    private Requests() {}

    /**
     * Refuses a request that has other query parameters than the known ones. A misspelt one would be ignored silently,
     * and a purge of some instances would become a purge of all.
     *
     * @param known the parameters that the operation reads, beside those of the platform
     */
    static void refuseOthers(HttpRequestMessage<?> request, String... known) {
        for (String name : new TreeSet<>(request.getQueryParameters().keySet())) {
            boolean isKnown = ALWAYS_KNOWN.contains(name.toLowerCase(Locale.ROOT))
                    || Stream.of(known).anyMatch(name::equalsIgnoreCase);
            if (!isKnown) {
                throw new BadRequestException("There is no query parameter '" + name + "' here. "
                        + (known.length == 0
                                ? "This operation has none."
                                : "There are: " + String.join(", ", known) + "."));
            }
        }
    }

    /** A query parameter that is true or false. */
    static boolean flag(HttpRequestMessage<?> request, String name, boolean byDefault) {
        String value = query(request, name);
        if (value == null) {
            return byDefault;
        }
        if (value.equalsIgnoreCase("true")) {
            return true;
        }
        if (value.equalsIgnoreCase("false")) {
            return false;
        }
        throw new BadRequestException("The query parameter '" + name + "' is true or false, not '" + value + "'.");
    }

    /** A query parameter that is a whole number. */
    static int number(HttpRequestMessage<?> request, String name, int byDefault, int least, int most) {
        String value = query(request, name);
        if (value == null) {
            return byDefault;
        }
        try {
            int number = Integer.parseInt(value);
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException notANumber) {
            // Reported below.
        }
        throw new BadRequestException("The query parameter '" + name + "' is a whole number from " + least + " to "
                + most + ", not '" + value + "'.");
    }

    /** A query parameter that is a time, in UTC or with an offset; null for none. */
    static @Nullable Instant time(HttpRequestMessage<?> request, String name) {
        String value = query(request, name);
        if (value == null) {
            return null;
        }
        try {
            // The plus of an offset arrives as a space if it was not escaped.
            return OffsetDateTime.parse(value.replace(' ', '+')).toInstant();
        } catch (DateTimeException notATime) {
            throw new BadRequestException("The query parameter '" + name
                    + "' is a time in ISO 8601, such as 2030-01-02T03:04:05Z, not '" + value + "'.");
        }
    }

    /**
     * A query parameter that is a time or a date; null for none. Without an offset it is in UTC, and a date alone is
     * its first moment, as the HTTP API of Durable Functions takes them.
     */
    static @Nullable Instant timeOrDate(HttpRequestMessage<?> request, String name) {
        String value = query(request, name);
        if (value == null) {
            return null;
        }
        StringBuilder text = new StringBuilder(value.trim());
        if (text.length() > DATE_LENGTH && text.charAt(DATE_LENGTH) == ' ') {
            text.setCharAt(DATE_LENGTH, 'T');
        }
        try {
            TemporalAccessor time = DATE_OR_TIME.parseBest(
                    text.toString().replace(' ', '+'), OffsetDateTime::from, LocalDateTime::from, LocalDate::from);
            if (time instanceof OffsetDateTime exact) {
                return exact.toInstant();
            }
            LocalDateTime local = time instanceof LocalDateTime whole
                    ? whole
                    : LocalDate.from(time).atStartOfDay();
            return local.toInstant(ZoneOffset.UTC);
        } catch (DateTimeException notATime) {
            throw new BadRequestException("The query parameter '" + name
                    + "' is a time or a date in ISO 8601, such as 2030-01-02T03:04:05Z or 2030-01-02, not '" + value
                    + "'.");
        }
    }

    static @Nullable String query(HttpRequestMessage<?> request, String name) {
        return ignoringCase(request.getQueryParameters(), name);
    }

    static @Nullable String header(HttpRequestMessage<?> request, String name) {
        return ignoringCase(request.getHeaders(), name);
    }

    private static @Nullable String ignoringCase(Map<String, String> values, String name) {
        for (Map.Entry<String, String> value : values.entrySet()) {
            if (value.getKey().equalsIgnoreCase(name)) {
                return value.getValue();
            }
        }
        return null;
    }
}
