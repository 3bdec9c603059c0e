package dev.soliton.engine.turn;

import dev.soliton.engine.runtime.EngineServices;
import dev.soliton.engine.runtime.InstanceLog;
import dev.soliton.engine.runtime.TurnStopped;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;

/**
 * The sub-orchestrations that run in this process, on threads of their own, beside the turn of their parent.
 *
 * <p>A sub-orchestration that has ended here keeps its owner until its end is in the parent's journal, or the parent's
 * turn hands off.
 */
final class LocalChildren {
    private final EngineServices services;
    private final EngineExecutors executors;
    private final Turn.Trigger trigger;
    private final BlockingQueue<TurnSignal> signals;
    private final InstanceLog log;
    private final TreeMap<Integer, ChildRun> running = new TreeMap<>();
    /** The sub-orchestrations that have ended and whose end is not in the journal yet. */
    private final TreeMap<Integer, TurnSignal.HeldChild> unreleased = new TreeMap<>();
    /** The runs that are over, for a thread that waits for them. */
    private final BlockingQueue<ChildRun> left = new LinkedBlockingQueue<>();

    LocalChildren(
            EngineServices services,
            EngineExecutors executors,
            Turn.Trigger trigger,
            BlockingQueue<TurnSignal> signals,
            InstanceLog log) {
        this.services = services;
        this.executors = executors;
        this.trigger = trigger;
        this.signals = signals;
        this.log = log;
    }

    /** Begins with another journal; no sub-orchestration runs any more. */
    void begin() {
        left.clear();
    }

    /**
     * Runs a sub-orchestration in this process, on a thread of its own.
     *
     * @return whether it runs; if not, it is to be started for the process that receives its message
     */
    boolean tryRun(ChildStart child) {
        Optional<InstanceLocks.Lock> entry =
                trigger.lock().instances().tryLock(child.key().instanceId());
        if (entry.isEmpty()) {
            return false;
        }
        if (!trigger.lease().tryEnter()) {
            entry.get().unlock();
            return false;
        }
        int id = child.request().id();
        ChildRun run = new ChildRun(
                services,
                executors,
                child,
                trigger,
                entry.get(),
                (over, end) -> {
                    signals.add(end);
                    left.add(over);
                },
                log);
        running.put(id, run);
        try {
            executors.children().execute(run);
            return true;
        } catch (RejectedExecutionException busy) {
            running.remove(id);
            entry.get().unlock();
            trigger.lease().leave();
            return false;
        }
    }

    /**
     * Notes that a sub-orchestration has ended. If its run belongs to another generation, which numbers its calls from
     * zero, it is released, and it notifies its parent by itself.
     *
     * @return whether its call is one of this generation
     */
    boolean tryRemove(TurnSignal.ChildEnded end) {
        if (end.run() != null && !running.remove(end.id(), end.run())) {
            end.child().release(false);
            return false;
        }
        return true;
    }

    /** Keeps a sub-orchestration that has ended until its end is in the journal. */
    void hold(TurnSignal.ChildEnded end) {
        unreleased.put(end.id(), end.child());
    }

    /** Releases a sub-orchestration that has ended: its end is in the journal. */
    void release(int id) {
        TurnSignal.HeldChild child = unreleased.remove(id);
        if (child != null) {
            child.release(true);
        }
    }

    /** Notes that a sub-orchestration does not run in this process any more. */
    void handedOff(TurnSignal.ChildHandedOff child) {
        running.remove(child.id(), child.run());
    }

    boolean hasUnreleased() {
        return !unreleased.isEmpty();
    }

    boolean hasRunning() {
        return !running.isEmpty();
    }

    Collection<Integer> running() {
        return running.keySet();
    }

    /** The least number of a call that only this turn, or its journal, knows yet; {@code none} if there is none. */
    int firstHeldBack(int none) {
        int least = running.isEmpty() ? none : Math.min(none, running.firstKey());
        return unreleased.isEmpty() ? least : Math.min(least, unreleased.firstKey());
    }

    /**
     * Makes all of them hand off. Each handles by itself what it has achieved and this turn has not committed.
     *
     * @param wanted whether the execution goes on and is to receive their ends
     * @return the calls whose sub-orchestration may never have begun
     * @throws TurnStopped if the thread was interrupted
     */
    List<Integer> stop(boolean wanted) throws TurnStopped {
        running.values().forEach(ChildRun::stop);
        while (!running.isEmpty()) {
            ChildRun over = services.take(left, services.limits().childGracePeriod());
            if (over == null) {
                break;
            }
            running.remove(over.id(), over);
        }
        running.values().forEach(ChildRun::detach);
        running.clear();
        unreleased.values().forEach(child -> child.release(!wanted));
        unreleased.clear();
        List<Integer> notBegun = new ArrayList<>();
        List<TurnSignal> others = new ArrayList<>();
        for (TurnSignal signal = signals.poll(); signal != null; signal = signals.poll()) {
            if (signal instanceof TurnSignal.ChildEnded ended) {
                ended.child().release(!wanted);
            } else if (signal instanceof TurnSignal.ChildHandedOff child) {
                if (child.trouble() != null) {
                    notBegun.add(child.id());
                }
            } else {
                others.add(signal);
            }
        }
        signals.addAll(others);
        return notBegun;
    }
}
