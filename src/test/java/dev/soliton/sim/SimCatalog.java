package dev.soliton.sim;

import dev.soliton.store.CatalogEntry;
import dev.soliton.store.InstanceCatalog;
import dev.soliton.store.InstanceFilter;
import dev.soliton.store.PurgeableRow;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The catalog, as a process sees it over the wire. */
final class SimCatalog implements InstanceCatalog {
    private final SimProcess process;
    private final Wire wire;
    private final InstanceCatalog catalog;

    SimCatalog(SimProcess process, Wire wire, InstanceCatalog catalog) {
        this.process = process;
        this.wire = wire;
        this.catalog = catalog;
    }

    @Override
    public Page read(InstanceFilter filter, int limit, Set<Detail> details, @Nullable String continuation) {
        return wire.call(
                new Call(process, Call.Verb.SCAN, "", null), () -> catalog.read(filter, limit, details, continuation));
    }

    @Override
    public String continuationAfter(CatalogEntry entry) {
        return catalog.continuationAfter(entry);
    }

    @Override
    public List<PurgeableRow> purgeableRows(String instanceId) {
        return wire.call(new Call(process, Call.Verb.SCAN, instanceId, null), () -> catalog.purgeableRows(instanceId));
    }
}
