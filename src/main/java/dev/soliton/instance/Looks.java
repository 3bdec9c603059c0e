package dev.soliton.instance;

import java.util.Optional;

/** Looks at instances one by one, with their values. */
final class Looks {
    private final InstanceStore store;
    private final Payloads payloads;

    Looks(InstanceStore store, Payloads payloads) {
        this.store = store;
        this.payloads = payloads;
    }

    Optional<Instance> find(String instanceId, boolean withInput) {
        Optional<Versioned<InstanceRow>> found = store.find(instanceId);
        try {
            return found.map(instance -> shown(instance.row(), withInput));
        } catch (PayloadMissingException gone) {
            // An instance that went on to its next generation meanwhile has dropped the input of the one that was read.
            Optional<Versioned<InstanceRow>> now = store.find(instanceId);
            if (now.equals(found)) {
                throw gone;
            }
            return now.map(instance -> shown(instance.row(), withInput));
        }
    }

    private Instance shown(InstanceRow row, boolean withInput) {
        InstanceRow.Values values = row.values();
        return Instance.of(row, withInput ? payloads.load(values.input()) : null, payloads.load(values.output()));
    }
}
