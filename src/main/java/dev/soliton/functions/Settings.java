package dev.soliton.functions;

import dev.soliton.client.ConflictPolicy;
import dev.soliton.client.ReusePolicy;
import dev.soliton.store.HubName;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The app settings that Soliton reads.
 *
 * @param hub {@code SOLITON_HUB}: begins the names of all tables, queues and containers, so that several apps can share
 *     an account; 3 to 40 of {@code [a-z0-9]}, a letter first; required
 * @param maxPayload {@code SOLITON_MAX_PAYLOAD}: the largest input, result or output, in bytes of UTF-8 JSON; 1,024 to
 *     100 MiB, by default 16 MiB
 * @param activityThreads {@code SOLITON_ACTIVITY_THREADS}: how many activities this process runs at once; 1 to 1,000,
 *     by default 32
 * @param maxJournalEvents {@code SOLITON_MAX_JOURNAL_EVENTS}: how many events the journal of one generation of an
 *     execution may have before the execution is ended as failed; 1,000 to 1,000,000, by default 100,000
 * @param trustForwardedHeaders {@code SOLITON_TRUST_FORWARDED_HEADERS}: whether {@code X-Forwarded-Proto} and
 *     {@code X-Forwarded-Host} say how callers reach the app; false by default, since any caller can send them
 * @param retention {@code SOLITON_RETENTION}: after what time an instance that has ended is purged; a day at least;
 *     null, the default, for never
 * @param reusePolicy {@code SOLITON_ID_REUSE_POLICY}: what finished instances allow where a start does not say; null
 *     for what the other policy implies
 * @param conflictPolicy {@code SOLITON_ID_CONFLICT_POLICY}: what unfinished instances do where a start does not say
 * @param divergence {@code SOLITON_DIVERGED}: how long an instance whose code and journal diverge waits for code that fits,
 *     before it ends as failed: a week for {@code wait}, the default, and zero for {@code fail}
 * @param ui how the dashboard is served
 */
record Settings(
        String hub,
        long maxPayload,
        int activityThreads,
        int maxJournalEvents,
        boolean trustForwardedHeaders,
        @Nullable Duration retention,
        @Nullable ReusePolicy reusePolicy,
        ConflictPolicy conflictPolicy,
        Duration divergence,
        UiSettings ui) {
    /** Long enough for people to come back from a long weekend, and to mend the code. */
    static final Duration DIVERGED_AT_MOST = Duration.ofDays(7);

    private static final Duration LEAST_RETENTION = Duration.ofDays(1);
    private static final Duration LONGEST_RETENTION = Duration.ofDays(36_500);
    private static final String RETENTION =
            "a duration in ISO 8601 of days, hours, minutes and seconds, such as P30D or PT36H, from P1D to P36500D";

    /**
     * Reads the settings from environment variables.
     *
     * @throws InvalidSettingException if one is missing or not usable
     */
    static Settings of(Map<String, String> environment) {
        String hub = environment.getOrDefault("SOLITON_HUB", "");
        if (!HubName.isValid(hub)) {
            throw new InvalidSettingException("SOLITON_HUB", hub, HubName.RULE);
        }
        return new Settings(
                hub,
                number(environment, "SOLITON_MAX_PAYLOAD", 16L << 20, 1_024, 100L << 20),
                (int) number(environment, "SOLITON_ACTIVITY_THREADS", 32, 1, 1_000),
                (int) number(environment, "SOLITON_MAX_JOURNAL_EVENTS", 100_000, 1_000, 1_000_000),
                flag(environment, "SOLITON_TRUST_FORWARDED_HEADERS"),
                retention(environment),
                reusePolicy(environment),
                policy(
                        environment,
                        "SOLITON_ID_CONFLICT_POLICY",
                        ConflictPolicy.FAIL,
                        ConflictPolicy.values(),
                        Policies::conflict),
                divergence(environment),
                UiSettings.of(environment));
    }

    /**
     * The settings by name, with the values that count, for people who look after the app. None of them is a secret;
     * the names of users are left out all the same.
     */
    Map<String, String> shown() {
        Map<String, String> shown = new LinkedHashMap<>();
        shown.put("SOLITON_HUB", hub);
        shown.put("SOLITON_MAX_PAYLOAD", Long.toString(maxPayload));
        shown.put("SOLITON_ACTIVITY_THREADS", Integer.toString(activityThreads));
        shown.put("SOLITON_MAX_JOURNAL_EVENTS", Integer.toString(maxJournalEvents));
        shown.put("SOLITON_RETENTION", retention == null ? "" : retention.toString());
        shown.put("SOLITON_ID_REUSE_POLICY", reusePolicy == null ? "" : Policies.name(reusePolicy));
        shown.put("SOLITON_ID_CONFLICT_POLICY", Policies.name(conflictPolicy));
        shown.put("SOLITON_DIVERGED", divergence.isZero() ? "fail" : "wait");
        shown.put("SOLITON_TRUST_FORWARDED_HEADERS", Boolean.toString(trustForwardedHeaders));
        shown.put("SOLITON_UI", ui.mode().label());
        shown.put("SOLITON_UI_AUTH", ui.auth().label());
        return shown;
    }

    private static Duration divergence(Map<String, String> environment) {
        return parsed(environment, "SOLITON_DIVERGED", DIVERGED_AT_MOST, "wait or fail", text -> switch (text) {
            case "wait" -> DIVERGED_AT_MOST;
            case "fail" -> Duration.ZERO;
            default -> throw new IllegalArgumentException(text);
        });
    }

    private static @Nullable ReusePolicy reusePolicy(Map<String, String> environment) {
        String name = "SOLITON_ID_REUSE_POLICY";
        return environment.getOrDefault(name, "").isEmpty()
                ? null
                : policy(environment, name, ReusePolicy.REJECT_DUPLICATE, ReusePolicy.values(), Policies::reuse);
    }

    private static long number(Map<String, String> environment, String name, long byDefault, long least, long most) {
        return parsed(environment, name, byDefault, "a whole number from " + least + " to " + most, text -> {
            long number = Long.parseLong(text);
            if (number < least || number > most) {
                throw new IllegalArgumentException(text);
            }
            return number;
        });
    }

    private static boolean flag(Map<String, String> environment, String name) {
        return parsed(environment, name, false, "true or false", text -> switch (text) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new IllegalArgumentException(text);
        });
    }

    /** Receipts are kept for a day, so an instance that is purged later leaves nothing behind. */
    private static @Nullable Duration retention(Map<String, String> environment) {
        String name = "SOLITON_RETENTION";
        Duration retention = parsed(environment, name, Duration.ZERO, RETENTION, text -> {
            try {
                Duration time = Duration.parse(text);
                if (time.compareTo(LEAST_RETENTION) < 0 || time.compareTo(LONGEST_RETENTION) > 0) {
                    throw new IllegalArgumentException(text);
                }
                return time;
            } catch (DateTimeParseException notADuration) {
                throw new IllegalArgumentException(text, notADuration);
            }
        });
        return retention.isZero() ? null : retention;
    }

    private static <E extends Enum<E>> E policy(
            Map<String, String> environment,
            String name,
            E byDefault,
            E[] policies,
            BiFunction<String, String, E> parser) {
        return parsed(environment, name, byDefault, "one of " + Policies.names(policies), text -> {
            try {
                return parser.apply(name, text);
            } catch (BadRequestException unknown) {
                throw new IllegalArgumentException(text, unknown);
            }
        });
    }

    private static <T> T parsed(
            Map<String, String> environment, String name, T byDefault, String wanted, Function<String, T> parser) {
        String text = environment.getOrDefault(name, "");
        if (text.isEmpty()) {
            return byDefault;
        }
        try {
            return parser.apply(text);
        } catch (IllegalArgumentException notUsable) {
            throw new InvalidSettingException(name, text, wanted);
        }
    }
}
