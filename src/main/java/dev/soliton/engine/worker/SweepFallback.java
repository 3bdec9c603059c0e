package dev.soliton.engine.worker;

import dev.soliton.store.StorageException;
import dev.soliton.store.SweepMark;
import dev.soliton.store.Waits;
import java.time.Duration;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Makes sure that the hub of this process is swept, also where the platform's timer does not fire for it. Of all hosts
 * with the same host ID the platform fires a timer on one only. Hosts of several hubs can have the same host ID; then
 * the timer fires for one of these hubs alone, and nobody would take over from dead workers in the others.
 *
 * <p>Sweeps change a mark of the hub. A process whose own timer does not fire reads the mark once a minute. If the mark
 * has not changed, the process tries to change it. One process succeeds, and sweeps from then on, until another changes
 * the mark.
 *
 * <p>Two processes that sweep at the same time do no harm: a sweep writes nothing but messages.
 */
public final class SweepFallback {
    /** How often the timer fires, and how often a process sweeps that took its place. */
    public static final Duration INTERVAL = Duration.ofSeconds(20);

    /** How long a hub goes unswept before a process takes the place of its timer. */
    static final Duration UNSWEPT = INTERVAL.multipliedBy(3);

    private final Sweeper sweeper;
    private final SweepMark mark;
    private final Waits waits;
    private @Nullable Duration firedAt;
    private @Nullable String seen;
    private Duration seenAt = Duration.ZERO;
    private @Nullable String mine;
    private boolean marksNext = true;

    /** Creates the fallback of one process, which has not swept yet. */
    public SweepFallback(Sweeper sweeper, SweepMark mark, Waits waits) {
        this.sweeper = sweeper;
        this.mark = mark;
        this.waits = waits;
    }

    /**
     * Sweeps, since the timer has fired here.
     *
     * @throws StorageException if the storage failed; the next call does what is left
     */
    public void byTimer(Logger logger) {
        if (isToMark()) {
            try {
                mark.change();
            } catch (StorageException unanswered) {
                // At worst another process sweeps as well.
            }
        }
        sweeper.sweep(logger);
    }

    /** Only every other sweep changes the mark. That is enough, since others compare it once in three intervals. */
    private synchronized boolean isToMark() {
        firedAt = waits.elapsed();
        mine = null;
        seen = null;
        marksNext = !marksNext;
        return !marksNext;
    }

    /**
     * Checks whether the hub is swept, and sweeps if it is not. Called once in an interval.
     *
     * @throws StorageException if the storage failed; the next call does what is left
     */
    public void check(Logger logger) {
        if (isMine(logger)) {
            sweeper.sweep(logger);
        }
    }

    private synchronized boolean isMine(Logger logger) {
        Duration now = waits.elapsed();
        if (firedAt != null && now.minus(firedAt).compareTo(UNSWEPT) < 0) {
            return false;
        }
        if (mine == null && seen != null && now.minus(seenAt).compareTo(UNSWEPT) < 0) {
            return false;
        }
        String there = mine;
        if (there == null) {
            there = mark.read();
            if (!there.equals(seen)) {
                seen = there;
                seenAt = now;
                return false;
            }
            logger.log(Level.WARNING, "nobody sweeps this hub; this process does");
        }
        seen = null;
        mine = mark.tryChange(there);
        return mine != null;
    }
}
