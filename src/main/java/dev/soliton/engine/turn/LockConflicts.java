package dev.soliton.engine.turn;

import dev.soliton.engine.runtime.EngineServices;
import dev.soliton.engine.runtime.InstanceLog;
import dev.soliton.engine.runtime.Suspicion;
import dev.soliton.engine.runtime.TurnStopped;
import dev.soliton.engine.worker.WorkerLease;
import dev.soliton.store.ExecutionKey;
import dev.soliton.store.InstanceRow;
import dev.soliton.store.WorkMessage;
import java.time.Duration;
import java.util.Optional;

/**
 * What a message does when it meets another turn of its instance in this process, or suspects that are to be alone
 * here. It leaves the work to that turn, waits, or is requeued.
 */
final class LockConflicts {
    /** How long a message waits at a time for the end of the turn of its instance in this process. */
    private static final Duration TURN_PAUSE = Duration.ofSeconds(1);

    /** How long a suspect that is to be alone stays away while it cannot be. */
    private static final Duration AFTER_ALL = Duration.ofSeconds(2);

    /** How long a suspect stays away that waits for other suspects. It waits for as long as those work. */
    private static final Duration AFTER_SUSPECTS = Duration.ofSeconds(10);

    static final String ACTIVITY_LEFT = "an activity of an earlier turn still runs here";

    private static final String UNDER_WAY = "a turn of it is under way here";

    private final EngineServices services;
    private final InstanceLocks locks;
    private final WorkMessage message;
    private final WorkerLease lease;
    private final InstanceLog log;
    private final ExecutionKey key;
    private final MessageContext context;
    private final long came;

    LockConflicts(MessageContext context) {
        this.services = context.services();
        this.locks = context.locks();
        this.message = context.message();
        this.lease = context.lease();
        this.log = context.log();
        this.key = context.key();
        this.context = context;
        this.came = locks.tick();
    }

    /**
     * Leaves the message to a turn of this process that owns the execution. If a turn is about to release the instance,
     * the message waits, and then asks whether that turn has processed the arrival. Of many messages that arrive at
     * once, each but the first is spared a read.
     */
    boolean isDoneByAnother() throws TurnStopped {
        if (message.reason() != WorkMessage.Reason.WAKE || message.base() != null) {
            return false;
        }
        Optional<InstanceLocks.Lock> entry = locks.find(message.instanceId());
        if (entry.isEmpty()) {
            return false;
        }
        entry.get().inboxChanged();
        if (entry.get().isOwnedBy(lease.worker(), message.executionId())) {
            log.info("dropped", key, "why", UNDER_WAY);
            return true;
        }
        awaitTurn(entry.get());
        return entry.get().hasRead(came);
    }

    /** Waits for suspects, or requeues the message until they are done. */
    Attempt waitForSuspects(Suspicion suspicion) throws TurnStopped {
        if (suspicion.isSuspected()) {
            boolean toBeAlone = !locks.hasSuspects();
            return Attempt.handled(Requeues.requeueBlocked(
                    services,
                    message,
                    toBeAlone ? AFTER_ALL : AFTER_SUSPECTS,
                    log,
                    "it is suspected of ending its processes, and "
                            + (toBeAlone ? "is to be alone here" : "waits for others that are")));
        }
        Duration wait = locks.wait(message.instanceId());
        if (wait != null) {
            log.info("waits", key, "why", "an instance that is suspected of ending its processes is to be alone here");
        }
        while (wait != null) {
            services.pause(wait);
            wait = locks.wait(message.instanceId());
        }
        return Attempt.READ_AGAIN;
    }

    /** Handles a message when this process has a turn of the instance already, or a suspect that has to be alone. */
    Attempt meetRunningTurn(InstanceRow row) throws TurnStopped {
        Optional<InstanceLocks.Lock> found = locks.find(message.instanceId());
        if (found.isEmpty()) {
            return Attempt.READ_AGAIN;
        }
        InstanceLocks.Lock lock = found.get();
        if (lock.turnIsOver()) {
            return Attempt.handled(context.requeue(ACTIVITY_LEFT));
        }
        lock.inboxChanged();
        if (lease.worker().equals(row.ownership().owner())) {
            // The turn that runs here owns the instance, and cannot release it without having read what arrived.
            log.info("dropped", key, "why", UNDER_WAY);
            return Attempt.handled(TurnOutcome.DROPPED);
        }
        awaitTurn(lock);
        return Attempt.READ_AGAIN;
    }

    private void awaitTurn(InstanceLocks.Lock lock) throws TurnStopped {
        Boolean over = services.take(lock.over(), TURN_PAUSE);
        if (over != null) {
            lock.over().add(over);
        }
    }
}
