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
 * <p>Round by round it reads all instances, page by page, and rests in between. Where a round stands, the process
 * knows; another one begins at the beginning. How an instance is purged, and that it is not if it lives or somebody has to
 * be told of its end, is a matter of the {@link Purge}, which reads it again.
 */
public final class Retention {
    /** How long one call may take; what it has begun with, it ends. */
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
     * Purges the instances of the storage given.
     *
     * @param age how long they stay after their last change
     */
    public Retention(Storage storage, InstanceCatalog catalog, InstantSource clock, Waits waits, Duration age) {
        this.purge = new Purge(storage, catalog, clock, waits);
        this.catalog = catalog;
        this.clock = clock;
        this.waits = waits;
        this.age = age;
    }

    /**
     * Purges some, for a few seconds at most. Trouble with the storage is left to a later call.
     *
     * @return how many
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
            // Instances that end meanwhile are for another round: this one comes to its end.
            InstanceFilter filter = new InstanceFilter(ENDED, null, null, "", round.minus(age));
            Duration deadline = waits.elapsed().plus(PATIENCE);
            do {
                Page page = catalog.read(filter, PAGE, Set.of(), continuation);
                for (CatalogEntry entry : page.entries()) {
                    if (waits.elapsed().compareTo(deadline) >= 0) {
                        // The page is read again, without those that are gone.
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
            // The host takes the text as it is, and fills nothing in.
            logger.log(Level.WARNING, "retention: " + trouble);
        } finally {
            if (purged > 0) {
                logger.log(Level.INFO, "instances purged: " + purged);
            }
        }
        return purged;
    }
}
