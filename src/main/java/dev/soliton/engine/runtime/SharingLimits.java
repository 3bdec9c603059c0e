package dev.soliton.engine.runtime;

import java.time.Duration;

/**
 * What one instance may cost the other instances of its process.
 *
 * @param hold how long others wait at a time for a suspect that is to be alone
 * @param rest the shortest time from the beginning of one such wait to the beginning of the next
 * @param patience how long a suspect waits in a process until it goes on beside the work there
 * @param kept how many messages turns may keep that only wait, while other messages are to be received
 * @param detached how many detached turns may go on at a time
 */
public record SharingLimits(Duration hold, Duration rest, Duration patience, int kept, int detached) {
    /**
     * Suspects cost others a tenth of the time at most, and no wait that a caller would notice. Waiting turns keep at
     * most half of the messages that the host gives the smallest process.
     */
    public static final SharingLimits DEFAULT =
            new SharingLimits(Duration.ofSeconds(2), Duration.ofSeconds(20), Duration.ofSeconds(30), 12, 64);

    /** The same limits with another number of detached turns. */
    public SharingLimits detaching(int turns) {
        return new SharingLimits(hold, rest, patience, kept, turns);
    }
}
