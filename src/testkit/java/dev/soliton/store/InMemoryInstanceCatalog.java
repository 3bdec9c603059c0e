package dev.soliton.store;

import dev.soliton.client.Instance;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The catalog of an instance store in memory. Like the real one it looks at so many instances for a page, whether or not
 * they pass the filter, if the test says so.
 */
public final class InMemoryInstanceCatalog implements InstanceCatalog {
    private final InMemoryInstanceStore store;
    private int seenAtOnce = Integer.MAX_VALUE;
    private Runnable before = () -> {};

    public InMemoryInstanceCatalog(InMemoryInstanceStore store) {
        this.store = store;
    }

    /** Lets a page end after so many instances, of whatever kind. */
    public void seeAtOnce(int instances) {
        seenAtOnce = instances;
    }

    /** What happens before each page. */
    public void beforePages(Runnable action) {
        before = action;
    }

    @Override
    public Page read(InstanceFilter filter, int limit, Set<Detail> details, @Nullable String continuation) {
        if (limit < 1 || limit > MAX_PAGE) {
            throw new IllegalArgumentException("A page has 1 to " + MAX_PAGE + " entries, not " + limit + ".");
        }
        if (continuation != null && !continuation.startsWith("after ")) {
            throw new InvalidContinuationException(null);
        }
        before.run();
        String after = continuation == null ? "" : continuation.substring("after ".length());
        List<InstanceRow> rest = store.instances().stream()
                .filter(row -> row.key().instanceId().compareTo(after) > 0)
                .toList();
        Page page = new Page(List.of(), null);
        int seen = 0;
        for (InstanceRow row : rest) {
            InstanceRow accepted = filter.accepts(InstanceFilter.Seen.of(row)) ? row : null;
            List<CatalogEntry> entries = Stream.concat(
                            page.entries().stream(), Stream.ofNullable(accepted).map(some -> entry(some, details)))
                    .toList();
            seen++;
            boolean isLast = seen == rest.size();
            page = new Page(entries, isLast ? null : "after " + row.key().instanceId());
            if (entries.size() == limit || seen == seenAtOnce) {
                return page;
            }
        }
        return page;
    }

    @Override
    public String continuationAfter(CatalogEntry entry) {
        return "after " + entry.key().instanceId();
    }

    @Override
    public List<PurgeableRow> purgeableRows(String instanceId) {
        return store.remnants(instanceId);
    }

    private static CatalogEntry entry(InstanceRow row, Set<Detail> details) {
        return new CatalogEntry(
                row.name(),
                row.key(),
                row.status(),
                row.ownership().owner(),
                details.contains(Detail.INPUT) ? row.values().input() : null,
                details.contains(Detail.OUTPUT) ? row.values().output() : null,
                row.values().customStatus(),
                row.values().reason(),
                row.createdAt(),
                row.updatedAt(),
                row.startAt(),
                Instance.of(row, null, null).parent(),
                row.values().waitingFor(),
                row.progress().codeVersion());
    }
}
