package dev.soliton.sim;

import dev.soliton.store.ExecutionKey;
import dev.soliton.store.InstanceRow;
import dev.soliton.store.QueuedRun;
import dev.soliton.store.RowChange;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Watches the queued runs.
 *
 * <ul>
 *   <li>A request is accepted once for a holder; under a key, once and for all.
 *   <li>When the holder ends, the run that was accepted last takes its place, and nothing else does.
 *   <li>A caller whose answer names a run gets one that was accepted, and that begins after the request.
 * </ul>
 */
final class QueuedRuns {
    private final LongSupplier time;
    private final Values values;
    private final Map<String, String> last = new HashMap<>();
    private final Set<String> accepted = new HashSet<>();
    private final Map<String, Set<String>> runsOf = new HashMap<>();
    private final Map<String, Long> begun = new HashMap<>();
    private final Map<String, String> told = new TreeMap<>();

    QueuedRuns(LongSupplier time, Values values) {
        this.time = time;
        this.values = values;
    }

    /** What is wrong with a write; null if nothing is. */
    @Nullable
    String troubleWith(
            String instanceId, Iterable<RowChange> changes, @Nullable InstanceRow before, @Nullable InstanceRow row) {
        for (RowChange change : changes) {
            if (change instanceof RowChange.QueueRun queue) {
                String token = values.tokenOf(queue.run());
                ExecutionKey holder =
                        new ExecutionKey(instanceId, queue.incarnation().executionId(), 0);
                if (!accepted.add(token + " after " + queue.incarnation().executionId())) {
                    return "the request '" + token + "' was let in twice";
                }
                String next = QueuedRun.keyAfter(holder).executionId();
                Set<String> runs = runsOf.computeIfAbsent(token, first -> new HashSet<>());
                runs.add(next);
                if (Asker.hasKey(token) && runs.size() > 1) {
                    return "the request '" + token + "' was let in for two holders: " + runs;
                }
                last.put(queue.incarnation().executionId(), token);
            }
        }
        if (before == null || row == null) {
            return null;
        }
        String holder = before.key().executionId();
        if (!before.status().isTerminal() && row.status().isTerminal()) {
            String carried = row.queuedRun() == null ? null : values.tokenOf(row.queuedRun());
            return Objects.equals(carried, last.get(holder))
                    ? null
                    : holder + " has ended with '" + carried + "' to follow, and not '" + last.get(holder) + "'";
        }
        if (!row.key().executionId().equals(holder) && before.queuedRun() != null) {
            boolean follows = row.key().equals(QueuedRun.keyAfter(before.key()))
                    && Objects.equals(values.tokenOf(row), last.get(holder));
            if (!follows) {
                return "after " + holder + " runs " + row.key() + ", and not '" + last.get(holder) + "'";
            }
            begun.put(row.key().executionId(), time.getAsLong());
            return null;
        }
        return before.queuedRun() != null && row.queuedRun() == null ? "what was to follow is gone: " + holder : null;
    }

    /** What is wrong with what a caller was told; null if nothing is. */
    @Nullable
    String toldOf(String token, String executionId, long askedAt) {
        told.put(executionId, token);
        if (!runsOf.getOrDefault(token, Set.of()).contains(executionId)) {
            return "the request '" + token + "' was told of " + executionId + ", and was not let in for that";
        }
        Long since = begun.get(executionId);
        return since != null && since < askedAt
                ? "the request '" + token + "' was told of " + executionId + ", which had begun before"
                : null;
    }

    /** What somebody was told of and never began; null if all did. */
    @Nullable
    String missing() {
        return told.entrySet().stream()
                .filter(entry -> !begun.containsKey(entry.getKey()))
                .map(entry -> "'" + entry.getValue() + "' was told of " + entry.getKey() + ", which never began")
                .findFirst()
                .orElse(null);
    }
}
