package dev.soliton.local.host;

import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The app settings as the host reads them: environment variables, case-insensitive, {@code __} being {@code :}. */
final class AppSettings {

    private static final Pattern PERCENT = Pattern.compile("%([^%]*)(%?)");
    private static final List<String> IDENTITY_KEYS =
            List.of("queueServiceUri", "blobServiceUri", "serviceUri", "accountName", "credential");

    private final SortedMap<String, String> values = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);

    AppSettings(Map<String, String> environment) {
        environment.forEach((name, value) -> values.put(name.replace("__", ":"), value));
    }

    @Nullable
    String find(String name) {
        return values.get(name.replace("__", ":"));
    }

    boolean isTrue(String name) {
        String value = find(name);
        return "1".equals(value) || "true".equalsIgnoreCase(value);
    }

    /** All settings below a prefix such as {@code AzureFunctionsJobHost}, by the rest of their names. */
    Map<String, String> below(String prefix) {
        Map<String, String> found = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        values.forEach((name, value) -> {
            if (name.regionMatches(true, 0, prefix + ":", 0, prefix.length() + 1)) {
                found.put(name.substring(prefix.length() + 1), value);
            }
        });
        return found;
    }

    /** Replaces each {@code %NAME%} by the setting of that name. */
    String resolve(String text) {
        Matcher matcher = PERCENT.matcher(text);
        StringBuilder resolved = new StringBuilder();
        while (matcher.find()) {
            String value = matcher.group(2).isEmpty() ? null : find(matcher.group(1));
            if (value == null) {
                throw new FunctionInError("'" + matcher.group() + "' does not resolve to a value.");
            }
            matcher.appendReplacement(resolved, Matcher.quoteReplacement(value));
        }
        return matcher.appendTail(resolved).toString();
    }

    /** The storage connection string that a binding's {@code connection} names. */
    String connectionString(String connection) {
        String name = connection.isEmpty() ? "AzureWebJobsStorage" : resolve(connection);
        for (String candidate : List.of("AzureWebJobs" + name, name)) {
            String value = find(candidate);
            if (value != null && !value.isBlank()) {
                return value;
            }
            for (String key : IDENTITY_KEYS) {
                if (find(candidate + ":" + key) != null) {
                    throw new FunctionInError("Setting '" + candidate + "__" + key
                            + "': identity-based connections are not supported by the local host.");
                }
            }
        }
        throw new FunctionInError("Storage account connection string '"
                + (name.startsWith("AzureWebJobs") ? name : "AzureWebJobs" + name)
                + "' does not exist. Make sure that it is a defined App Setting.");
    }
}
