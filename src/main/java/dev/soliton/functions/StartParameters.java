package dev.soliton.functions;

import com.microsoft.azure.functions.HttpRequestMessage;
import dev.soliton.client.ConflictPolicy;
import dev.soliton.client.ReusePolicy;
import dev.soliton.client.StartOptions;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The parameters of a request to start an instance, beside orchestrator, ID and input.
 *
 * @param timeout how long the caller waits for the end; null for not at all
 * @param pollingInterval how often the status is read meanwhile
 */
record StartParameters(StartOptions options, @Nullable Duration timeout, Duration pollingInterval) {
    /** The parameters of a start, beside those of all requests. */
    static final String[] OF_START = {
        "idReusePolicy",
        "idConflictPolicy",
        "startAt",
        "delay",
        "timeout",
        "pollingInterval",
        "returnInternalServerErrorOnFailure"
    };

    /** The parameters of a start with an event. */
    static final String[] OF_SIGNAL = {"idReusePolicy", "startAt", "delay", "eventId"};

    /** The parameters of a restart. */
    static final String[] OF_RESTART = {
        "restartWithNewInstanceId", "timeout", "pollingInterval", "returnInternalServerErrorOnFailure"
    };

    private static final int MAX_WAIT_SECONDS = 230;
    private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59Z");

    static StartParameters of(HttpRequestMessage<?> request, Settings settings, InstantSource clock) {
        return waiting(request, policies(request, settings).withStartAt(startAt(request, clock)));
    }

    /** Reads the parameters of a restart. */
    static StartParameters ofRestart(HttpRequestMessage<?> request) {
        return waiting(request, options(request));
    }

    private static StartParameters waiting(HttpRequestMessage<?> request, StartOptions options) {
        if (Requests.query(request, "timeout") == null) {
            if (Requests.query(request, "pollingInterval") != null) {
                throw new BadRequestException("The query parameter 'pollingInterval' needs a 'timeout'.");
            }
            return new StartParameters(options, null, Duration.ofSeconds(1));
        }
        int timeout = Requests.number(request, "timeout", 1, 1, MAX_WAIT_SECONDS);
        int interval = Requests.number(request, "pollingInterval", 1, 1, timeout);
        return new StartParameters(options, Duration.ofSeconds(timeout), Duration.ofSeconds(interval));
    }

    /** Reads the parameters of a start with an event. */
    static StartParameters ofSignal(HttpRequestMessage<?> request, Settings settings, InstantSource clock) {
        StartOptions options = options(request)
                .withReuse(reuse(request).orElse(settings.reusePolicy()))
                .withStartAt(startAt(request, clock));
        if (options.idempotencyKey() != null && Requests.query(request, "eventId") != null) {
            throw new BadRequestException("A start with an event has an Idempotency-Key or an 'eventId', not both.");
        }
        return new StartParameters(options, null, Duration.ofSeconds(1));
    }

    private static StartOptions options(HttpRequestMessage<?> request) {
        return StartOptions.DEFAULT.withIdempotencyKey(Requests.header(request, "Idempotency-Key"));
    }

    /**
     * The policies of the request take precedence, with what they imply; then those of the settings, with what these
     * imply.
     */
    private static StartOptions policies(HttpRequestMessage<?> request, Settings settings) {
        StartOptions options = options(request).withReuse(reuse(request).orElse(null));
        String conflict = Requests.query(request, "idConflictPolicy");
        if (conflict == null) {
            return options.withConflict(settings.conflictPolicy())
                    .withReuse(reuse(request).orElse(settings.reusePolicy()));
        }
        ConflictPolicy policy = Policies.conflict("idConflictPolicy", conflict);
        boolean implies = policy == ConflictPolicy.TERMINATE_EXISTING || policy == ConflictPolicy.RUN_AFTER;
        return options.withConflict(policy).withReuse(reuse(request).orElse(implies ? null : settings.reusePolicy()));
    }

    private static Optional<ReusePolicy> reuse(HttpRequestMessage<?> request) {
        return Optional.ofNullable(Requests.query(request, "idReusePolicy"))
                .map(name -> Policies.reuse("idReusePolicy", name));
    }

    private static @Nullable Instant startAt(HttpRequestMessage<?> request, InstantSource clock) {
        Instant startAt = Requests.time(request, "startAt");
        String delay = Requests.query(request, "delay");
        if (delay != null) {
            if (startAt != null) {
                throw new BadRequestException("A start has a 'startAt' or a 'delay', not both.");
            }
            try {
                Duration duration = Duration.parse(delay);
                if (!duration.isNegative()) {
                    startAt = clock.instant().plus(duration);
                }
            } catch (DateTimeException | ArithmeticException notADelay) {
                // Reported below.
            }
            if (startAt == null) {
                throw new BadRequestException(
                        "The query parameter 'delay' is a duration in ISO 8601 that is not negative,"
                                + " such as PT1H30M, not '" + delay + "'.");
            }
        }
        if (startAt != null && startAt.isAfter(LATEST)) {
            throw new BadRequestException("An instance starts before the year 10000.");
        }
        return startAt;
    }
}
