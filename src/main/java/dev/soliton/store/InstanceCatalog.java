package dev.soliton.store;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The port that lists all instances of the hub, in the order of the storage.
 *
 * <p>A listing shows each instance that is there from its beginning to its end, as it is when its page is read.
 */
public interface InstanceCatalog {
    /** The most entries of a page: the limit of an Azure table query. */
    int MAX_PAGE = 1_000;

    /**
     * Reads the next page, with one request.
     *
     * @param limit how many entries it may have, 1 to {@link #MAX_PAGE}; it may have fewer, even none, without being the last
     * @param details what else than its place in the catalog is wanted of an entry
     * @param continuation where the page before said that it goes on; null for the first page
     * @throws InvalidContinuationException if no page can have said that
     * @throws StorageException if the storage failed
     */
    Page read(InstanceFilter filter, int limit, Set<Detail> details, @Nullable String continuation);

    /** Where a page begins that follows an entry, wherever the page of that has ended. */
    String continuationAfter(CatalogEntry entry);

    /**
     * Lists the rows of one instance that can be left when its executions are over: all but the instance row and the gates
     * of executions that live.
     *
     * @throws StorageException if the storage failed
     */
    List<PurgeableRow> purgeableRows(String instanceId);

    /** What an entry can leave out, because it can be long. */
    enum Detail {
        INPUT,
        OUTPUT
    }

    /**
     * A part of the catalog.
     *
     * @param continuation where the next page begins; null after the last one
     */
    record Page(List<CatalogEntry> entries, @Nullable String continuation) {
        public Page {
            entries = List.copyOf(entries);
        }
    }
}
