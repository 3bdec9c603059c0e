package dev.soliton.client;

import dev.soliton.store.CatalogEntry;
import dev.soliton.store.InstanceCatalog;
import dev.soliton.store.InstanceCatalog.Page;
import dev.soliton.store.InstanceFilter;
import dev.soliton.store.InvalidContinuationException;
import dev.soliton.store.RuntimeStatus;
import dev.soliton.store.Storage;
import dev.soliton.store.StorageException;
import dev.soliton.store.Waits;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.Set;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Purges instances a while after they have ended, some at each call.
 *
 * <p>In each round it reads all instances, page by page, and it rests between rounds. Only this process knows how far
 * the round has got; another process begins at the beginning. The {@link Purge} reads each instance again, and does not
 * remove one that lives, or whose parent has to be notified of its end.
 */
public final class Retention {
    /** How long one call may begin purges; it finishes the one that it has begun. */
    static final Duration PATIENCE = Duration.ofSeconds(5);

    /** How long after the beginning of a round the next one begins. */
    static final Duration ROUND = Duration.ofHours(1);

    private static final int PAGE = 100;

    private static final Set<RuntimeStatus> ENDED =
            EnumSet.of(RuntimeStatus.COMPLETED, RuntimeStatus.FAILED, RuntimeStatus.TERMINATED);

    private final Purge purge;
    private final InstanceCatalog catalog;
    private final InstantSource clock;
    private final Waits waits;
    private final Duration age;
    private Instant round = Instant.MIN;
    private boolean underWay;
    private @Nullable String continuation;

    /**
     * Creates the retention of the given storage.
     *
     * @param age how long ended instances stay after their last change
     */
    public Retention(Storage storage, InstanceCatalog catalog, InstantSource clock, Waits waits, Duration age) {
        this.purge = new Purge(storage, catalog, clock, waits);
        this.catalog = catalog;
        this.clock = clock;
        this.waits = waits;
        this.age = age;
    }

    /**
     * Purges some instances, for a few seconds at most. If the storage fails, a later call goes on.
     *
     * @return how many were purged
     */
    public synchronized int purgeSome(Logger logger) {
        Instant begun = clock.instant();
        if (!underWay && begun.isBefore(round.equals(Instant.MIN) ? round : round.plus(ROUND))) {
            return 0;
        }
        if (!underWay) {
            underWay = true;
            round = begun;
        }
        int purged = 0;
        try {
            // Instances that end meanwhile are left to another round, so that this one ends.
            InstanceFilter filter = new InstanceFilter(ENDED, null, null, "", round.minus(age));
            Duration deadline = waits.elapsed().plus(PATIENCE);
            do {
                Page page = catalog.read(filter, PAGE, Set.of(), continuation);
                for (CatalogEntry entry : page.entries()) {
                    if (waits.elapsed().compareTo(deadline) >= 0) {
                        // The next call reads the page again, without the purged instances.
                        return purged;
                    }
                    purged += purge.isPurged(entry, filter) ? 1 : 0;
                }
                continuation = page.continuation();
                underWay = continuation != null;
            } while (underWay && waits.elapsed().compareTo(deadline) < 0);
        } catch (InvalidContinuationException lost) {
            continuation = null;
        } catch (StorageException | OutcomeUnknownException trouble) {
            // The host writes the text as it is, and fills in no parameters.
            logger.log(Level.WARNING, "retention: " + trouble);
        } finally {
            if (purged > 0) {
                logger.log(Level.INFO, "instances purged: " + purged);
            }
        }
        return purged;
    }
}
