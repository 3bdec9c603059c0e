package dev.soliton.local.http;

import java.time.Duration;

/**
 * What a connection may cost.
 *
 * @param body the most bytes of a body; a longer one is not read
 * @param head how long a request line and its headers may take to arrive
 * @param idle how long a connection may be without a request
 * @param bodyGrace how long a body may come slower than 240 bytes a second
 */
public record HttpLimits(long body, Duration head, Duration idle, Duration bodyGrace) {

    static final int REQUEST_LINE = 8192;
    static final int HEADERS = 32768;
    static final int HEADER_COUNT = 100;
    static final int BODY_BYTES_A_SECOND = 240;

    /** Kestrel's, with the real host's limit for bodies. */
    public static final HttpLimits KESTREL =
            new HttpLimits(104_857_600, Duration.ofSeconds(30), Duration.ofSeconds(130), Duration.ofSeconds(5));

    /** The same with another limit for bodies. */
    public HttpLimits withBody(long bytes) {
        return new HttpLimits(bytes, head, idle, bodyGrace);
    }

    /** The same with other times. */
    public HttpLimits withTimes(Duration head, Duration idle, Duration bodyGrace) {
        return new HttpLimits(body, head, idle, bodyGrace);
    }
}
