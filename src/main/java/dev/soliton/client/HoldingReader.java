package dev.soliton.client;

import dev.soliton.client.Holding.Owner;
import dev.soliton.store.Gate;
import dev.soliton.store.InboxEntry;
import dev.soliton.store.InboxItem;
import dev.soliton.store.InstanceId;
import dev.soliton.store.InstanceRow;
import dev.soliton.store.InstanceStore;
import dev.soliton.store.InvalidInstanceIdException;
import dev.soliton.store.Partition;
import dev.soliton.store.QueuedRun;
import dev.soliton.store.StorageException;
import dev.soliton.store.UnreadableRowException;
import dev.soliton.store.Versioned;
import dev.soliton.store.WorkerRecord;
import dev.soliton.store.WorkerState;
import dev.soliton.store.WorkerStore;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads who holds an ID, and what waits behind it: one read of the instance, without its journal, and, if it has an
 * owner, one request about that worker.
 */
public final class HoldingReader {
    /** The most entries of an inbox that are shown. */
    public static final int MAX_ENTRIES = 100;

    /** A request to end comes before all else, and so does the mark of a rewind; the rest is taken as it arrived. */
    private static final Comparator<InboxEntry> NEXT_FIRST =
            Comparator.comparing((InboxEntry entry) -> rank(entry.row().item())).thenComparing(InboxEntry.ORDER);

    private final InstanceStore store;
    private final WorkerStore workers;

    /** Reads the stores given. */
    public HoldingReader(InstanceStore store, WorkerStore workers) {
        this.store = store;
        this.workers = workers;
    }

    /**
     * Reads who holds an ID.
     *
     * @return empty if nobody does
     * @throws InvalidInstanceIdException if the ID cannot be one
     * @throws UnreadableRowException if somebody edited a row of it
     * @throws StorageException if the storage failed
     */
    public Optional<Holding> find(String instanceId) {
        Partition seen = store.loadWithoutJournal(InstanceId.check(instanceId));
        return seen.instance().map(instance -> holding(instance.row(), seen));
    }

    private Holding holding(InstanceRow row, Partition seen) {
        String executionId = row.key().executionId();
        Gate gate = seen.gate(executionId)
                .map(Versioned::row)
                .filter(found -> !found.tombstone())
                .orElse(null);
        // From the end of the holder to the beginning of the run, the row has it.
        QueuedRun following = gate == null ? row.queuedRun() : gate.queuedRun();
        List<InboxEntry> inbox =
                seen.inbox(executionId).stream().sorted(NEXT_FIRST).toList();
        boolean isWhole = seen.inboxIsWhole() && inbox.size() <= MAX_ENTRIES;
        return new Holding(
                row,
                owner(row.ownership().owner()),
                gate != null,
                following,
                inbox.subList(0, Math.min(MAX_ENTRIES, inbox.size())),
                isWhole);
    }

    private static int rank(InboxItem item) {
        if (item instanceof InboxItem.Terminate) {
            return 0;
        } else if (item instanceof InboxItem.GiveUp) {
            return 1;
        }
        return item instanceof InboxItem.Rewind ? 2 : 3;
    }

    private @Nullable Owner owner(@Nullable String worker) {
        if (worker == null) {
            return null;
        }
        WorkerRecord found = workers.find(worker).orElse(null);
        return found == null
                ? new Owner(worker, WorkerState.ABSENT, null)
                : new Owner(worker, found.state(), found.since());
    }
}
