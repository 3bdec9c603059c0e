package dev.soliton.examples;

import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The input of {@link WatchUrl}.
 *
 * @param url what to fetch: an absolute URL, http or https
 * @param everySeconds the pause between two looks, in seconds: 1 to 86,400; 60 if left out
 * @param soFar what earlier generations of the watch found; left out at the start
 */
record WatchRequest(@Nullable String url, @Nullable Integer everySeconds, @Nullable WatchReport soFar) {
    private static final int DEFAULT_SECONDS = 60;
    private static final int MAX_SECONDS = 86_400;
    private static final String EXAMPLE = "{\"url\": \"https://example.com/\", \"everySeconds\": 60}";

    /** Refuses a watch of nothing. */
    static WatchRequest require(@Nullable WatchRequest request) {
        if (request == null) {
            throw new IllegalArgumentException("WatchUrl needs an input: " + EXAMPLE);
        }
        return request;
    }

    /**
     * What to fetch.
     *
     * @throws IllegalArgumentException if it is nothing that can be
     */
    String target() {
        if (url == null || url.isBlank()) {
            throw new IllegalArgumentException("The input says no 'url' to watch: " + EXAMPLE);
        }
        URI uri;
        try {
            uri = new URI(url);
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException("The 'url' is none: " + e.getMessage(), e);
        }
        String scheme = uri.getScheme();
        if (!"http".equalsIgnoreCase(scheme) && !"https".equalsIgnoreCase(scheme)) {
            throw new IllegalArgumentException("The 'url' begins with http:// or https://, not like '" + url + "'.");
        }
        if (uri.getHost() == null) {
            throw new IllegalArgumentException("The 'url' names no host: '" + url + "'.");
        }
        if (uri.getUserInfo() != null) {
            throw new IllegalArgumentException(
                    "The 'url' has a user or a password in it, which would not be sent, but shown in the status.");
        }
        return url;
    }

    /**
     * The time between two looks.
     *
     * @throws IllegalArgumentException if it is too short or too long
     */
    Duration pause() {
        int seconds = everySeconds == null ? DEFAULT_SECONDS : everySeconds;
        if (seconds < 1 || seconds > MAX_SECONDS) {
            throw new IllegalArgumentException(
                    "'everySeconds' is a whole number from 1 to " + MAX_SECONDS + ", not " + seconds + ".");
        }
        return Duration.ofSeconds(seconds);
    }

    /** The same watch, going on from there. */
    WatchRequest goingOn(WatchReport report) {
        return new WatchRequest(url, everySeconds, report);
    }
}
