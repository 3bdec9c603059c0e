package dev.soliton.sim;

import dev.soliton.store.InboxItem;
import dev.soliton.store.InstanceRow;
import dev.soliton.store.RowChange;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What is promised of those who are to end with all that they have called.
 *
 * <ul>
 *   <li>When one has ended, each that it called has ended, or is told to end with all that it has called in turn.
 *   <li>None that it called begins after that.
 *   <li>What an earlier generation of it called and did not wait for is on its own.
 * </ul>
 *
 * <p>So all that come from it end. One that had ended and was then rewound by itself is on its own: its caller was told of
 * its end before. One that goes on since its caller was rewound is the caller's again.
 */
final class Family {
    private final Function<String, @Nullable InstanceRow> rows;
    private final Map<String, Map<String, String>> children = new HashMap<>();
    private final Set<String> told = new HashSet<>();
    private final Map<String, Integer> over = new HashMap<>();
    private boolean mayBeUnread;

    /**
     * Makes one that knows nothing yet.
     *
     * @param rows the row of an instance; null for none
     */
    Family(Function<String, @Nullable InstanceRow> rows) {
        this.rows = rows;
    }

    /**
     * What has come in may be left unread when an execution ends, as it is not in a table whose gate has changed where not
     * all of an inbox could be read.
     */
    void mayLeaveUnread() {
        mayBeUnread = true;
    }

    /** What is wrong with a write; null if nothing is. */
    @Nullable
    String troubleWith(Iterable<RowChange> changes, @Nullable InstanceRow before, @Nullable InstanceRow row) {
        for (RowChange change : changes) {
            if (change instanceof RowChange.InsertInbox insert
                    && insert.row().item() instanceof InboxItem.Terminate end
                    && end.recursive()) {
                told.add(insert.row().executionId());
            }
        }
        if (row == null) {
            return null;
        }
        String executionId = row.key().executionId();
        if (before == null || !before.key().executionId().equals(executionId)) {
            return begun(row);
        }
        if (row.rewinds() > before.rewinds()) {
            told.remove(executionId);
            over.remove(executionId);
            if (row.parent() != null && !row.parent().equals(before.parent())) {
                // It goes on for a call that its parent makes again, and belongs to that as one that begins.
                return begun(row);
            }
            children.values().forEach(called -> called.remove(executionId));
        }
        return row.status().isTerminal() && !before.status().isTerminal() && told.contains(executionId) && !mayBeUnread
                ? ended(executionId, row.key().generation())
                : null;
    }

    private @Nullable String begun(InstanceRow row) {
        if (row.parent() == null) {
            return null;
        }
        String parent = row.parent().key().executionId();
        children.computeIfAbsent(parent, first -> new TreeMap<>())
                .put(row.key().executionId(), row.key().instanceId());
        Integer last = over.get(parent);
        return last != null && row.parent().key().generation() >= last
                ? row.key() + " begins, which " + parent + " called, and had to take along"
                : null;
    }

    private @Nullable String ended(String executionId, int generation) {
        over.put(executionId, generation);
        for (Map.Entry<String, String> child :
                children.getOrDefault(executionId, Map.of()).entrySet()) {
            InstanceRow row = rows.apply(child.getValue());
            // What an earlier generation left behind is on its own.
            if (row != null
                    && row.parent() != null
                    && row.parent().key().generation() >= generation
                    && row.key().executionId().equals(child.getKey())
                    && !row.status().isTerminal()
                    && !told.contains(child.getKey())) {
                return executionId + " has ended, and does not take along " + row.key();
            }
        }
        return null;
    }
}
