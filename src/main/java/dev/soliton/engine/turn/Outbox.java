package dev.soliton.engine.turn;

import dev.soliton.engine.journal.JournalEvent.EventSent;
import dev.soliton.engine.journal.JournalEvent.Request;
import dev.soliton.engine.journal.JournalEvent.SubOrchestrationScheduled;
import dev.soliton.engine.runtime.EngineServices;
import dev.soliton.engine.runtime.InstanceLog;
import dev.soliton.engine.runtime.TurnStopped;
import dev.soliton.store.ExecutionKey;
import dev.soliton.store.StorageException;
import java.time.Duration;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.function.BooleanSupplier;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * What an execution sends to other instances: events, and the starts of sub-orchestrations.
 *
 * <p>Invariants:
 *
 * <ul>
 *   <li>A request goes out when a commit holds it, and while this worker owns the instance. Whoever takes the instance
 *       over finds it in the journal, and sends it again.
 *   <li>What is sent has a name made from the request, so that twice is once.
 *   <li>The row remembers up to which number everything has been delivered. A sub-orchestration that runs in this
 *       process holds that number back: until its first write nothing but this instance's journal knows of it.
 * </ul>
 */
final class Outbox {
    /**
     * How much is sent at a time before it is written down that it was: who follows a process that ended in between sends
     * no more than that a second time.
     */
    static final int MAX_AT_A_TIME = 100;

    /** How long that may take, if the storage is slow. */
    private static final Duration LONGEST = Duration.ofSeconds(30);

    private final EngineServices services;
    private final EventSender events;
    private final LocalChildren local;
    private final ChildStarter children;
    private final Watermark watermark;
    /** What is to be sent yet. */
    private final TreeMap<Integer, Request> pending = new TreeMap<>();
    /** The calls of sub-orchestrations whose end the orchestrator was not told of. */
    private final Map<Integer, SubOrchestrationScheduled> open = new TreeMap<>();
    /** The calls that this turn ran itself when it was told to end them. */
    private final Set<Integer> mayHaveBegun = new HashSet<>();

    Outbox(
            EngineServices services,
            EngineExecutors executors,
            Turn.Trigger trigger,
            BlockingQueue<TurnSignal> signals,
            InstanceLog log) {
        this.services = services;
        this.events = new EventSender(services, log);
        this.local = new LocalChildren(services, executors, trigger, signals, log);
        this.children = new ChildStarter(services, executors, local, signals);
        this.watermark = new Watermark(local, children);
    }

    /**
     * Begins with a journal: what was delivered before it was read is not sent again.
     *
     * @param before up to which number everything had been delivered when the execution was rewound, of which what is sent
     *     again are the starts of sub-orchestrations whose end nobody was told of while it was over; null if it never was
     */
    void begin(int delivered, @Nullable Integer before) {
        pending.clear();
        open.clear();
        mayHaveBegun.clear();
        local.begin();
        children.begin(before != null);
        watermark.begin(delivered, before == null ? 0 : before);
    }

    /** Takes note of something that the orchestrator asked for. */
    void note(Request request) {
        if (request instanceof SubOrchestrationScheduled child) {
            open.put(child.id(), child);
            children.note(child);
        }
        if (watermark.isToBeSent(request)) {
            pending.put(request.id(), request);
        }
    }

    /** Takes note that the orchestrator was told of the end of a sub-orchestration. */
    void ended(int id) {
        open.remove(id);
        if (watermark.isFromBeforeRewind(id)) {
            pending.remove(id);
        }
    }

    /** Takes note that nobody asks for that any more. */
    void drop(int id) {
        open.remove(id);
        pending.remove(id);
    }

    /**
     * Takes note that a sub-orchestration has ended that ran here, and what lets it go.
     *
     * @return whether anybody waits for its end
     */
    boolean tryTake(TurnSignal.ChildEnded end) {
        if (!local.tryRemove(end)) {
            return false;
        }
        children.taken(end.id());
        if (!isOpen(end.id())) {
            end.child().release(true);
            return false;
        }
        local.hold(end);
        return true;
    }

    /** Takes note that a sub-orchestration's end is in the journal: one that ran here may go. */
    void committed(int id) {
        local.release(id);
    }

    /** Whether a sub-orchestration has to be released before this instance is. */
    boolean hasUnreleased() {
        return local.hasUnreleased();
    }

    /** Whether the end of that sub-orchestration is waited for. */
    boolean isOpen(int id) {
        return open.containsKey(id);
    }

    /** Whether sub-orchestrations were called whose end the orchestrator was not told of. */
    boolean hasOpen() {
        return !open.isEmpty();
    }

    /** Whether they are so many that they are not ended at a time. */
    boolean hasManyOpen() {
        return open.size() > MAX_AT_A_TIME;
    }

    boolean hasPending() {
        return !pending.isEmpty();
    }

    boolean hasRunning() {
        return local.hasRunning();
    }

    /** Up to which number everything is delivered, and needs no more care of this instance. */
    int delivered() {
        return watermark.delivered();
    }

    /**
     * Sends what is committed and not sent yet, or a part of it.
     *
     * @param key the execution that sends
     * @param again whether an earlier owner may have sent it already
     * @param here whether sub-orchestrations may run in this process; not where there are many, since one that runs here
     *     holds back what is known to be delivered
     * @param late whether the turn is to leave the rest to another
     * @return whether nothing is left; if not, {@link #delivered} is to be written down
     * @throws TurnStopped if the storage failed
     */
    boolean deliver(ExecutionKey key, boolean again, boolean here, BooleanSupplier late) throws TurnStopped {
        Part part = new Part(late);
        boolean few = pending.size() <= MAX_AT_A_TIME;
        try {
            for (Iterator<Request> requests = pending.values().iterator(); requests.hasNext(); ) {
                if (part.isOver()) {
                    return false;
                }
                Request request = requests.next();
                if (request instanceof EventSent event) {
                    events.send(key, event);
                } else if (request instanceof SubOrchestrationScheduled child) {
                    start(children.childOf(child, key), here && few && !again);
                }
                watermark.sent(request.id());
                requests.remove();
            }
            watermark.allSent();
            return true;
        } catch (StorageException trouble) {
            throw TurnStopped.by(trouble);
        }
    }

    /** What is sent before it is written down that it was. */
    private final class Part {
        private final Duration until = services.elapsed().plus(LONGEST);
        private final BooleanSupplier late;
        private int sent;

        Part(BooleanSupplier late) {
            this.late = late;
        }

        /** Whether what comes next belongs into another one; of each, the first does not. */
        boolean isOver() {
            return late.getAsBoolean()
                    || (sent++ > 0
                            && (sent > MAX_AT_A_TIME || services.elapsed().compareTo(until) >= 0));
        }
    }

    private void start(ChildStart child, boolean here) throws TurnStopped {
        if (isOpen(child.request().id())) {
            children.start(child, here);
        } else {
            children.wake(child);
        }
    }

    /**
     * Ends the sub-orchestrations whose end the orchestrator was not told of, and theirs, through their inboxes. Those that
     * have not begun never will.
     *
     * @param key the execution that called them
     * @param again whether an earlier owner may have sent the starts that are still to be sent
     * @param late whether the turn is to leave the rest to another
     * @param over told of those that were ended, each of which nobody waits for any more once that is written down
     * @return whether nothing is left
     * @throws TurnStopped if the storage failed
     */
    boolean endChildren(
            ExecutionKey key, boolean again, @Nullable String reason, BooleanSupplier late, IntConsumer over)
            throws TurnStopped {
        mayHaveBegun.addAll(local.running());
        stop(false);
        Part part = new Part(late);
        try {
            for (SubOrchestrationScheduled request : List.copyOf(open.values())) {
                if (part.isOver()) {
                    return false;
                }
                boolean unsent = pending.remove(request.id()) != null;
                boolean begun = mayHaveBegun.contains(request.id());
                if (!unsent || again || begun) {
                    children.terminate(children.childOf(request, key), unsent || begun, reason);
                }
                over.accept(request.id());
            }
            return true;
        } catch (StorageException trouble) {
            throw TurnStopped.by(trouble);
        }
    }

    /** Takes note that a sub-orchestration runs in this process no longer. */
    void handedOff(TurnSignal.ChildHandedOff child) {
        local.handedOff(child);
    }

    /**
     * Makes the sub-orchestrations that run here give way. What they have come to, and this turn has not written down,
     * they see to by themselves. One that may never have begun is started again by the next turn of this execution, or is
     * to be sent again if there will be none.
     *
     * @param wanted whether the execution goes on and is to be told of their ends
     * @throws TurnStopped if the thread was interrupted
     */
    void stop(boolean wanted) throws TurnStopped {
        for (int id : local.stop(wanted)) {
            SubOrchestrationScheduled request = open.get(id);
            if (!wanted && request != null) {
                // There will be no next turn of this generation.
                pending.put(id, request);
            }
        }
    }
}
