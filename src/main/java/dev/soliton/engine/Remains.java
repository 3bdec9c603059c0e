package dev.soliton.engine;

import dev.soliton.instance.Arrival;
import dev.soliton.instance.InboxItem;
import dev.soliton.instance.InstanceRow;
import dev.soliton.instance.JournalRow;
import dev.soliton.instance.Partition;
import dev.soliton.instance.Payload;
import dev.soliton.instance.Payloads;
import dev.soliton.instance.RowChange;
import dev.soliton.instance.StorageException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * What earlier executions and generations of an instance have left, as a read shows it, or a turn that died while it wrote
 * the next generation.
 *
 * @param rows what removes the rows
 * @param executions the earlier executions of which there is a row that names values which are kept apart
 */
record Remains(List<RowChange> rows, Set<String> executions) {
    static final Remains NONE = new Remains(List.of(), Set.of());

    static Remains of(InstanceRow row, Partition state, Payloads payloads) {
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
        for (Arrival arrival : state.inbox()) {
            if (!arrival.row().executionId().equals(row.key().executionId())) {
                rows.add(new RowChange.DeleteInbox(
                        arrival.row().executionId(), arrival.row().key()));
                if (isKeptApart(arrival.row().item())) {
                    executions.add(arrival.row().executionId());
                }
            }
        }
        return new Remains(rows, executions);
    }

    /** Whether a value of it is kept apart. Only of what an execution that failed would be told of yet, values are left. */
    private static boolean isKeptApart(InboxItem item) {
        return item instanceof InboxItem.Event event
                ? event.input() instanceof Payload.Stored
                : item instanceof InboxItem.ChildEnded end
                        && (end.result() instanceof Payload.Stored || end.failure() instanceof Payload.Stored);
    }

    /**
     * Removes the values of earlier executions, while the rows are there that lead to them. Only for who has claimed the
     * instance as it was read: else one that seems to be an earlier execution could be a later one. If it fails, a purge
     * of the instance finds them.
     */
    void discardValues(String instanceId, Payloads payloads) {
        try {
            executions.forEach(executionId -> payloads.discardAll(instanceId, executionId));
        } catch (StorageException harmless) {
            // Nobody will ever read them.
        }
    }
}
