package dev.soliton.functions;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * When the host ends the process for an invocation that has not come to its end: its own setting, where the host reads it.
 *
 * @see <a href="https://learn.microsoft.com/azure/azure-functions/functions-host-json#functiontimeout">functionTimeout</a>
 */
final class FunctionTimeout {
    /** The Consumption plan's, which is the shortest of all. */
    private static final Duration DEFAULT = Duration.ofMinutes(5);

    /** Where there is no timeout, turns still end now and then. */
    private static final Duration UNBOUNDED = Duration.ofDays(10_000);

    private static final Duration SHORTEST = Duration.ofSeconds(1);

    private static final Pattern TIME_SPAN = Pattern.compile("(?:(\\d{1,5})\\.)?(\\d{1,2}):(\\d{1,2}):(\\d{1,2})");

    private FunctionTimeout() {}

    /** The timeout by the process's environment, else by the app's host.json, else the host's default. */
    static Duration of(Map<String, String> environment) {
        String text = environment.get("AzureFunctionsJobHost__functionTimeout");
        Duration timeout = parse(text == null ? inHostJson(environment) : text);
        return timeout == null ? DEFAULT : timeout;
    }

    private static @Nullable String inHostJson(Map<String, String> environment) {
        String root = environment.getOrDefault(
                "FUNCTIONS_APPLICATION_DIRECTORY", environment.getOrDefault("AzureWebJobsScriptRoot", "."));
        try {
            return new JsonMapper()
                    .readTree(Files.readString(Path.of(root, "host.json")))
                    .path("functionTimeout")
                    .textValue();
        } catch (JsonProcessingException broken) {
            return null; // the host says so itself, and does not start
        } catch (IOException | RuntimeException notThere) {
            return null;
        }
    }

    private static @Nullable Duration parse(@Nullable String text) {
        if (text == null) {
            return null;
        }
        if (text.equals("-1")) {
            return UNBOUNDED;
        }
        Matcher parts = TIME_SPAN.matcher(text);
        if (!parts.matches()) {
            return null;
        }
        Duration timeout = Duration.ofDays(parts.group(1) == null ? 0 : Long.parseLong(parts.group(1)))
                .plusHours(Long.parseLong(parts.group(2)))
                .plusMinutes(Long.parseLong(parts.group(3)))
                .plusSeconds(Long.parseLong(parts.group(4)));
        return timeout.compareTo(SHORTEST) < 0 ? null : timeout;
    }
}
