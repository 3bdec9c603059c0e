package dev.soliton.local.host;

import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** .NET's text for a length of time, {@code [d.]hh:mm:ss[.fffffff]}. */
final class TimeSpans {

    private static final Pattern TEXT =
            Pattern.compile("(?:(\\d+)\\.)?([01]?\\d|2[0-3]):([0-5]?\\d)(?::([0-5]?\\d)(?:\\.(\\d{1,7}))?)?");

    private TimeSpans() {}

    static Optional<Duration> parse(String text) {
        Matcher matcher = TEXT.matcher(text.strip());
        if (!matcher.matches()) {
            return Optional.empty();
        }
        String fraction = matcher.group(5) == null ? "0" : (matcher.group(5) + "0000000").substring(0, 7);
        return Optional.of(Duration.ofDays(number(matcher.group(1)))
                .plusHours(number(matcher.group(2)))
                .plusMinutes(number(matcher.group(3)))
                .plusSeconds(number(matcher.group(4)))
                .plusNanos(Long.parseLong(fraction) * 100));
    }

    static String format(Duration length) {
        String days = length.toDays() == 0 ? "" : length.toDays() + ".";
        String fraction =
                length.toNanosPart() == 0 ? "" : String.format(Locale.ROOT, ".%07d", length.toNanosPart() / 100);
        return days
                + String.format(
                        Locale.ROOT,
                        "%02d:%02d:%02d",
                        length.toHoursPart(),
                        length.toMinutesPart(),
                        length.toSecondsPart())
                + fraction;
    }

    private static long number(@Nullable String digits) {
        return digits == null ? 0 : Long.parseLong(digits);
    }
}
