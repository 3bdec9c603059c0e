package dev.soliton.engine.runtime;

import java.time.Duration;

/**
 * What one instance may cost the others of its process.
 *
 * @param hold how long others wait at a time for one that is suspected of ending its processes, and is to be alone
 * @param rest how long it is at least from the beginning of one such time to that of the next
 * @param patience how long a suspect waits in a process until it goes on beside what is at work there
 * @param kept how many messages those turns keep that only wait, where others want to be received
 * @param detached how many turns go on at a time whose message was answered
 */
public record SharingLimits(Duration hold, Duration rest, Duration patience, int kept, int detached) {
    /**
     * Suspects cost others a tenth of the time at most, and no wait that a caller would notice. Turns that wait keep half of
     * the messages that the host gives the smallest process.
     */
    public static final SharingLimits DEFAULT =
            new SharingLimits(Duration.ofSeconds(2), Duration.ofSeconds(20), Duration.ofSeconds(30), 12, 64);

    /** The same with so many turns that go on without their message. */
    public SharingLimits detaching(int turns) {
        return new SharingLimits(hold, rest, patience, kept, turns);
    }
}
