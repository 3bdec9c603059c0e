package dev.soliton.store;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** A store like another, for those that do one thing otherwise. */
public class ForwardingInstanceStore implements InstanceStore {
    private final InstanceStore store;

    public ForwardingInstanceStore(InstanceStore store) {
        this.store = store;
    }

    @Override
    public Instant serviceTime() {
        return store.serviceTime();
    }

    @Override
    public Optional<Versioned<InstanceRow>> findRow(String instanceId) {
        return store.findRow(instanceId);
    }

    @Override
    public Optional<Receipt> findReceipt(String instanceId, String key) {
        return store.findReceipt(instanceId, key);
    }

    @Override
    public Partition load(String instanceId) {
        return store.load(instanceId);
    }

    @Override
    public Partition loadWithoutJournal(String instanceId) {
        return store.loadWithoutJournal(instanceId);
    }

    @Override
    public WriteOutcome write(String instanceId, List<RowChange> changes) {
        return store.write(instanceId, changes);
    }
}
