package dev.soliton.client;

import dev.soliton.store.CatalogEntry;
import java.util.Comparator;

/** The order of a list that is not the storage's. */
public enum InstanceOrder {
    /** The ones first that were accepted first. */
    CREATED(Comparator.comparing(CatalogEntry::createdAt)),
    /** The ones first that were accepted last. */
    CREATED_LAST(Comparator.comparing(CatalogEntry::createdAt).reversed()),
    /** The ones first that have not changed for longest. */
    UPDATED(Comparator.comparing(CatalogEntry::updatedAt)),
    /** The ones first that changed last. */
    UPDATED_LAST(Comparator.comparing(CatalogEntry::updatedAt).reversed());

    @SuppressWarnings("ImmutableEnumChecker") // what compares two instants has no state
    private final Comparator<CatalogEntry> comparator;

    InstanceOrder(Comparator<CatalogEntry> comparator) {
        this.comparator = comparator;
    }

    /** How two instances are compared; those of the same time by their IDs. */
    Comparator<CatalogEntry> comparator() {
        return comparator.thenComparing(entry -> entry.key().instanceId());
    }
}
