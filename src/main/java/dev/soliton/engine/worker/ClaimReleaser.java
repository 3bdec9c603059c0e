package dev.soliton.engine.worker;

import dev.soliton.engine.runtime.EngineServices;
import dev.soliton.engine.runtime.TurnStopped;
import dev.soliton.store.StorageException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Releases what a worker may own and has no turn of. It has a thread of its own, so that tables that answer slowly never
 * keep the worker's lease from being renewed, and it has one only while there is something to see to.
 */
final class ClaimReleaser {
    private static final Logger LOGGER = Logger.getLogger(ClaimReleaser.class.getName());

    /** How often it tries what it could not release. */
    private static final Duration RETRY = Duration.ofSeconds(2);

    /** How many times it leaves out what failed in a way that does not pass by itself. */
    private static final int ROUNDS_LEFT_OUT = 15;

    private final EngineServices services;
    private final WorkerLease lease;
    private final Map<AbandonedClaim, Integer> leftOut = new HashMap<>();

    ClaimReleaser(EngineServices services, WorkerLease lease) {
        this.services = services;
        this.lease = lease;
    }

    /** Goes on until nothing is left, or the lease ends. */
    void run() {
        try {
            do {
                services.pause(RETRY);
                settleSome();
            } while (lease.hasAbandoned());
        } catch (TurnStopped interrupted) {
            // The process ends.
        }
    }

    /** Tries each once. As long as this worker lives it tries again; afterwards others do. */
    void settleSome() {
        for (AbandonedClaim claim : lease.abandoned()) {
            Integer rounds = leftOut.computeIfPresent(claim, (key, left) -> left == 1 ? null : left - 1);
            if (rounds == null) {
                settle(claim);
            }
        }
    }

    private void settle(AbandonedClaim claim) {
        try {
            if (claim.trySettle(services, lease)) {
                lease.settled(claim);
            }
        } catch (StorageException | TurnStopped later) {
            // It may work out the next time.
        } catch (RuntimeException unforeseen) {
            // A row that somebody edited, say. It is this worker's until that is mended, and hinders no other.
            leftOut.put(claim, ROUNDS_LEFT_OUT);
            LOGGER.log(Level.WARNING, "an instance cannot be released: {0}", unforeseen.toString());
        }
    }
}
