package dev.soliton.sim;

import dev.soliton.store.StuckScan;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The search of all instances, as a process sees it over the wire: page by page, while others act. */
final class SimScan implements StuckScan {
    private final SimProcess process;
    private final Wire wire;
    private final StuckScan rows;

    SimScan(SimProcess process, Wire wire, StuckScan rows) {
        this.process = process;
        this.wire = wire;
        this.rows = rows;
    }

    @Override
    public @Nullable String scan(Instant before, @Nullable String from, Consumer<Found> finder) {
        List<Found> page = wire.call(new Call(process, Call.Verb.SCAN, "", before), () -> {
            List<Found> found = new ArrayList<>();
            rows.scan(before, null, found::add);
            return found;
        });
        page.forEach(finder);
        return null;
    }
}
