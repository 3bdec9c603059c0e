package dev.soliton.engine.commit;

import dev.soliton.store.InboxEntry;
import dev.soliton.store.InboxItem;
import dev.soliton.store.InstanceRow;
import dev.soliton.store.JournalRow;
import dev.soliton.store.Partition;
import dev.soliton.store.Payload;
import dev.soliton.store.Payloads;
import dev.soliton.store.RowChange;
import dev.soliton.store.StorageException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * The rows that earlier executions and generations of an instance left behind, as a read shows them, and the rows of a
 * turn that died while it wrote the next generation.
 *
 * @param rows the removals of these rows
 * @param executions the earlier executions that have a row which names payloads in blobs
 */
public record StaleRows(List<RowChange> rows, Set<String> executions) {
    public static final StaleRows NONE = new StaleRows(List.of(), Set.of());

    public static StaleRows of(InstanceRow row, Partition state, Payloads payloads) {
        List<RowChange> rows = new ArrayList<>();
        Set<String> executions = new TreeSet<>();
        for (JournalRow written : state.journal()) {
            if (!written.key().equals(row.key())) {
                rows.add(new RowChange.DeleteJournal(written.key(), written.number()));
                String executionId = written.key().executionId();
                if (!executionId.equals(row.key().executionId())
                        && payloads.areNamedIn(written.events(), row.key().instanceId(), executionId)) {
                    executions.add(executionId);
                }
            }
        }
        for (InboxEntry entry : state.inbox()) {
            if (!entry.row().executionId().equals(row.key().executionId())) {
                rows.add(new RowChange.DeleteInbox(
                        entry.row().executionId(), entry.row().key()));
                if (isKeptApart(entry.row().item())) {
                    executions.add(entry.row().executionId());
                }
            }
        }
        return new StaleRows(rows, executions);
    }

    /**
     * Whether a payload of the item is in a blob. Only items that a failed execution has not received yet leave
     * payloads behind.
     */
    private static boolean isKeptApart(InboxItem item) {
        return item instanceof InboxItem.Event event
                ? event.input() instanceof Payload.Stored
                : item instanceof InboxItem.ChildEnded end
                        && (end.result() instanceof Payload.Stored || end.failure() instanceof Payload.Stored);
    }

    /**
     * Removes the payloads of earlier executions, while the rows that name them are still there. The caller must have
     * claimed the instance as it was read: otherwise an execution that seems to be an earlier one could be a later one.
     * If the removal fails, a purge of the instance finds the payloads.
     */
    public void discardValues(String instanceId, Payloads payloads) {
        try {
            executions.forEach(executionId -> payloads.discardAll(instanceId, executionId));
        } catch (StorageException harmless) {
            // Nobody will ever read them.
        }
    }
}
