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
 * Releases instances that a worker may own and has no turn for. It has its own thread, so that tables that answer
 * slowly never delay the renewal of the worker's lease. It has that thread only while there is something to release.
 */
final class ClaimReleaser {
    private static final Logger LOGGER = Logger.getLogger(ClaimReleaser.class.getName());

    /** How long it waits between two tries. */
    private static final Duration RETRY = Duration.ofSeconds(2);

    /** How many rounds it skips a claim whose release failed in a way that does not pass by itself. */
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

    /** Tries each claim once. This worker tries again as long as it lives; afterwards other workers take over. */
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
            // The next try may succeed.
        } catch (RuntimeException unforeseen) {
            // Somebody may have edited the row, say. This worker keeps it until that is mended, and releases the others
            // meanwhile.
            leftOut.put(claim, ROUNDS_LEFT_OUT);
            LOGGER.log(Level.WARNING, "an instance cannot be released: {0}", unforeseen.toString());
        }
    }
}
