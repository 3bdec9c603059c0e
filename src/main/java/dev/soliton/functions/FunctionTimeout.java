package dev.soliton.functions;

import java.time.Duration;
import java.util.Map;
import java.util.logging.Logger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The time after which the host ends the process for an invocation that has not ended. It is the host's own setting.
 *
 * @see <a href="https://learn.microsoft.com/azure/azure-functions/functions-host-json#functiontimeout">functionTimeout</a>
 */
final class FunctionTimeout {
    private static final Logger LOG = Logger.getLogger(FunctionTimeout.class.getName());

    private static final Duration OF_CONSUMPTION = Duration.ofMinutes(5);
    private static final Duration OF_ALL_OTHER_PLANS = Duration.ofMinutes(30);

    /** Where there is no timeout, turns still end now and then. */
    private static final Duration UNBOUNDED = Duration.ofDays(10_000);

    private static final Duration SHORTEST = Duration.ofSeconds(1);

    /** What {@code TimeSpan.Parse} accepts: days alone, or hours and minutes with optional other parts. */
    private static final Pattern TIME_SPAN = Pattern.compile(
            "\\s*(-)?(?:(\\d{1,8})|(?:(\\d{1,8})(?:\\.|:(?=\\d+:\\d+:\\d)))?(\\d{1,2}):(\\d{1,2})(?::(\\d{1,2})(?:\\.\\d{1,7})?)?)\\s*");

    private FunctionTimeout() {}

    /** The timeout by the process's environment, else by the app's host.json, else the host's default. */
    static Duration of(Map<String, String> environment) {
        Duration byDefault = isConsumption(environment) ? OF_CONSUMPTION : OF_ALL_OTHER_PLANS;
        String text = HostJson.setting(environment, "functionTimeout");
        if (text == null) {
            return byDefault;
        }
        Duration timeout = parse(text);
        if (timeout == null) {
            LOG.warning("The functionTimeout '" + text + "' cannot be read. Soliton takes it for " + byDefault + ".");
            return byDefault;
        }
        return timeout;
    }

    /**
     * Whether the plan is Consumption, which has the shortest default. Flex Consumption has the default of all other
     * plans.
     */
    private static boolean isConsumption(Map<String, String> environment) {
        String sku = environment.getOrDefault("WEBSITE_SKU", "");
        boolean isOnLinux = environment.getOrDefault("WEBSITE_INSTANCE_ID", "").isEmpty()
                && !environment.getOrDefault("CONTAINER_NAME", "").isEmpty();
        return sku.equalsIgnoreCase("Dynamic") || (sku.isEmpty() && isOnLinux);
    }

    /**
     * The time span; null if it is none, or none that can be a timeout. A negative day means that there is no timeout.
     */
    private static @Nullable Duration parse(String text) {
        Matcher parts = TIME_SPAN.matcher(text);
        if (!parts.matches()) {
            return null;
        }
        long hours = number(parts.group(4));
        long minutes = number(parts.group(5));
        long seconds = number(parts.group(6));
        if (hours > 23 || minutes > 59 || seconds > 59) {
            return null;
        }
        Duration timeout = Duration.ofDays(number(parts.group(2)) + number(parts.group(3)))
                .plusHours(hours)
                .plusMinutes(minutes)
                .plusSeconds(seconds);
        if (parts.group(1) != null) {
            return timeout.equals(Duration.ofDays(1)) ? UNBOUNDED : null;
        }
        return timeout.compareTo(SHORTEST) < 0 ? null : timeout.compareTo(UNBOUNDED) > 0 ? UNBOUNDED : timeout;
    }

    private static long number(@Nullable String digits) {
        return digits == null ? 0 : Long.parseLong(digits);
    }
}
