package dev.soliton.client;

import dev.soliton.store.CatalogEntry;
import dev.soliton.store.InstanceCatalog;
import dev.soliton.store.InstanceCatalog.Detail;
import dev.soliton.store.InstanceCatalog.Page;
import dev.soliton.store.InstanceFilter;
import dev.soliton.store.InstanceId;
import dev.soliton.store.PayloadMissingException;
import dev.soliton.store.Payloads;
import dev.soliton.store.Waits;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Lists instances page by page, each with at most as many entries as the caller wants, and for no longer than a caller
 * waits. Where few of many instances match, a page can have few entries, or none, and still not be the last. A page
 * also ends with the entry that uses up its {@link AnswerBudget}.
 */
final class InstanceLister {
    /** How long a page is read, before the caller gets the entries found so far. */
    static final Duration PATIENCE = Duration.ofSeconds(15);

    private final InstanceCatalog catalog;
    private final InstanceReader reader;
    private final Payloads payloads;
    private final Waits waits;

    InstanceLister(InstanceCatalog catalog, InstanceReader reader, Payloads payloads, Waits waits) {
        this.catalog = catalog;
        this.reader = reader;
        this.payloads = payloads;
        this.waits = waits;
    }

    InstancePage list(
            InstanceFilter filter, int top, boolean withInput, boolean withOutput, @Nullable String continuation) {
        if (!InstanceId.canBegin(filter.idPrefix())) {
            return new InstancePage(List.of(), null);
        }
        Duration deadline = waits.elapsed().plus(PATIENCE);
        Set<Detail> details = EnumSet.noneOf(Detail.class);
        if (withInput) {
            details.add(Detail.INPUT);
        }
        if (withOutput) {
            details.add(Detail.OUTPUT);
        }
        AnswerBudget budget = new AnswerBudget();
        List<Instance> found = new ArrayList<>();
        String next = continuation;
        do {
            Page page = catalog.read(filter, Math.min(top - found.size(), InstanceCatalog.MAX_PAGE), details, next);
            for (Iterator<CatalogEntry> entries = page.entries().iterator(); entries.hasNext(); ) {
                CatalogEntry entry = entries.next();
                shown(entry, withInput, withOutput)
                        .filter(instance -> filter.accepts(instance.seen()))
                        .ifPresent(instance -> add(instance, found, budget));
                // Each entry may have values that take a read each.
                if (entries.hasNext() && (budget.isUsedUp() || waits.elapsed().compareTo(deadline) >= 0)) {
                    return new InstancePage(found, catalog.continuationAfter(entry));
                }
            }
            next = page.continuation();
        } while (next != null
                && found.size() < top
                && !budget.isUsedUp()
                && waits.elapsed().compareTo(deadline) < 0);
        return new InstancePage(found, next);
    }

    private static void add(Instance instance, List<Instance> found, AnswerBudget budget) {
        found.add(instance);
        budget.use(instance);
    }

    /** The instance; empty if it was purged meanwhile. */
    private Optional<Instance> shown(CatalogEntry entry, boolean withInput, boolean withOutput) {
        try {
            return Optional.of(
                    instance(entry, payloads.load(entry.input()), payloads.load(entry.output()), entry.reason()));
        } catch (PayloadMissingException changed) {
            try {
                return reader.find(entry.key().instanceId(), withInput, withOutput);
            } catch (PayloadMissingException gone) {
                // An instance whose value somebody removed must not hide all others.
                return Optional.of(instance(entry, null, null, gone.getMessage()));
            }
        }
    }

    private static Instance instance(
            CatalogEntry entry, @Nullable String input, @Nullable String output, @Nullable String reason) {
        return new Instance(
                entry.name(),
                entry.key().instanceId(),
                entry.key().executionId(),
                entry.status(),
                input,
                entry.customStatus(),
                output,
                entry.createdAt(),
                entry.updatedAt(),
                entry.owner(),
                reason,
                entry.startAt(),
                entry.parent(),
                entry.waitingFor(),
                entry.codeVersion());
    }
}
