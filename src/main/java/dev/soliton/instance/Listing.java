package dev.soliton.instance;

import dev.soliton.instance.InstanceCatalog.Detail;
import dev.soliton.instance.InstanceCatalog.Page;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Lists instances, as many at a time as the caller wants, and for no longer than a caller waits: where few of many
 * instances are looked for, a part of the list can have few entries, or none, and still not be the last.
 */
final class Listing {
    /** How long a part of a list is put together, before the caller gets what there is. */
    static final Duration PATIENCE = Duration.ofSeconds(15);

    private final InstanceCatalog catalog;
    private final Looks looks;
    private final Payloads payloads;
    private final Waits waits;

    Listing(InstanceCatalog catalog, Looks looks, Payloads payloads, Waits waits) {
        this.catalog = catalog;
        this.looks = looks;
        this.payloads = payloads;
        this.waits = waits;
    }

    InstancePage list(InstanceFilter filter, int top, boolean withInput, @Nullable String continuation) {
        if (!InstanceId.canBegin(filter.idPrefix())) {
            return new InstancePage(List.of(), null);
        }
        Duration deadline = waits.elapsed().plus(PATIENCE);
        Set<Detail> details = withInput ? EnumSet.allOf(Detail.class) : EnumSet.of(Detail.OUTPUT);
        List<Instance> found = new ArrayList<>();
        String next = continuation;
        do {
            Page page = catalog.read(filter, Math.min(top - found.size(), InstanceCatalog.MAX_PAGE), details, next);
            page.entries().forEach(entry -> shown(entry, withInput)
                    .filter(instance -> filter.accepts(InstanceFilter.Seen.of(instance)))
                    .ifPresent(found::add));
            next = page.continuation();
        } while (next != null && found.size() < top && waits.elapsed().compareTo(deadline) < 0);
        return new InstancePage(found, next);
    }

    /** The instance; empty if it was purged meanwhile. */
    private Optional<Instance> shown(CatalogEntry entry, boolean withInput) {
        try {
            return Optional.of(
                    instance(entry, payloads.load(entry.input()), payloads.load(entry.output()), entry.reason()));
        } catch (PayloadMissingException changed) {
            try {
                return looks.find(entry.key().instanceId(), withInput);
            } catch (PayloadMissingException gone) {
                // One instance that somebody took a value from is not to hide all others.
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
                entry.parent());
    }
}
