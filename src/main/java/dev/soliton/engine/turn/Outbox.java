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
 *   <li>A worker sends a request after a commit holds it, and while the worker owns the instance. The next owner finds
 *       the request in the journal, and sends it again.
 *   <li>Each event and each start has a name made from its request, so that sending it twice has the effect of once.
 *   <li>The row keeps the watermark: the number up to which everything has been delivered. A sub-orchestration that
 *       runs in this process holds the watermark back: until its first write only the journal of this instance knows of
 *       it.
 * </ul>
 */
final class Outbox {
    /**
     * How many requests are sent before the watermark is committed. If the process ends in between, the next owner
     * sends no more than that a second time.
     */
    static final int MAX_AT_A_TIME = 100;

    /** How long sending them may take if the storage is slow. */
    private static final Duration LONGEST = Duration.ofSeconds(30);

    private final EngineServices services;
    private final EventSender events;
    private final LocalChildren local;
    private final ChildStarter children;
    private final Watermark watermark;
    /** What is still to be sent. */
    private final TreeMap<Integer, Request> pending = new TreeMap<>();
    /** The calls of sub-orchestrations whose end the orchestrator has not received. */
    private final Map<Integer, SubOrchestrationScheduled> open = new TreeMap<>();
    /** The calls whose sub-orchestration ran in this turn when it was asked to hand off. */
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
     * @param before the number up to which everything had been delivered when the execution was rewound; null if it
     *     never was. Of those requests only the starts of open sub-orchestrations are sent again: while the execution
     *     was over, their ends reached nobody
     */
    void begin(int delivered, @Nullable Integer before) {
        pending.clear();
        open.clear();
        mayHaveBegun.clear();
        local.begin();
        children.begin(before != null);
        watermark.begin(delivered, before == null ? 0 : before);
    }

    /** Notes a request of the orchestrator. */
    void note(Request request) {
        if (request instanceof SubOrchestrationScheduled child) {
            open.put(child.id(), child);
            children.note(child);
        }
        if (watermark.isToBeSent(request)) {
            pending.put(request.id(), request);
        }
    }

    /** Notes that the orchestrator has received the end of a sub-orchestration. */
    void ended(int id) {
        open.remove(id);
        if (watermark.isFromBeforeRewind(id)) {
            pending.remove(id);
        }
    }

    /** Notes that the orchestrator has dropped a request. */
    void drop(int id) {
        open.remove(id);
        pending.remove(id);
    }

    /**
     * Notes that a sub-orchestration that ran here has ended, and what releases it.
     *
     * @return whether the orchestrator waits for its end
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

    /** Notes that the end of a sub-orchestration is in the journal: if it ran here, it is released. */
    void committed(int id) {
        local.release(id);
    }

    /** Whether a sub-orchestration has to be released before this instance is. */
    boolean hasUnreleased() {
        return local.hasUnreleased();
    }

    /** Whether the orchestrator waits for the end of that sub-orchestration. */
    boolean isOpen(int id) {
        return open.containsKey(id);
    }

    /** Whether there are calls of sub-orchestrations whose end the orchestrator has not received. */
    boolean hasOpen() {
        return !open.isEmpty();
    }

    /** Whether they are too many to be terminated at once. */
    boolean hasManyOpen() {
        return open.size() > MAX_AT_A_TIME;
    }

    boolean hasPending() {
        return !pending.isEmpty();
    }

    boolean hasRunning() {
        return local.hasRunning();
    }

    /** The number up to which everything is delivered and needs no more care of this instance. */
    int delivered() {
        return watermark.delivered();
    }

    /**
     * Sends what is committed and not sent yet, or a part of it.
     *
     * @param key the execution that sends
     * @param again whether an earlier owner may have sent it already
     * @param here whether sub-orchestrations may run in this process. If there are many, none does: each that runs here
     *     holds the watermark back
     * @param late whether the turn is to leave the rest to another
     * @return whether nothing is left; if something is, the caller commits {@link #delivered}
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
                    start(children.childOf(child, key), here && few && !again, again);
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

    /** What is sent before the watermark is committed. */
    private final class Part {
        private final Duration until = services.elapsed().plus(LONGEST);
        private final BooleanSupplier late;
        private int sent;

        Part(BooleanSupplier late) {
            this.late = late;
        }

        /**
         * Whether the next request belongs to another part. The first request of a part never does, unless the turn is
         * late.
         */
        boolean isOver() {
            return late.getAsBoolean()
                    || (sent++ > 0
                            && (sent > MAX_AT_A_TIME || services.elapsed().compareTo(until) >= 0));
        }
    }

    private void start(ChildStart child, boolean here, boolean again) throws TurnStopped {
        if (isOpen(child.request().id())) {
            children.start(child, here, again);
        } else {
            children.wake(child);
        }
    }

    /**
     * Terminates, through their inboxes, the sub-orchestrations whose end the orchestrator has not received, and their
     * own. A sub-orchestration that has not begun never will.
     *
     * @param key the execution that called them
     * @param again whether an earlier owner may have sent the starts that are still to be sent
     * @param late whether the turn is to leave the rest to another
     * @param over receives the number of each call that was terminated; once that is committed, nothing waits for it
     *     any more
     * @return whether nothing is left
     * @throws TurnStopped if the storage failed
     */
    boolean endChildren(
            ExecutionKey key, boolean again, @Nullable String reason, BooleanSupplier late, IntConsumer over)
            throws TurnStopped {
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

    /** Notes that a sub-orchestration does not run in this process any more. */
    void handedOff(TurnSignal.ChildHandedOff child) {
        local.handedOff(child);
    }

    /**
     * Makes the sub-orchestrations that run here hand off. Each handles by itself what it has achieved and this turn
     * has not committed. If one may never have begun, the next turn of this execution starts it again; if there is no
     * next turn, it is to be sent again.
     *
     * @param wanted whether the execution goes on and is to receive their ends
     * @throws TurnStopped if the thread was interrupted
     */
    void stop(boolean wanted) throws TurnStopped {
        // Whether they begin is not known as long as their first write is under way.
        mayHaveBegun.addAll(local.running());
        for (int id : local.stop(wanted)) {
            SubOrchestrationScheduled request = open.get(id);
            if (!wanted && request != null) {
                // There is no next turn of this generation.
                pending.put(id, request);
            }
        }
    }
}
