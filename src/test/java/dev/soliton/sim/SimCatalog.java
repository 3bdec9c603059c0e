package dev.soliton.sim;

import dev.soliton.instance.CatalogEntry;
import dev.soliton.instance.InstanceCatalog;
import dev.soliton.instance.InstanceFilter;
import dev.soliton.instance.Remnant;
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
    public String continuationBehind(CatalogEntry entry) {
        return catalog.continuationBehind(entry);
    }

    @Override
    public List<Remnant> remnants(String instanceId) {
        return wire.call(new Call(process, Call.Verb.SCAN, instanceId, null), () -> catalog.remnants(instanceId));
    }
}
