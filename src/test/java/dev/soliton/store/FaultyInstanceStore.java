package dev.soliton.store;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** A store before another one that does, call by call, what the test has planned; unplanned calls pass. */
public final class FaultyInstanceStore implements InstanceStore {
    private final InstanceStore store;
    private final Deque<Fault> plan = new ArrayDeque<>();
    private final List<String> calls = new ArrayList<>();
    private final Map<String, Runnable> before = new HashMap<>();
    private final List<Supplier<?>> late = new ArrayList<>();

    /** What becomes of a call. */
    public enum Fault {
        /** It passes. */
        NONE,
        /** It fails, and nothing happened. */
        LOST_REQUEST,
        /** It happens, and fails all the same. */
        LOST_ANSWER,
        /** It fails, and happens when the test says so. */
        LATE,
        /** The process that calls dies. */
        CRASH
    }

    public FaultyInstanceStore(InstanceStore store) {
        this.store = store;
    }

    /** What becomes of the next calls, in order. */
    public FaultyInstanceStore plan(Fault... faults) {
        plan.addAll(List.of(faults));
        return this;
    }

    /** What happens when the next call of that verb is about to be made. */
    public void beforeNext(String verb, Runnable action) {
        before.put(verb, action);
    }

    /** The calls that came, by the name of the verb. */
    public List<String> calls() {
        return calls;
    }

    /** Lets the late calls happen now; what they were answered, too late for anybody to hear. */
    public List<Object> land() {
        List<Object> answers = new ArrayList<>();
        late.forEach(call -> answers.add(call.get()));
        late.clear();
        return answers;
    }

    @Override
    public Instant serviceTime() {
        return store.serviceTime();
    }

    @Override
    public Optional<Versioned<InstanceRow>> findRow(String instanceId) {
        return call("find", () -> store.findRow(instanceId));
    }

    @Override
    public Optional<Receipt> findReceipt(String instanceId, String key) {
        return call("findAnswer", () -> store.findReceipt(instanceId, key));
    }

    @Override
    public Partition load(String instanceId) {
        return call("load", () -> store.load(instanceId));
    }

    @Override
    public Partition loadWithoutJournal(String instanceId) {
        return call("look", () -> store.loadWithoutJournal(instanceId));
    }

    @Override
    public WriteOutcome write(String instanceId, List<RowChange> changes) {
        return call("write", () -> store.write(instanceId, changes));
    }

    private <T> T call(String verb, Supplier<T> call) {
        Runnable first;
        synchronized (this) {
            calls.add(verb);
            first = before.remove(verb);
        }
        if (first != null) {
            first.run();
        }
        Fault fault;
        synchronized (this) {
            fault = plan.isEmpty() ? Fault.NONE : plan.removeFirst();
        }
        if (fault == Fault.LOST_REQUEST) {
            throw new StorageException("planned: " + verb + " did not arrive", null);
        }
        if (fault == Fault.LATE) {
            late.add(call);
            throw new StorageException("planned: " + verb + " did not arrive yet", null);
        }
        if (fault == Fault.CRASH) {
            throw new Crash();
        }
        T answer = call.get();
        if (fault == Fault.LOST_ANSWER) {
            throw new StorageException("planned: the answer of " + verb + " was lost", null);
        }
        return answer;
    }

    /** The end of a process, as far as a test in one process can have it. */
    public static final class Crash extends Error {
        public Crash() {
            super("planned: the process died");
        }
    }
}
