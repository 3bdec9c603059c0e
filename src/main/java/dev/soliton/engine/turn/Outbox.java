package dev.soliton.engine.turn;

import dev.soliton.client.InboxWriter;
import dev.soliton.engine.commit.ChildEnd;
import dev.soliton.engine.journal.JournalEvent.EventSent;
import dev.soliton.engine.journal.JournalEvent.Request;
import dev.soliton.engine.journal.JournalEvent.SubOrchestrationScheduled;
import dev.soliton.engine.runtime.EngineServices;
import dev.soliton.engine.runtime.InstanceLog;
import dev.soliton.engine.runtime.TurnStopped;
import dev.soliton.orchestration.FailureDetails;
import dev.soliton.store.ExecutionKey;
import dev.soliton.store.Fingerprint;
import dev.soliton.store.InboxItem;
import dev.soliton.store.Incarnation;
import dev.soliton.store.InstanceId;
import dev.soliton.store.InstanceRow;
import dev.soliton.store.InvalidInstanceIdException;
import dev.soliton.store.Payload;
import dev.soliton.store.PayloadMissingException;
import dev.soliton.store.Receipt;
import dev.soliton.store.StorageException;
import dev.soliton.store.Versioned;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
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
    private final EngineExecutors executors;
    private final Turn.Trigger trigger;
    private final BlockingQueue<TurnSignal> signals;
    private final InstanceLog log;
    private final TreeMap<Integer, Request> pending = new TreeMap<>();
    private final TreeMap<Integer, ChildRun> running = new TreeMap<>();
    private final TreeMap<Integer, TurnSignal.HeldChild> unreleased = new TreeMap<>();
    private final BlockingQueue<ChildRun> left = new LinkedBlockingQueue<>();
    private final Map<Integer, SubOrchestrationScheduled> open = new TreeMap<>();
    private final TreeSet<Integer> told = new TreeSet<>();
    private final Set<Integer> mayHaveBegun = new HashSet<>();
    private final Map<Integer, Integer> continued = new HashMap<>();
    private int next;
    private int deliveredBefore;
    private boolean rewound;

    Outbox(
            EngineServices services,
            EngineExecutors executors,
            Turn.Trigger trigger,
            BlockingQueue<TurnSignal> happenings,
            InstanceLog log) {
        this.services = services;
        this.executors = executors;
        this.trigger = trigger;
        this.signals = happenings;
        this.log = log;
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
        continued.clear();
        left.clear();
        told.clear();
        mayHaveBegun.clear();
        next = delivered;
        deliveredBefore = before == null ? 0 : before;
        rewound = before != null;
    }

    /** Takes note of something that the orchestrator asked for. */
    void note(Request request) {
        if (request instanceof SubOrchestrationScheduled child) {
            open.put(child.id(), child);
            if (child.continues() != null) {
                continued.put(child.id(), child.continues());
            }
        }
        if (request.id() >= next) {
            if (request instanceof SubOrchestrationScheduled
                    || (request instanceof EventSent && request.id() >= deliveredBefore)) {
                pending.put(request.id(), request);
            }
        }
    }

    /** Takes note that the orchestrator was told of the end of a sub-orchestration. */
    void ended(int id) {
        open.remove(id);
        if (id < deliveredBefore) {
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
        if (end.run() != null && !running.remove(end.id(), end.run())) {
            // It is none of this generation, which counts its calls from zero again.
            end.child().release(false);
            return false;
        }
        told.remove(end.id());
        if (!isOpen(end.id())) {
            end.child().release(true);
            return false;
        }
        unreleased.put(end.id(), end.child());
        return true;
    }

    /** Takes note that a sub-orchestration's end is in the journal: one that ran here may go. */
    void committed(int id) {
        TurnSignal.HeldChild child = unreleased.remove(id);
        if (child != null) {
            child.release(true);
        }
    }

    /** Whether a sub-orchestration has to be let go before this instance is. */
    boolean hasUnreleased() {
        return !unreleased.isEmpty();
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
        return !running.isEmpty();
    }

    /** Up to which number everything is delivered, and needs no more care of this instance. */
    int delivered() {
        int least = next;
        least = running.isEmpty() ? least : Math.min(least, running.firstKey());
        // That one could not be started is known to this turn alone, until it takes it in.
        least = told.isEmpty() ? least : Math.min(least, told.first());
        return unreleased.isEmpty() ? least : Math.min(least, unreleased.firstKey());
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
                    send(key, event);
                } else if (request instanceof SubOrchestrationScheduled child) {
                    start(childOf(child, key), here && few && !again);
                }
                next = request.id() + 1;
                requests.remove();
            }
            next = Math.max(next, deliveredBefore);
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

    private void send(ExecutionKey key, EventSent event) {
        String target = event.instanceId();
        try {
            InstanceId.check(target);
        } catch (InvalidInstanceIdException nobody) {
            log.warning("event dropped", key, "target", target, "why", String.valueOf(nobody.getMessage()));
            return;
        }
        String name = Fingerprint.of(key.executionId() + " " + key.generation() + " " + event.id());
        String json;
        try {
            json = services.payloads(key).load(event.input());
        } catch (PayloadMissingException missing) {
            log.warning("event dropped", key, "target", target, "why", String.valueOf(missing.getMessage()));
            return;
        }
        Optional<Versioned<InstanceRow>> found = services.storage().instances().findRow(target);
        while (found.isPresent() && !found.get().row().status().isTerminal()) {
            ExecutionKey to = found.get().row().key();
            Incarnation incarnation = found.get().row().life();
            Payload input = json == null ? null : services.payloads(to).saveOwn(json);
            InboxWriter.Outcome outcome = services.inbox()
                    .deliver(
                            target,
                            incarnation,
                            services.inbox()
                                    .row(to.executionId(), "sent-" + name, new InboxItem.Event(event.name(), input)),
                            new Receipt(target, "sent|" + to.executionId() + "|" + name, to.executionId()));
            if (outcome != InboxWriter.Outcome.DELIVERED) {
                services.discard(input);
            }
            if (outcome != InboxWriter.Outcome.NO_GATE) {
                return;
            }
            // It ended just now; it may have been rewound, or another execution have taken its place.
            Optional<Versioned<InstanceRow>> now =
                    services.storage().instances().findRow(target);
            if (now.map(row -> row.row().life()).equals(Optional.of(incarnation))) {
                break;
            }
            found = now;
        }
        log.info("event dropped", key, "target", target, "why", "no such instance, or it has ended");
    }

    private void start(ChildStart child, boolean here) throws TurnStopped {
        int id = child.request().id();
        if (!open.containsKey(id)) {
            // Its end is in the journal. An earlier owner may have died before it let the child go.
            wake(child);
        } else if (!executors.registry().hasOrchestrator(child.request().name())) {
            report(
                    id,
                    FailureDetails.of(
                            new UnknownOrchestratorException(child.request().name())));
        } else if (!here || !child.continued().isEmpty() || !tryRunHere(child)) {
            ChildStart.Outcome outcome;
            try {
                outcome = child.continued().isEmpty() ? child.start(services, null) : child.resume(services);
            } catch (PayloadMissingException missing) {
                report(id, FailureDetails.of(missing));
                return;
            }
            if (outcome instanceof ChildStart.Outcome.Refused refused) {
                report(id, null, ChildRun.refusal(services, child, refused.holder()));
            } else if (outcome instanceof ChildStart.Outcome.Completed completed) {
                ChildEnd end = ChildEnd.of(services, completed.row());
                report(id, end.result(), end.failure());
            } else {
                ChildStart.Outcome.Accepted accepted = (ChildStart.Outcome.Accepted) outcome;
                if (!rewound || isNew(accepted) || !isOver(child)) {
                    services.wake(accepted.row().key());
                }
            }
        }
    }

    /** A child that is to go on may be that of any request before: not each of them had come to it. */
    private ChildStart childOf(SubOrchestrationScheduled request, ExecutionKey key) {
        Set<Integer> earlier = new HashSet<>();
        for (Integer id = continued.get(request.id()); id != null && earlier.add(id); ) {
            id = continued.get(id);
        }
        return new ChildStart(request, key, earlier);
    }

    private void wake(ChildStart child) {
        ExecutionKey execution = child.execution(services);
        if (execution != null) {
            services.wake(execution);
        }
    }

    private static boolean isNew(ChildStart.Outcome.Accepted start) {
        return !start.written().instanceEtag().isEmpty();
    }

    /**
     * Asks whether a sub-orchestration, which may have been started before this execution was rewound, has ended meanwhile.
     * It found nobody to tell, so its end is read here, also if its owner is about to let it go, and will not tell again.
     */
    private boolean isOver(ChildStart child) {
        int id = child.request().id();
        Optional<InstanceRow> found = services.storage()
                .instances()
                .findRow(child.key().instanceId())
                .map(Versioned::row)
                .filter(child::isOf);
        if (found.isEmpty()) {
            report(
                    id,
                    new FailureDetails(
                            "Purged",
                            "The sub-orchestration '" + child.key().instanceId()
                                    + "' was purged or replaced before its end was known.",
                            "",
                            null,
                            false));
            return true;
        }
        InstanceRow row = found.get();
        if (!row.status().isTerminal()) {
            return false;
        }
        ChildEnd end = ChildEnd.of(services, row);
        report(id, end.result(), end.failure());
        return true;
    }

    private void report(int id, FailureDetails failure) {
        report(id, null, services.json().writeFailure(failure));
    }

    private void report(int id, @Nullable String result, @Nullable String failure) {
        told.add(id);
        signals.add(TurnSignal.ChildEnded.elsewhere(id, result, failure));
    }

    private boolean tryRunHere(ChildStart child) {
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
        mayHaveBegun.addAll(running.keySet());
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
                    end(childOf(request, key), unsent || begun, reason);
                }
                over.accept(request.id());
            }
            return true;
        } catch (StorageException trouble) {
            throw TurnStopped.by(trouble);
        }
    }

    /**
     * Tells a sub-orchestration to end, which is as good if it has ended.
     *
     * @param mayCome whether what makes it begin, or go on, may be on its way
     */
    private void end(ChildStart child, boolean mayCome, @Nullable String reason) {
        boolean isNew = child.continued().isEmpty();
        if (mayCome && services.acceptance().giveUp(child.key()) && isNew) {
            return;
        }
        ExecutionKey execution = mayCome && !isNew ? child.preventStart(services) : child.execution(services);
        if (execution != null) {
            services.inbox()
                    .deliver(
                            execution.instanceId(),
                            services.inbox()
                                    .row(
                                            execution.executionId(),
                                            "parent-ended",
                                            new InboxItem.Terminate(reason, true)));
        }
    }

    /** Takes note that a sub-orchestration runs in this process no longer. */
    void handedOff(TurnSignal.ChildHandedOff child) {
        running.remove(child.id(), child.run());
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
        List<TurnSignal> others = new ArrayList<>();
        for (TurnSignal told = signals.poll(); told != null; told = signals.poll()) {
            if (told instanceof TurnSignal.ChildEnded ended) {
                ended.child().release(!wanted);
            } else if (told instanceof TurnSignal.ChildHandedOff child) {
                SubOrchestrationScheduled request = open.get(child.id());
                if (!wanted && child.trouble() != null && request != null) {
                    // It may never have begun, and there will be no next turn of this generation.
                    pending.put(child.id(), request);
                }
            } else {
                others.add(told);
            }
        }
        signals.addAll(others);
    }
}
