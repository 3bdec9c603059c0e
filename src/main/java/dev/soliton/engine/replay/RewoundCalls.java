package dev.soliton.engine.replay;

import dev.soliton.engine.journal.JournalEvent;
import dev.soliton.engine.journal.JournalEvent.ExecutionCompleted;
import dev.soliton.engine.journal.JournalEvent.SubOrchestrationFailed;
import dev.soliton.engine.journal.JournalEvent.TaskFailed;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The calls that rewinds have discarded, by the numbers of their requests. An orchestrator that makes such a call again
 * makes a new request, with a new number. It is recorded behind the rewind that discarded the old one.
 */
final class RewoundCalls {
    private final Map<Integer, Integer> firsts = new HashMap<>();
    private final Map<Integer, List<Integer>> calls = new HashMap<>();
    private final Set<Integer> all = new HashSet<>();

    /**
     * Discards the failed calls that the end of a segment names as its cause.
     *
     * @param rewind which rewind discards them, from 0
     */
    void discard(List<JournalEvent> segment, int rewind) {
        for (List<Integer> call : failedCalls(segment)) {
            if (!call.isEmpty()) {
                firsts.put(call.get(0), rewind);
                calls.put(call.get(0), call);
                all.addAll(call);
            }
        }
    }

    private static List<List<Integer>> failedCalls(List<JournalEvent> segment) {
        List<List<Integer>> singly = new ArrayList<>();
        List<List<Integer>> calls = null;
        for (JournalEvent event : segment) {
            if (event instanceof TaskFailed failed) {
                singly.add(List.of(failed.id()));
            } else if (event instanceof SubOrchestrationFailed failed) {
                singly.add(List.of(failed.id()));
            } else if (event instanceof ExecutionCompleted end) {
                calls = end.failedCalls();
            }
        }
        // An end without the calls was written by an earlier version, or had too many to name.
        return calls == null ? singly : calls;
    }

    /** Whether the request of that number belongs to a discarded call. */
    boolean has(int id) {
        return all.contains(id);
    }

    /** Whether the request follows from the failure of an earlier one of its call: a pause, or a further attempt. */
    boolean isRepeat(int id) {
        return all.contains(id) && !firsts.containsKey(id);
    }

    /** The numbers of all requests of the discarded call whose first request has that number. */
    List<Integer> requestsOf(int id) {
        return calls.getOrDefault(id, List.of());
    }

    /** The rewind, from 0, that has discarded the call whose first request has that number; null if none has. */
    @Nullable
    Integer rewindOf(int id) {
        return firsts.get(id);
    }
}
