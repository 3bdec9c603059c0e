package dev.soliton.client;

import dev.soliton.client.PurgeOutcome.NotFinished;
import dev.soliton.client.PurgeOutcome.NotFound;
import dev.soliton.client.PurgeOutcome.Purged;
import dev.soliton.store.CatalogEntry;
import dev.soliton.store.InstanceCatalog;
import dev.soliton.store.InstanceCatalog.Page;
import dev.soliton.store.InstanceFilter;
import dev.soliton.store.InstanceId;
import dev.soliton.store.InstanceRow;
import dev.soliton.store.InstanceStore;
import dev.soliton.store.PurgeableRow;
import dev.soliton.store.Receipt;
import dev.soliton.store.RowChange;
import dev.soliton.store.Storage;
import dev.soliton.store.StorageException;
import dev.soliton.store.UnreadableRowException;
import dev.soliton.store.Versioned;
import dev.soliton.store.Waits;
import dev.soliton.store.WriteOutcome;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * Removes ended instances, with everything that is stored of them.
 *
 * <p>Invariants, and what keeps them:
 *
 * <ul>
 *   <li><em>No live execution is touched</em>: the instance row is removed on its ETag, while it says that the
 *       execution has ended and that no work is left for it.
 *   <li><em>A successor is not touched</em>: the removed rows were listed <em>before</em> the instance row was read and
 *       removed. At that time every execution but the one in the row had ended, and none comes back.
 *   <li><em>Fences do not go back</em>: the next execution's fence begins at the clock of the service, and an instance
 *       that was started just now is removed only when that clock is beyond its fence for every reader.
 *   <li><em>Receipts outlive what they prove</em>: a caller that asks in time whether its start was accepted gets that
 *       answer, and does not start again.
 * </ul>
 *
 * <p>Crash points: before the row is removed, nothing happened. After it the ID is free, and the leftovers belong to
 * nobody. The next purge of the ID removes them, the receipt last, since it leads to the payloads of its execution. The
 * turns of the next execution remove leftovers of the journal and the inbox, too.
 */
final class Purge {
    /** How long tombstones stay, and the receipts of starts that can be repeated. */
    static final Duration RECEIPT_AGE = Duration.ofHours(24);

    /**
     * How long a receipt under the execution's own ID stays: only the starter knows it, and reads it within a minute.
     */
    static final Duration SHORT_RECEIPT_AGE = Duration.ofMinutes(10);

    /** How long one call purges instances. */
    static final Duration PATIENCE = Duration.ofMinutes(2);

    /** By how much the clock of the service must be beyond a fence, so that it is so for any two of its readers. */
    private static final Duration BEYOND = InstanceStore.CLOCK_ERROR.multipliedBy(3);

    private static final int ATTEMPTS = 5;
    private static final int PAGE = 100;

    private final Storage storage;
    private final InstanceCatalog catalog;
    private final InstantSource clock;
    private final Waits waits;

    Purge(Storage storage, InstanceCatalog catalog, InstantSource clock, Waits waits) {
        this.storage = storage;
        this.catalog = catalog;
        this.clock = clock;
        this.waits = waits;
    }

    /**
     * Removes the ended instances that pass the filter, page by page, for as long as a caller waits and the storage
     * answers.
     */
    PurgeSummary purge(InstanceFilter filter) {
        if (!InstanceId.canBegin(filter.idPrefix())) {
            return new PurgeSummary(0, true);
        }
        Duration deadline = waits.elapsed().plus(PATIENCE);
        int purged = 0;
        String continuation = null;
        try {
            do {
                Page page = catalog.read(filter, PAGE, Set.of(), continuation);
                for (CatalogEntry entry : page.entries()) {
                    if (waits.elapsed().compareTo(deadline) >= 0) {
                        return new PurgeSummary(purged, false);
                    }
                    purged += isPurged(entry, filter) ? 1 : 0;
                }
                continuation = page.continuation();
            } while (continuation != null && waits.elapsed().compareTo(deadline) < 0);
        } catch (StorageException | OutcomeUnknownException trouble) {
            if (purged == 0) {
                throw trouble;
            }
            // The caller must not think that nothing was removed.
            return new PurgeSummary(purged, false);
        }
        return new PurgeSummary(purged, continuation == null);
    }

    /** Removes a listed instance, if it has ended and still passes the filter. */
    boolean isPurged(CatalogEntry entry, InstanceFilter filter) {
        String id = entry.key().instanceId();
        try {
            return entry.isFinished()
                    && purge(id, row -> filter.accepts(InstanceFilter.Seen.of(row))) instanceof Purged;
        } catch (UnreadableRowException edited) {
            // Somebody has to mend the row, or to remove it by hand; the other instances are removed all the same.
            return false;
        }
    }

    PurgeOutcome purge(String instanceId) {
        return purge(instanceId, row -> true);
    }

    /** Removes an ended instance, if its row still meets the condition. */
    PurgeOutcome purge(String instanceId, Predicate<InstanceRow> wanted) {
        String mayBeGone = "";
        StorageException trouble = null;
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            List<PurgeableRow> rows = catalog.purgeableRows(instanceId);
            Optional<Versioned<InstanceRow>> found = storage.instances().findRow(instanceId);
            if (found.isEmpty()) {
                clear(instanceId, rows);
                return mayBeGone.isEmpty() ? new NotFound() : new Purged();
            }
            InstanceRow row = found.get().row();
            if (!mayBeGone.isEmpty() && !row.key().executionId().equals(mayBeGone)) {
                return new Purged();
            }
            if (EndedHolder.isKept(row)) {
                EndedHolder.wake(storage.queue(), row);
            }
            if (!row.isFinished() || !wanted.test(row)) {
                return new NotFinished(Instance.of(row, null, null));
            }
            awaitFence(row.ownership().fence());
            try {
                RowChange removal = new RowChange.DeleteInstance(found.get().etag());
                if (storage.instances().write(instanceId, List.of(removal)) instanceof WriteOutcome.Written) {
                    clear(instanceId, rows);
                    return new Purged();
                }
            } catch (StorageException unanswered) {
                mayBeGone = row.key().executionId();
                trouble = unanswered;
            }
        }
        if (!mayBeGone.isEmpty()) {
            throw OutcomeUnknownException.ofPurge(instanceId, trouble);
        }
        throw new StorageException("The instance '" + instanceId + "' could not be purged.", trouble);
    }

    /**
     * Waits until an execution that is started after the purge gets a higher fence. A fence that is far ahead was not
     * written by this app.
     */
    private void awaitFence(long fence) {
        Duration ahead = Duration.between(
                storage.instances().serviceTime(), Instant.ofEpochMilli(fence).plus(BEYOND));
        if (ahead.compareTo(Duration.ZERO) > 0 && ahead.compareTo(BEYOND.multipliedBy(2)) <= 0) {
            try {
                waits.pause(ahead);
            } catch (InterruptedException stop) {
                Thread.currentThread().interrupt();
                throw new StorageException("Interrupted before an instance was purged.", stop);
            }
        }
    }

    /** Removes the leftovers of ended executions. If it fails, the next purge of the ID finds them. */
    private void clear(String instanceId, List<PurgeableRow> rows) {
        try {
            Set<String> executions = new TreeSet<>();
            rows.forEach(row -> executions.add(row.executionId()));
            executions.forEach(executionId -> storage.payloads().discardAll(instanceId, executionId));
            List<RowChange> removals = rows.stream()
                    .filter(this::isObsolete)
                    // The receipts last: they lead to the rest, should this process die.
                    .sorted(Comparator.comparing(row -> row.removal() instanceof RowChange.DeleteReceipt))
                    .map(PurgeableRow::removal)
                    .distinct() // a row that somebody copied by hand names the same row as its original
                    .toList();
            for (int begin = 0; begin < removals.size(); begin += InstanceStore.MAX_CHANGES) {
                remove(
                        instanceId,
                        removals.subList(begin, Math.min(begin + InstanceStore.MAX_CHANGES, removals.size())));
            }
        } catch (StorageException harmless) {
            // The instance is gone; nobody reads the rest.
        }
    }

    private boolean isObsolete(PurgeableRow row) {
        Duration age = Duration.between(row.writtenAt(), clock.instant());
        if (row.removal() instanceof RowChange.DeleteTombstone) {
            return age.compareTo(RECEIPT_AGE) >= 0;
        }
        if (row.removal() instanceof RowChange.DeleteReceipt receipt && !Receipt.isOfEvent(receipt.key())) {
            boolean isStartersOwn = receipt.key().equals(row.executionId());
            return age.compareTo(isStartersOwn ? SHORT_RECEIPT_AGE : RECEIPT_AGE) >= 0;
        }
        return true;
    }

    private void remove(String instanceId, List<RowChange> removals) {
        if (storage.instances().write(instanceId, removals) instanceof WriteOutcome.Conflict && removals.size() > 1) {
            // Another process removes them, too.
            new ArrayList<>(removals).forEach(removal -> storage.instances().write(instanceId, List.of(removal)));
        }
    }
}
