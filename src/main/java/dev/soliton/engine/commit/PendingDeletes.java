package dev.soliton.engine.commit;

import dev.soliton.store.ExecutionKey;
import dev.soliton.store.InstanceStore;
import dev.soliton.store.RowChange;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/** Removals of rows that nobody needs. They go along with other writes, where these have room. */
final class PendingDeletes {
    /** Each is held once: one write cannot remove a row twice. */
    private final Set<RowChange> removals;

    PendingDeletes(List<RowChange> removals) {
        this.removals = new LinkedHashSet<>(removals);
    }

    boolean isEmpty() {
        return removals.isEmpty();
    }

    boolean contains(RowChange removal) {
        return removals.contains(removal);
    }

    void add(RowChange removal) {
        removals.add(removal);
    }

    /** The first of them, at most the given number. */
    List<RowChange> some(int most) {
        return removals.stream().limit(Math.max(0, most)).toList();
    }

    /** Takes out the first of them, as many as fit into one write. */
    List<RowChange> take() {
        List<RowChange> some = some(InstanceStore.MAX_CHANGES);
        removeAll(some);
        return some;
    }

    void removeAll(List<RowChange> removed) {
        removed.forEach(removals::remove);
    }

    void removeIf(Predicate<RowChange> unwanted) {
        removals.removeIf(unwanted);
    }

    /** Whether a removal is of a row of another execution than the given one. */
    static boolean isOfAnother(RowChange removal, ExecutionKey key) {
        String executionId = removal instanceof RowChange.DeleteJournal journal
                ? journal.key().executionId()
                : removal instanceof RowChange.DeleteInbox inbox ? inbox.executionId() : key.executionId();
        return !executionId.equals(key.executionId());
    }

    /** Whether there are rows of that generation's journal among them. */
    boolean hasJournalOf(ExecutionKey key) {
        return removals.stream()
                .anyMatch(removal -> removal instanceof RowChange.DeleteJournal delete
                        && delete.key().equals(key));
    }
}
