package dev.soliton.engine.replay;

import dev.soliton.orchestration.CompositeTaskFailedException;
import dev.soliton.orchestration.TaskFailedException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Deque;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The calls of a run that have failed and were not made again. A rewind may discard their failures. */
final class FailedCalls {
    /**
     * The end of an execution records at most this many numbers. If there are more, a rewind infers the calls from the
     * journal.
     */
    private static final int MAX_NUMBERS = 2_000;

    private final Map<Integer, List<Integer>> calls = new TreeMap<>();
    private final Set<Integer> unseen = new HashSet<>();

    /**
     * Notes a failure.
     *
     * @param id the number of the request that failed
     * @param requests the numbers of all requests of the call; the list may still grow
     */
    void add(int id, List<Integer> requests) {
        calls.put(id, requests);
        unseen.add(id);
    }

    /** Notes that the call is made again. */
    void remove(int id) {
        calls.remove(id);
        unseen.remove(id);
    }

    /** Notes that the orchestrator has received the failure. */
    void seen(int id) {
        unseen.remove(id);
    }

    /**
     * The calls that a rewind makes again, so that the exception is not thrown again: the calls that caused it, and
     * those whose failure the orchestrator had not received yet. If no known call caused it, all of them.
     *
     * @return the numbers of the requests of each call; null if they are too many
     */
    @Nullable
    List<List<Integer>> callsToRepeat(Throwable thrown) {
        Set<Integer> causes = causes(thrown);
        causes.retainAll(calls.keySet());
        List<List<Integer>> repeated = new ArrayList<>();
        int numbers = 0;
        for (Map.Entry<Integer, List<Integer>> call : calls.entrySet()) {
            if (causes.isEmpty() || causes.contains(call.getKey()) || unseen.contains(call.getKey())) {
                repeated.add(List.copyOf(call.getValue()));
                numbers += call.getValue().size();
            }
        }
        return numbers > MAX_NUMBERS ? null : repeated;
    }

    private static Set<Integer> causes(Throwable thrown) {
        Set<Integer> ids = new HashSet<>();
        Set<Throwable> visited = Collections.newSetFromMap(new IdentityHashMap<>());
        Deque<Throwable> left = new ArrayDeque<>(List.of(thrown));
        while (!left.isEmpty()) {
            Throwable next = left.pop();
            if (!visited.add(next)) {
                continue;
            }
            if (next instanceof TaskFailedException failed) {
                ids.add(failed.getTaskId());
            }
            parts(next).stream().filter(Objects::nonNull).forEach(left::push);
        }
        return ids;
    }

    private static List<Throwable> parts(Throwable whole) {
        List<Throwable> parts = new ArrayList<>();
        try {
            if (whole instanceof CompositeTaskFailedException failed) {
                parts.addAll(failed.getExceptions());
            }
            parts.addAll(Arrays.asList(whole.getSuppressed()));
            parts.add(whole.getCause());
        } catch (RuntimeException | StackOverflowError itsOwn) {
            // The methods of an exception are its author's code, which may fail too.
        }
        return parts;
    }
}
