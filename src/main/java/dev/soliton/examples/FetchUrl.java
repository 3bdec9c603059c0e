package dev.soliton.examples;

import dev.soliton.orchestration.Activity;
import dev.soliton.orchestration.ActivityContext;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The activity that fetches a URL once and says how that went. A server that is down is a result and no failure: it is
 * what the watch is there for. It only reads, so that it may run twice.
 */
final class FetchUrl implements Activity {
    static final String NAME = "FetchUrl";

    private static final int MAX_REDIRECTS = 5;

    /** The most bytes of an answer. */
    private static final long MAX_BYTES = 64L << 20;

    private final InstantSource clock;
    private final Duration limit;
    private final Predicate<InetAddress> fetchable;

    /**
     * A fetch.
     *
     * @param clock measures it
     * @param limit how long it may take in all
     * @param fetchable the addresses that may be asked
     */
    FetchUrl(InstantSource clock, Duration limit, Predicate<InetAddress> fetchable) {
        this.clock = clock;
        this.limit = limit;
        this.fetchable = fetchable;
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
                .version(HttpClient.Version.HTTP_1_1)
                // Each address is looked at, that of a redirect too.
                .followRedirects(HttpClient.Redirect.NEVER)
                .build();
    }

    @Override
    public Result run(ActivityContext context) throws InterruptedException {
        URI uri = URI.create(Objects.requireNonNull(context.getInput(String.class)));
        long begun = clock.millis();
        Instant end = clock.instant().plus(limit);
        for (int redirects = 0; ; redirects++) {
            String refused = refusal(uri);
            if (refused != null) {
                return failed(begun, refused);
            }
            Duration left = Duration.between(clock.instant(), end);
            if (left.isNegative() || left.isZero()) {
                return failed(begun, "no whole answer within " + limit);
            }
            MessageDigest digest = sha256();
            CompletableFuture<Long> tooLarge = new CompletableFuture<>();
            AtomicLong bytes = new AtomicLong();
            HttpRequest request = HttpRequest.newBuilder(uri)
                    .timeout(left)
                    .header("User-Agent", "soliton-watch")
                    .GET()
                    .build();
            // Hashed as it comes, and never held: it may be large.
            CompletableFuture<HttpResponse<Void>> answer = Http.CLIENT.sendAsync(
                    request,
                    BodyHandlers.ofByteArrayConsumer(part -> part.ifPresent(chunk -> {
                        digest.update(chunk);
                        if (bytes.addAndGet(chunk.length) > MAX_BYTES) {
                            tooLarge.complete(bytes.get());
                        }
                    })));
            try {
                // The request's own limit ends with the headers; a body may trickle for ever.
                CompletableFuture.anyOf(answer, tooLarge).get(left.toMillis(), TimeUnit.MILLISECONDS);
                if (tooLarge.isDone()) {
                    return failed(begun, "the answer has more than " + MAX_BYTES + " bytes");
                }
                HttpResponse<Void> whole = answer.join();
                URI next = redirects < MAX_REDIRECTS ? redirect(uri, whole) : null;
                if (next == null) {
                    String hash = HexFormat.of().formatHex(digest.digest());
                    return new Result(whole.statusCode(), clock.millis() - begun, hash, null);
                }
                uri = next;
            } catch (ExecutionException failed) {
                return failed(begun, describe(failed.getCause()));
            } catch (TimeoutException slow) {
                return failed(begun, "no whole answer within " + limit);
            } finally {
                answer.cancel(true);
            }
        }
    }

    private Result failed(long begun, String why) {
        return new Result(null, clock.millis() - begun, null, why);
    }

    /**
     * Why an address is not asked; null if it is. The JDK keeps what it has resolved for half a minute, so that the connection
     * goes to an address that was looked at here.
     */
    private @Nullable String refusal(URI uri) {
        String host = uri.getHost();
        if (host == null) {
            return "a URL without a host";
        }
        try {
            for (InetAddress address : InetAddress.getAllByName(host)) {
                if (!fetchable.test(address)) {
                    return "'" + host + "' is not a public address";
                }
            }
            return null;
        } catch (UnknownHostException unknown) {
            return "UnknownHostException: " + host;
        }
    }

    /** Where an answer sends the caller to; null if nowhere, or to what is no page of the web, or from https to http. */
    private static @Nullable URI redirect(URI from, HttpResponse<Void> answer) {
        int status = answer.statusCode();
        if (status != 301 && status != 302 && status != 303 && status != 307 && status != 308) {
            return null;
        }
        try {
            URI to = answer.headers().firstValue("Location").map(from::resolve).orElse(null);
            boolean isFit = to != null
                    && to.getUserInfo() == null
                    && ("https".equalsIgnoreCase(to.getScheme())
                            || ("http".equalsIgnoreCase(to.getScheme()) && "http".equalsIgnoreCase(from.getScheme())));
            return isFit ? to : null;
        } catch (IllegalArgumentException noUri) {
            return null;
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
