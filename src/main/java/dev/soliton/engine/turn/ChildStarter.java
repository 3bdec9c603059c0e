package dev.soliton.engine.turn;

import dev.soliton.engine.commit.ChildEnd;
import dev.soliton.engine.journal.JournalEvent.SubOrchestrationScheduled;
import dev.soliton.engine.runtime.EngineServices;
import dev.soliton.engine.runtime.TurnStopped;
import dev.soliton.orchestration.FailureDetails;
import dev.soliton.store.ExecutionKey;
import dev.soliton.store.InboxItem;
import dev.soliton.store.InstanceRow;
import dev.soliton.store.PayloadMissingException;
import dev.soliton.store.StorageException;
import dev.soliton.store.Versioned;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.BlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * Starts the sub-orchestrations that an execution calls, and terminates those that end with it.
 *
 * <p>A start has a name made from its request, so that a second start has the effect of one.
 */
final class ChildStarter {
    private final EngineServices services;
    private final EngineExecutors executors;
    private final LocalChildren local;
    private final BlockingQueue<TurnSignal> signals;
    /** The calls that continue the sub-orchestration of an earlier call, each with that call. */
    private final Map<Integer, Integer> continued = new HashMap<>();
    /** The calls whose end was found here and that the turn has not processed yet. */
    private final TreeSet<Integer> reported = new TreeSet<>();

    private boolean rewound;

    ChildStarter(
            EngineServices services,
            EngineExecutors executors,
            LocalChildren local,
            BlockingQueue<TurnSignal> signals) {
        this.services = services;
        this.executors = executors;
        this.local = local;
        this.signals = signals;
    }

    /** Begins with another journal, of an execution that was rewound or never was. */
    void begin(boolean wasRewound) {
        continued.clear();
        reported.clear();
        rewound = wasRewound;
    }

    void note(SubOrchestrationScheduled call) {
        if (call.continues() != null) {
            continued.put(call.id(), call.continues());
        }
    }

    /** Notes that the turn has processed the end of a call. */
    void taken(int id) {
        reported.remove(id);
    }

    /** The least number of a call whose end only this turn knows; {@code none} if there is none. */
    int firstHeldBack(int none) {
        return reported.isEmpty() ? none : Math.min(none, reported.first());
    }

    /**
     * Starts a sub-orchestration, in this process or in the one that receives its message. If it cannot be started, the
     * turn receives its failure.
     *
     * @param here whether it may run in this process
     * @param again whether an earlier owner may have started it already
     * @throws StorageException if the storage failed
     * @throws TurnStopped if the thread was interrupted
     */
    void start(ChildStart child, boolean here, boolean again) throws TurnStopped {
        int id = child.request().id();
        if (!executors.registry().hasOrchestrator(child.request().name())) {
            refuse(
                    child,
                    again,
                    new UnknownOrchestratorException(child.request().name()));
        } else if (!here || !child.continued().isEmpty() || !local.tryRun(child)) {
            ChildStart.Outcome outcome;
            try {
                outcome = child.continued().isEmpty()
                        ? child.start(services, null)
                        : new ChildContinuation(services, child).resume();
            } catch (PayloadMissingException missing) {
                refuse(child, again, missing);
                return;
            }
            if (outcome instanceof ChildStart.Outcome.Refused refused) {
                report(id, null, ChildRun.refusal(services, child, refused.holder()));
            } else if (outcome instanceof ChildStart.Outcome.Completed completed) {
                report(id, completed.row());
            } else {
                ChildStart.Outcome.Accepted accepted = (ChildStart.Outcome.Accepted) outcome;
                if (!rewound || isNew(accepted) || !isOver(child)) {
                    services.wake(accepted.row().key());
                }
            }
        }
    }

    /**
     * Reports that a sub-orchestration cannot be started here. One that an earlier owner has started, where it could be,
     * runs on: the turn makes sure that it has a message, and waits for its end.
     */
    private void refuse(ChildStart child, boolean again, RuntimeException why) {
        ExecutionKey begun = again ? preventStart(child) : null;
        if (begun == null) {
            report(child.request().id(), FailureDetails.of(why));
        } else if (!rewound || !isOver(child)) {
            services.wake(begun);
        }
    }

    /**
     * Makes sure that a sub-orchestration does not begin, or go on, for this call, even if a write for that is on its way.
     *
     * @return the execution that runs for the call nevertheless; null if there is none
     */
    private @Nullable ExecutionKey preventStart(ChildStart child) {
        boolean isGivenUp = services.acceptance().giveUp(child.key());
        if (child.continued().isEmpty()) {
            return isGivenUp ? null : child.key();
        }
        return new ChildContinuation(services, child).preventStart();
    }

    /**
     * The start for a request. A child that continues may be that of any earlier request of the chain: not every one of
     * them got as far as to continue it.
     */
    ChildStart childOf(SubOrchestrationScheduled request, ExecutionKey key) {
        Set<Integer> earlier = new HashSet<>();
        for (Integer id = continued.get(request.id()); id != null && earlier.add(id); ) {
            id = continued.get(id);
        }
        return new ChildStart(request, key, earlier);
    }

    /**
     * Wakes a sub-orchestration whose end is in the journal: an earlier owner may have died before it released the
     * child.
     *
     * @throws StorageException if the storage failed
     */
    void wake(ChildStart child) {
        ExecutionKey execution = new ChildContinuation(services, child).execution();
        if (execution != null) {
            services.wake(execution);
        }
    }

    private static boolean isNew(ChildStart.Outcome.Accepted start) {
        return !start.written().instanceEtag().isEmpty();
    }

    /**
     * Checks whether a sub-orchestration, which may have been started before this execution was rewound, has ended
     * meanwhile. If it ended before the rewind, it found no parent to notify. So this reads its end, even if its owner
     * is about to release it, because the owner will not notify again.
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
        report(id, row);
        return true;
    }

    private void report(int id, InstanceRow ended) {
        ChildEnd end = ChildEnd.of(services, ended);
        report(id, end.result(), end.failure());
    }

    private void report(int id, FailureDetails failure) {
        report(id, null, services.json().writeFailure(failure));
    }

    private void report(int id, @Nullable String result, @Nullable String failure) {
        reported.add(id);
        signals.add(TurnSignal.ChildEnded.elsewhere(id, result, failure));
    }

    /**
     * Asks a sub-orchestration to end. If it has ended already, that does no harm.
     *
     * @param mayCome whether a write that makes it begin, or go on, may be on its way
     * @throws StorageException if the storage failed
     */
    void terminate(ChildStart child, boolean mayCome, @Nullable String reason) {
        ExecutionKey execution = mayCome ? preventStart(child) : new ChildContinuation(services, child).execution();
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
}
