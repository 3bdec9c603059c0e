package dev.soliton.local.host;

import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.soliton.local.http.HttpReply;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What host.json says, with the real host's defaults.
 *
 * <p>As in the real one, the file is a flat map of paths such as {@code extensions:queues:batchSize}, in any case, over
 * which the environment's {@code AzureFunctionsJobHost__extensions__queues__batchSize} wins.
 */
final class HostJson {

    private static final Duration ONE_MINUTE = Duration.ofMinutes(1);
    private static final String HTTP = "extensions:http:";
    private static final String QUEUES = "extensions:queues:";

    /** What Json.NET, by which the real host reads the file, takes as well. */
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(JsonReadFeature.ALLOW_JAVA_COMMENTS)
            .enable(JsonReadFeature.ALLOW_TRAILING_COMMA)
            .build();

    private final SortedMap<String, String> values = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);

    /** How the queue listeners poll, retry and decode. */
    record Queues(
            int batchSize,
            int newBatchThreshold,
            Duration maxPollingInterval,
            Duration visibilityTimeout,
            int maxDequeueCount,
            boolean base64) {}

    /**
     * What HTTP callers are answered with.
     *
     * @param maxConcurrentRequests how many are served at a time; −1 for any number
     * @param maxOutstandingRequests how many there may be in all, those that are served included; −1 for any number
     * @param customHeaders what each answer has that does not set it itself
     */
    record Http(int maxConcurrentRequests, int maxOutstandingRequests, Map<String, String> customHeaders) {}

    /** How long a listener's lock is held without renewal, and how often one that is held elsewhere is tried. */
    record Singleton(Duration listenerLockPeriod, Duration recoveryPollingInterval) {}

    private HostJson(Map<String, String> file, AppSettings settings) {
        values.putAll(file);
        values.putAll(settings.below("AzureFunctionsJobHost"));
        if (!"2.0".equals(values.get("version"))) {
            throw new HostInError("host.json must say \"version\": \"2.0\".");
        }
        refuse("retry:strategy", "retry policies");
        if ("true".equalsIgnoreCase(values.get("concurrency:dynamicConcurrencyEnabled"))) {
            refuse("concurrency:dynamicConcurrencyEnabled", "dynamic concurrency");
        }
    }

    static HostJson read(Path root, AppSettings settings) throws IOException {
        Map<String, String> file = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        Path path = root.resolve("host.json");
        if (Files.exists(path)) {
            flatten("", JSON.readTree(path.toFile()), file);
        }
        return new HostJson(file, settings);
    }

    private static void flatten(String path, JsonNode node, Map<String, String> into) {
        String prefix = path.isEmpty() ? "" : path + ":";
        if (node.isObject()) {
            node.properties().forEach(field -> flatten(prefix + field.getKey(), field.getValue(), into));
        } else if (node.isArray()) {
            for (int i = 0; i < node.size(); i++) {
                flatten(prefix + i, node.get(i), into);
            }
        } else {
            into.put(path, node.asText());
        }
    }

    private void refuse(String key, String what) {
        if (values.containsKey(key)) {
            throw new HostInError("host.json: " + key + ": " + what + " are not supported by the local host.");
        }
    }

    String routePrefix() {
        return values.getOrDefault("extensions:http:routePrefix", "api");
    }

    /** Whether the extension that knows queues would be loaded. */
    boolean hasExtensionBundle() {
        return values.containsKey("extensionBundle:id");
    }

    Http http() {
        String prefix = HTTP + "customHeaders:";
        Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        for (Map.Entry<String, String> entry : values.entrySet()) {
            if (entry.getKey().regionMatches(true, 0, prefix, 0, prefix.length())) {
                headers.put(entry.getKey().substring(prefix.length()), entry.getValue());
            }
        }
        HttpReply sample = HttpReply.empty(200);
        try {
            headers.forEach(sample::with);
        } catch (IllegalArgumentException e) {
            throw new HostInError("host.json: " + HTTP + "customHeaders: " + e.getMessage());
        }
        return new Http(
                number(HTTP, "maxConcurrentRequests", -1, -1, Integer.MAX_VALUE),
                number(HTTP, "maxOutstandingRequests", -1, -1, Integer.MAX_VALUE),
                headers);
    }

    Queues queues() {
        int batchSize = number(QUEUES, "batchSize", 16, 1, 32);
        int processors = Runtime.getRuntime().availableProcessors();
        Duration maxPollingInterval = duration("extensions:queues:maxPollingInterval", ONE_MINUTE);
        if (maxPollingInterval.toMillis() < 100) {
            throw new HostInError("host.json: extensions:queues:maxPollingInterval must be at least 100 ms.");
        }
        String encoding = values.getOrDefault("extensions:queues:messageEncoding", "base64");
        if (!encoding.equalsIgnoreCase("base64") && !encoding.equalsIgnoreCase("none")) {
            throw new HostInError("host.json: extensions:queues:messageEncoding must be base64 or none.");
        }
        return new Queues(
                batchSize,
                number(QUEUES, "newBatchThreshold", batchSize / 2 * processors, 0, Integer.MAX_VALUE),
                // Under func start a value equal to the default, even an explicit one, is two seconds.
                maxPollingInterval.equals(ONE_MINUTE) ? Duration.ofSeconds(2) : maxPollingInterval,
                duration("extensions:queues:visibilityTimeout", Duration.ZERO),
                number(QUEUES, "maxDequeueCount", 5, 1, Integer.MAX_VALUE),
                encoding.equalsIgnoreCase("base64"));
    }

    Singleton singleton() {
        Duration period = duration("singleton:listenerLockPeriod", ONE_MINUTE);
        if (period.compareTo(Duration.ofSeconds(15)) < 0 || period.compareTo(ONE_MINUTE) > 0) {
            throw new HostInError("host.json: singleton:listenerLockPeriod must be from 15 to 60 seconds.");
        }
        return new Singleton(period, duration("singleton:listenerLockRecoveryPollingInterval", ONE_MINUTE));
    }

    /** How long an invocation may take; empty is for ever. */
    Optional<Duration> functionTimeout() {
        if ("-1".equals(values.get("functionTimeout"))) {
            return Optional.empty();
        }
        Duration timeout = duration("functionTimeout", Duration.ofMinutes(30));
        if (timeout.compareTo(Duration.ofSeconds(1)) < 0) {
            throw new HostInError("host.json: functionTimeout must be at least one second.");
        }
        return Optional.of(timeout);
    }

    /** Whether the list of functions to run, where there is one, has this one. */
    boolean allows(String function) {
        Map<String, String> allowed = values.entrySet().stream()
                .filter(entry -> entry.getKey().regionMatches(true, 0, "functions:", 0, "functions:".length()))
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
        return allowed.isEmpty() || allowed.values().stream().anyMatch(function::equalsIgnoreCase);
    }

    /** The least severe level that a log category shows: the setting of its longest prefix counts. */
    Console.Level logLevel(String category) {
        String level = values.getOrDefault("logging:logLevel:default", "Information");
        for (int end = category.length(); end > 0; end = category.lastIndexOf('.', end - 1)) {
            String own = values.get("logging:logLevel:" + category.substring(0, end));
            if (own != null) {
                level = own;
                break;
            }
        }
        return Console.Level.of(level);
    }

    private int number(String section, String key, int byDefault, int least, int most) {
        String path = section + key;
        String text = values.getOrDefault(path, Integer.toString(byDefault));
        try {
            int value = Integer.parseInt(text);
            if (value >= least && value <= most) {
                return value;
            }
        } catch (NumberFormatException e) {
            // refused below, like a number out of range
        }
        throw new HostInError("host.json: " + path + " must be a number of at least " + least
                + (most == Integer.MAX_VALUE ? "" : " and at most " + most) + ", not '" + text + "'.");
    }

    private Duration duration(String path, Duration byDefault) {
        String text = values.get(path);
        if (text == null) {
            return byDefault;
        }
        return TimeSpans.parse(text)
                .orElseThrow(() -> new HostInError("host.json: " + path + " is no TimeSpan: '" + text + "'."));
    }
}
