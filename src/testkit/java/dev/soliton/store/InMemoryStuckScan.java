package dev.soliton.store;

import java.time.Instant;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The search of the instances in memory. */
public final class InMemoryStuckScan implements StuckScan {
    private final InMemoryInstanceStore store;

    public InMemoryStuckScan(InMemoryInstanceStore store) {
        this.store = store;
    }

    @Override
    public @Nullable String scan(Instant before, @Nullable String from, Consumer<Found> finder) {
        for (String instanceId : store.instanceIds()) {
            store.findRow(instanceId).map(Versioned::row).ifPresent(row -> {
                String owner = row.ownership().owner();
                if (owner != null || stands(row, row.progress().nextDue(), before)) {
                    finder.accept(new Found(row.key(), owner, false));
                }
            });
            for (InboxEntry entry : store.loadWithoutJournal(instanceId).inbox()) {
                if (entry.at().isBefore(before)) {
                    store.findRow(instanceId)
                            .ifPresent(row -> finder.accept(new Found(row.row().key(), null, true)));
                }
            }
        }
        return null;
    }

    private static boolean stands(InstanceRow row, @Nullable Instant due, Instant before) {
        if (due != null) {
            return due.isBefore(before);
        }
        return row.status() == RuntimeStatus.PENDING && row.updatedAt().isBefore(before);
    }
}
