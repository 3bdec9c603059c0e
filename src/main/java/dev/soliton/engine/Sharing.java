package dev.soliton.engine;

import java.time.Duration;

/**
 * What one instance may cost the others of its process.
 *
 * @param hold how long others wait at a time for one that is suspected of ending its processes, and is to be alone
 * @param rest how long it is at least from the beginning of one such time to that of the next
 * @param patience how long a suspect waits in a process until it goes on beside what is at work there
 */
public record Sharing(Duration hold, Duration rest, Duration patience) {
    /** A tenth of the time at most, and no wait that a caller would notice. */
    public static final Sharing DEFAULT =
            new Sharing(Duration.ofSeconds(2), Duration.ofSeconds(20), Duration.ofSeconds(30));
}
