package dev.soliton.local.host;

import java.time.DateTimeException;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoField;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A time that .NET found in a text of JSON, and writes in its own way.
 *
 * @param offset how it is written in JSON: empty, {@code Z}, or that of the local zone, to which other offsets are converted
 */
record NetTime(LocalDateTime time, String offset) {

    private static final Pattern ISO = Pattern.compile(
            "(\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2})(?:\\.(\\d{1,7})\\d*)?(Z|[+-]\\d{2}(?::?\\d{2})?)?");
    private static final DateTimeFormatter INVARIANT = DateTimeFormatter.ofPattern("MM/dd/uuuu HH:mm:ss", Locale.ROOT);
    private static final DateTimeFormatter SECONDS = DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss", Locale.ROOT);

    /** The time that a text is; null if it is none. */
    static @Nullable NetTime parse(String text) {
        Matcher matcher = ISO.matcher(text);
        if (!matcher.matches()) {
            return null;
        }
        try {
            String fraction = matcher.group(2);
            LocalDateTime time = LocalDateTime.parse(matcher.group(1))
                    .withNano(fraction == null ? 0 : Integer.parseInt((fraction + "00000000").substring(0, 9)));
            String zone = matcher.group(3);
            if (zone == null || zone.equals("Z")) {
                return new NetTime(time, zone == null ? "" : zone);
            }
            var local = time.atOffset(ZoneOffset.of(zone)).atZoneSameInstant(ZoneId.systemDefault());
            return new NetTime(
                    local.toLocalDateTime(),
                    DateTimeFormatter.ofPattern("xxx", Locale.ROOT).format(local));
        } catch (DateTimeException e) {
            return null;
        }
    }

    /** As a value of its own, where neither fraction nor zone is kept. */
    String invariant() {
        return INVARIANT.format(time);
    }

    /** As a text of JSON. */
    String iso() {
        String fraction = time.get(ChronoField.NANO_OF_SECOND) == 0
                ? ""
                : "."
                        + String.format(Locale.ROOT, "%09d", time.get(ChronoField.NANO_OF_SECOND))
                                .replaceFirst("0+$", "");
        return SECONDS.format(time) + fraction + offset;
    }
}
