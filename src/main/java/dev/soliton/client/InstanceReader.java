package dev.soliton.client;

import dev.soliton.client.QueuedStarts.Holder;
import dev.soliton.store.ExecutionKey;
import dev.soliton.store.InstanceRow;
import dev.soliton.store.InstanceStore;
import dev.soliton.store.PayloadMissingException;
import dev.soliton.store.Payloads;
import dev.soliton.store.QueuedRun;
import dev.soliton.store.Versioned;
import java.util.Optional;

/** Reads single instances, with their values. */
final class InstanceReader {
    /** How often a queued run is read if its input changes meanwhile. */
    private static final int READS = 3;

    private final InstanceStore store;
    private final Payloads payloads;

    InstanceReader(InstanceStore store, Payloads payloads) {
        this.store = store;
        this.payloads = payloads;
    }

    Optional<Instance> find(String instanceId, boolean withInput) {
        return find(instanceId, withInput, true);
    }

    Optional<Instance> find(String instanceId, boolean withInput, boolean withOutput) {
        Optional<Versioned<InstanceRow>> found = store.findRow(instanceId);
        try {
            return found.map(instance -> shown(instance.row(), withInput, withOutput));
        } catch (PayloadMissingException gone) {
            // An instance that went on to its next generation meanwhile has dropped the input of the generation that
            // was read.
            Optional<Versioned<InstanceRow>> now = store.findRow(instanceId);
            if (now.equals(found)) {
                throw gone;
            }
            return now.map(instance -> shown(instance.row(), withInput, withOutput));
        }
    }

    /** The execution of that ID, if it is the current one, or the queued run. */
    Optional<Instance> find(String instanceId, String executionId, boolean withInput) {
        Optional<Instance> present = find(instanceId, withInput);
        if (present.isEmpty() || present.get().executionId().equals(executionId)) {
            return present;
        }
        for (int read = 1; ; read++) {
            Holder holder = Holder.of(store.loadWithoutJournal(instanceId)).orElse(null);
            if (holder == null) {
                return Optional.empty();
            }
            ExecutionKey next = QueuedRun.keyAfter(holder.row().key());
            QueuedRun run = holder.queuedRun();
            if (run == null || !next.executionId().equals(executionId)) {
                // The queued run may have begun between the two reads.
                return find(instanceId, withInput)
                        .filter(now -> now.executionId().equals(executionId));
            }
            try {
                return Optional.of(Instance.of(run, next, withInput ? payloads.load(run.input()) : null));
            } catch (PayloadMissingException replaced) {
                // Another caller has queued the run with another input meanwhile.
                if (read == READS) {
                    throw replaced;
                }
            }
        }
    }

    private Instance shown(InstanceRow row, boolean withInput, boolean withOutput) {
        InstanceRow.Values values = row.values();
        return Instance.of(
                row,
                withInput ? payloads.load(values.input()) : null,
                withOutput ? payloads.load(values.output()) : null);
    }
}
