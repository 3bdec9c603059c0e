package dev.soliton.client;

import dev.soliton.orchestration.PublicApi;
import dev.soliton.store.CatalogEntry;
import java.util.Comparator;

/** The order of a sorted list. */
@PublicApi
public enum InstanceOrder {
    /** By time of acceptance, the earliest first. */
    CREATED(Comparator.comparing(CatalogEntry::createdAt)),
    /** By time of acceptance, the latest first. */
    CREATED_LAST(Comparator.comparing(CatalogEntry::createdAt).reversed()),
    /** By time of the last change, the earliest first. */
    UPDATED(Comparator.comparing(CatalogEntry::updatedAt)),
    /** By time of the last change, the latest first. */
    UPDATED_LAST(Comparator.comparing(CatalogEntry::updatedAt).reversed());

    @SuppressWarnings("ImmutableEnumChecker") // a comparator of instants has no state
    private final Comparator<CatalogEntry> comparator;

    InstanceOrder(Comparator<CatalogEntry> comparator) {
        this.comparator = comparator;
    }

    /** Compares two instances; those of the same time by their IDs. */
    Comparator<CatalogEntry> comparator() {
        return comparator.thenComparing(entry -> entry.key().instanceId());
    }
}
