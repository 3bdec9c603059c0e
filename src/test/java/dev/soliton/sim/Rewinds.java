package dev.soliton.sim;

import dev.soliton.client.RewindOutcome;
import dev.soliton.store.InboxItem;
import dev.soliton.store.InstanceRow;
import dev.soliton.store.RowChange;
import dev.soliton.store.RuntimeStatus;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What is promised of rewinds.
 *
 * <ul>
 *   <li>Only what has failed, and was released, goes on; and only by a rewind.
 *   <li>Of several who rewind one failure, one is told so; another only if it was not answered for a while, so that it
 *       may have been the one.
 *   <li>A step that has completed does not run again, whatever its execution was rewound for.
 * </ul>
 */
final class Rewinds {
    private final LongSupplier time;
    private final Values values;
    private final Map<String, Integer> counts = new HashMap<>();
    private final Map<String, List<Made>> made = new HashMap<>();
    private final Set<String> unanswered = new HashSet<>();
    private final Map<String, String> steps = new HashMap<>();
    private final Set<String> done = new HashSet<>();

    /** A rewind that was written. */
    private record Made(@Nullable String reason, long at) {}

    Rewinds(LongSupplier time, Values values) {
        this.time = time;
        this.values = values;
    }

    /** How often those were rewound that belong to the start of that token: its instance, and all that this called. */
    int countOf(String token) {
        return counts.getOrDefault(root(token), 0);
    }

    private static String root(String token) {
        int end = token.indexOf('/');
        return end < 0 ? token : token.substring(0, end);
    }

    /** What is wrong with a write; null if nothing is. */
    @Nullable
    String troubleWith(Iterable<RowChange> changes, @Nullable InstanceRow before, @Nullable InstanceRow row) {
        InboxItem.Rewind rewind = rewindOf(changes);
        if (before == null
                || row == null
                || !before.key().executionId().equals(row.key().executionId())) {
            return rewind == null ? null : "what is rewound is not there: " + before;
        }
        boolean goesOn = before.status().isTerminal() && !row.status().isTerminal();
        if (rewind == null) {
            return goesOn ? "one that has ended goes on: " + before : null;
        }
        if (!goesOn
                || before.status() != RuntimeStatus.FAILED
                || before.ownership().owner() != null
                || before.queuedRun() != null) {
            return "what is rewound had not failed: " + before;
        }
        if (row.rewinds() != before.rewinds() + 1) {
            return "a rewind is not counted: " + row;
        }
        made.computeIfAbsent(row.key().executionId(), first -> new ArrayList<>())
                .add(new Made(rewind.reason(), time.getAsLong()));
        String token = values.tokenOf(row);
        if (token != null) {
            counts.merge(root(token), 1, Integer::sum);
        }
        return null;
    }

    static InboxItem.@Nullable Rewind rewindOf(Iterable<RowChange> changes) {
        for (RowChange change : changes) {
            if (change instanceof RowChange.InsertInbox insert
                    && insert.row().item() instanceof InboxItem.Rewind rewind) {
                return rewind;
            }
        }
        return null;
    }

    /** A write was not answered. */
    void unanswered(Iterable<RowChange> changes) {
        InboxItem.Rewind rewind = rewindOf(changes);
        if (rewind != null && rewind.reason() != null) {
            unanswered.add(rewind.reason());
        }
    }

    /** What is wrong with what was told to somebody who began to ask for a rewind then; null if nothing is. */
    @Nullable
    String toldOf(String reason, RewindOutcome outcome, long askedAt) {
        if (!(outcome instanceof RewindOutcome.Rewound rewound)) {
            return null;
        }
        List<Made> since = made.getOrDefault(rewound.executionId(), List.of()).stream()
                .filter(rewind -> rewind.at() >= askedAt)
                .toList();
        boolean isOwn = since.stream().anyMatch(rewind -> Objects.equals(rewind.reason(), reason));
        return isOwn || (unanswered.contains(reason) && !since.isEmpty())
                ? null
                : "the rewind '" + reason + "' was told " + rewound.executionId() + ", which was rewound by " + since;
    }

    /** What is wrong with the beginning of a step; null if nothing is. */
    @Nullable
    String troubleWithStep(String taskId, String step) {
        steps.put(taskId, step);
        return done.contains(step) ? "a step that has completed is run again: " + step + " as " + taskId : null;
    }

    /** The step of that task has completed. */
    void completed(String taskId) {
        String step = steps.get(taskId);
        if (step != null) {
            done.add(step);
        }
    }
}
