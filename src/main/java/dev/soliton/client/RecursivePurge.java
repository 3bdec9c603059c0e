package dev.soliton.client;

import dev.soliton.store.CatalogEntry;
import dev.soliton.store.InstanceCatalog;
import dev.soliton.store.InstanceCatalog.Page;
import dev.soliton.store.InstanceFilter;
import dev.soliton.store.InstanceRow;
import dev.soliton.store.InstanceStore;
import dev.soliton.store.Versioned;
import dev.soliton.store.Waits;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Removes an ended instance together with the sub-orchestrations that it called, and theirs, as far as they have ended.
 *
 * <p>It finds children by the parent in their rows, with one list of all instances for each level of calls. It removes
 * them from the lowest level up, the instance itself last: so a repeated purge finds what an interrupted one has left.
 */
final class RecursivePurge {
    private final Purge purge;
    private final InstanceCatalog catalog;
    private final InstanceStore store;
    private final Waits waits;

    /** The outcome, for the instance itself and for all instances. */
    record Outcome(PurgeOutcome ofItself, PurgeSummary ofAll) {}

    RecursivePurge(Purge purge, InstanceCatalog catalog, InstanceStore store, Waits waits) {
        this.purge = purge;
        this.catalog = catalog;
        this.store = store;
        this.waits = waits;
    }

    Outcome purge(String instanceId, Duration patience) {
        Duration deadline = waits.elapsed().plus(patience);
        InstanceRow row = store.findRow(instanceId).map(Versioned::row).orElse(null);
        if (row == null || !row.isFinished()) {
            // Answered as a purge of the instance alone, which also removes the leftovers of an ID that is gone.
            return new Outcome(purge.purge(instanceId), new PurgeSummary(0, true));
        }
        List<List<CatalogEntry>> levels = new ArrayList<>();
        Set<String> known = new HashSet<>(Set.of(instanceId));
        Set<String> parents = Set.of(instanceId);
        while (!parents.isEmpty()) {
            List<CatalogEntry> children = new ArrayList<>();
            if (!collect(InstanceFilter.childrenOf(parents), known, children, deadline)) {
                return new Outcome(new PurgeOutcome.Purged(), new PurgeSummary(0, false));
            }
            levels.add(0, children);
            Set<String> next = new HashSet<>();
            children.forEach(child -> next.add(child.key().instanceId()));
            parents = next;
        }
        int purged = 0;
        for (List<CatalogEntry> level : levels) {
            for (CatalogEntry child : level) {
                if (waits.elapsed().compareTo(deadline) >= 0) {
                    return new Outcome(new PurgeOutcome.Purged(), new PurgeSummary(purged, false));
                }
                // A child that another caller has started again meanwhile is nobody's child any more.
                InstanceFilter same = InstanceFilter.childrenOf(Set.of(parentOf(child)));
                purged += purge.isPurged(child, same) ? 1 : 0;
            }
        }
        PurgeOutcome ofItself = purge.purge(instanceId);
        return new Outcome(
                ofItself, new PurgeSummary(purged + (ofItself instanceof PurgeOutcome.Purged ? 1 : 0), true));
    }

    /** Adds the instances that pass the filter; false if there was no time to read all. */
    private boolean collect(InstanceFilter filter, Set<String> known, List<CatalogEntry> found, Duration deadline) {
        String next = null;
        do {
            if (waits.elapsed().compareTo(deadline) >= 0) {
                return false;
            }
            Page page = catalog.read(filter, InstanceCatalog.MAX_PAGE, Set.of(), next);
            for (CatalogEntry entry : page.entries()) {
                if (known.add(entry.key().instanceId())) {
                    found.add(entry);
                }
            }
            next = page.continuation();
        } while (next != null);
        return true;
    }

    private static String parentOf(CatalogEntry child) {
        return child.parent() == null ? "" : child.parent().instanceId();
    }
}
