package dev.soliton.app;

import dev.soliton.orchestration.Activity;
import dev.soliton.orchestration.ActivityContext;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * The activity that fetches a URL once and says how that went. A server that is down is a result and no failure: it is
 * what the watch is there for. It only reads, so that it may run twice.
 */
final class FetchUrl implements Activity {
    static final String NAME = "FetchUrl";

    private final InstantSource clock;
    private final Duration limit;

    /**
     * A fetch.
     *
     * @param clock measures it
     * @param limit how long it may take in all
     */
    FetchUrl(InstantSource clock, Duration limit) {
        this.clock = clock;
        this.limit = limit;
    }

    /**
     * How a fetch went.
     *
     * @param status the HTTP status; null if there was no whole answer
     * @param millis how long it took, to the last byte
     * @param hash SHA-256 of the body, in hexadecimal; null if there was no whole answer
     * @param error why there was none; null if there was one
     */
    record Result(@Nullable Integer status, long millis, @Nullable String hash, @Nullable String error) {

        /** Whether the URL is up: it answered, and not with an error. Redirects are followed before. */
        boolean isGood() {
            return status != null && status < 400;
        }
    }

    /** Made when it is first needed: it has threads of its own, and should be one per process. */
    private static final class Http {
        static final HttpClient CLIENT = HttpClient.newBuilder()
                .connectTimeout(Duration.ofSeconds(10))
                .followRedirects(HttpClient.Redirect.NORMAL)
                .build();
    }

    @Override
    public Result run(ActivityContext context) throws InterruptedException {
        URI uri = URI.create(Objects.requireNonNull(context.getInput(String.class)));
        HttpRequest request = HttpRequest.newBuilder(uri)
                .timeout(limit)
                .header("User-Agent", "soliton-watch")
                .GET()
                .build();
        MessageDigest digest = sha256();
        long begun = clock.millis();
        // Hashed as it comes, and never held: it may be large.
        CompletableFuture<HttpResponse<Void>> answer = Http.CLIENT.sendAsync(
                request, BodyHandlers.ofByteArrayConsumer(part -> part.ifPresent(digest::update)));
        try {
            // The request's own limit ends with the headers; a body may trickle for ever.
            int status = answer.get(limit.toMillis(), TimeUnit.MILLISECONDS).statusCode();
            String hash = HexFormat.of().formatHex(digest.digest());
            return new Result(status, clock.millis() - begun, hash, null);
        } catch (ExecutionException failed) {
            return new Result(null, clock.millis() - begun, null, describe(failed.getCause()));
        } catch (TimeoutException slow) {
            return new Result(null, clock.millis() - begun, null, "no whole answer within " + limit);
        } finally {
            answer.cancel(true);
        }
    }

    private static String describe(@Nullable Throwable cause) {
        // A refused connection has a cause that says more than itself, or no message at all.
        for (Throwable reason = cause; reason != null; reason = reason.getCause()) {
            if (reason.getMessage() != null) {
                return reason.getClass().getSimpleName() + ": " + reason.getMessage();
            }
        }
        return cause == null ? "unknown" : cause.getClass().getSimpleName();
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("Every JDK has SHA-256.", impossible);
        }
    }
}
