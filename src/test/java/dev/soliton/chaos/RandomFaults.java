package dev.soliton.chaos;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.random.RandomGenerator;

/**
 * Faults by chance: a few of all calls, and for a while every other call of one kind, then of another. What is answered
 * wrongly may have happened or not.
 *
 * <p>Which fault the n-th call meets is a matter of the random numbers alone; which call is the n-th is not.
 */
public final class RandomFaults implements Plan {
    private static final int ONE_IN = 8;
    private static final int CALLS_OF_A_FOCUS = 40;

    private static final List<Fault> ALL = List.of(
            Fault.fail(500, "InternalError"),
            Fault.fail(503, "ServerBusy"),
            Fault.DROP_BEFORE,
            Fault.RESET,
            Fault.DROP_AFTER,
            Fault.failAfter(500, "InternalError"),
            Fault.failAfter(503, "ServerBusy"));

    private final RandomGenerator random;
    private final Set<CallKind> kinds = new TreeSet<>();
    private final Map<CallKind, Integer> injected = new TreeMap<>();
    private CallKind focus = CallKind.TABLE_BATCH;
    private int calls;

    public RandomFaults(RandomGenerator random) {
        this.random = random;
    }

    @Override
    public synchronized Fault decide(Call call) {
        CallKind kind = call.kind();
        // The first of each kind meets one in any case: of some kinds there are few calls.
        boolean first = kinds.add(kind);
        if (++calls % CALLS_OF_A_FOCUS == 0) {
            focus = new ArrayList<>(kinds).get(random.nextInt(kinds.size()));
        }
        if (random.nextInt(kind == focus ? 2 : ONE_IN) > 0 && !first) {
            return Fault.FORWARD;
        }
        injected.merge(kind, 1, Integer::sum);
        return ALL.get(random.nextInt(ALL.size()));
    }

    /** How many calls of each kind have met with one. */
    public synchronized Map<CallKind, Integer> injected() {
        return new TreeMap<>(injected);
    }
}
