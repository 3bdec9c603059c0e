package dev.soliton.client;

import dev.soliton.store.CatalogEntry;
import dev.soliton.store.InstanceCatalog;
import dev.soliton.store.InstanceCatalog.Page;
import dev.soliton.store.InstanceFilter;
import dev.soliton.store.InstanceId;
import dev.soliton.store.PayloadMissingException;
import dev.soliton.store.UnreadableRowException;
import dev.soliton.store.Waits;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;

/**
 * Lists the first instances in an order of time. The storage has no such order: the lister goes through all instances
 * that pass the filter, keeps the first of them, and then reads these one by one.
 */
final class SortedLister {
    private final InstanceCatalog catalog;
    private final InstanceReader reader;
    private final Waits waits;

    SortedLister(InstanceCatalog catalog, InstanceReader reader, Waits waits) {
        this.catalog = catalog;
        this.reader = reader;
        this.waits = waits;
    }

    /**
     * The first instances.
     *
     * @throws ListTooLongException if there are too many to read, or their values are too long for one answer
     */
    List<Instance> list(InstanceFilter filter, InstanceOrder order, int top, boolean withInput, boolean withOutput) {
        List<Instance> shown = new ArrayList<>();
        AnswerBudget budget = new AnswerBudget();
        for (CatalogEntry entry : first(filter, order.comparator(), top)) {
            if (budget.isUsedUp()) {
                // There could be no continuation for the rest of the list.
                throw new ListTooLongException(
                        "The values of the instances are too long for one list in order: more than "
                                + AnswerBudget.MAX_LENGTH
                                + " characters. Ask for fewer instances, or for none of their values, by"
                                + " 'showInput=false' and 'showOutput=false'.");
            }
            found(entry.key().instanceId(), withInput, withOutput)
                    .filter(instance -> filter.accepts(instance.seen()))
                    .ifPresent(instance -> {
                        shown.add(instance);
                        budget.use(instance);
                    });
        }
        return shown;
    }

    private List<CatalogEntry> first(InstanceFilter filter, Comparator<CatalogEntry> order, int top) {
        if (!InstanceId.canBegin(filter.idPrefix())) {
            return List.of();
        }
        Duration deadline = waits.elapsed().plus(InstanceLister.PATIENCE);
        PriorityQueue<CatalogEntry> first = new PriorityQueue<>(order.reversed());
        String next = null;
        do {
            if (waits.elapsed().compareTo(deadline) >= 0) {
                throw new ListTooLongException("There are too many instances to put them in order within "
                        + InstanceLister.PATIENCE.toSeconds() + " s. Narrow the list down, or leave 'orderBy' out.");
            }
            Page page = catalog.read(filter, InstanceCatalog.MAX_PAGE, Set.of(), next);
            for (CatalogEntry entry : page.entries()) {
                first.add(entry);
                if (first.size() > top) {
                    first.remove();
                }
            }
            next = page.continuation();
        } while (next != null);
        return first.stream().sorted(order).toList();
    }

    /** The instance; empty if it was purged meanwhile. */
    private Optional<Instance> found(String instanceId, boolean withInput, boolean withOutput) {
        try {
            return reader.find(instanceId, withInput, withOutput);
        } catch (PayloadMissingException | UnreadableRowException broken) {
            // An instance that somebody edited, or whose value somebody removed, must not hide all others.
            return Optional.empty();
        }
    }
}
