package dev.soliton.engine.turn;

import dev.soliton.engine.commit.ChildEnd;
import dev.soliton.engine.commit.InstanceSession;
import dev.soliton.engine.runtime.EngineServices;
import dev.soliton.engine.runtime.InstanceLog;
import dev.soliton.engine.runtime.StatusReasons;
import dev.soliton.engine.runtime.TurnResult;
import dev.soliton.engine.runtime.TurnStopped;
import dev.soliton.store.StorageException;
import dev.soliton.store.Versioned;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The life of one turn within the handling of a message: it begins, it ends or is stopped, and the scope is closed in
 * any case. What becomes of message, claim and lock is decided here, by the {@link TurnResult}.
 *
 * <p>If the claim is neither released nor handed off when the scope is closed, this worker keeps it and goes on trying.
 */
final class TurnScope implements TurnResult.Cases<Attempt> {
    /** How long an instance waits after trouble in its turn, because the trouble may last. */
    private static final Duration AFTER_TROUBLE = Duration.ofSeconds(2);

    /** How long an instance waits that no code here can run: a deployment takes that long. */
    private static final Duration UNTIL_RECHECK = Duration.ofSeconds(30);

    private final EngineServices services;
    private final MessageContext context;
    private final InstanceRepairs repairs;
    private final InstanceLocks.Lock lock;
    private final InstanceSession session;
    private final InstanceLog log;
    private @Nullable Turn turn;
    /** Whether the turn has done what it was run for. */
    private boolean succeeded;
    /** Whether nothing is left to do about the claim. */
    private boolean settled;

    TurnScope(MessageContext context, InstanceRepairs repairs, InstanceLocks.Lock lock, InstanceSession session) {
        this.services = context.services();
        this.context = context;
        this.repairs = repairs;
        this.lock = lock;
        this.session = session;
        this.log = context.log();
    }

    InstanceSession session() {
        return session;
    }

    Turn begin() {
        Turn.Trigger trigger =
                new Turn.Trigger(context.lease(), context.message().due(), lock, context.begun(), context.slot());
        turn = new Turn(services, context.executors(), session, trigger, log);
        return turn;
    }

    /**
     * Concludes a turn whose execution has ended: notifies the parent, and releases the ID once no activity works on it.
     */
    TurnResult conclude() throws TurnStopped {
        succeeded = true;
        if (session.isClaimed()) {
            ChildEnd.notifyParent(services, session);
            if (turn == null || turn.isQuiet()) {
                session.release();
            }
        }
        session.deleteStale();
        return new TurnResult.Ended();
    }

    @Override
    public Attempt ended() {
        settled = !session.isClaimed();
        return Attempt.handled(TurnOutcome.ENDED);
    }

    @Override
    public Attempt idle() {
        succeeded = true;
        settled = true;
        log.info("idle", context.key());
        return Attempt.handled(TurnOutcome.IDLE);
    }

    @Override
    public Attempt ownershipLost() {
        settled = true;
        if (!session.isClaimed()) {
            // Another writer was first. The work of this message may not be done yet.
            return Attempt.READ_AGAIN;
        }
        log.info("ownership lost", context.key());
        TurnResult left = TurnResult.of(() -> {
            if (turn != null) {
                turn.releaseChildren();
            }
            return new TurnResult.OwnershipLost();
        });
        return left instanceof TurnResult.OwnershipLost
                ? Attempt.handled(TurnOutcome.OWNERSHIP_LOST)
                : left.match(Attempt.UNATTENDED);
    }

    @Override
    public Attempt workerStopped() {
        settled = true;
        return Attempt.UNATTENDED.workerStopped();
    }

    @Override
    public Attempt handedOff() {
        return tryHandOff(Duration.ZERO, null) ? handedOn() : Attempt.UNATTENDED.handedOff();
    }

    @Override
    public Attempt storageFailed(StorageException trouble) {
        boolean handedOff = tryHandOff(AFTER_TROUBLE, null);
        log.warning("turn stopped", context.key(), "failure", trouble);
        return handedOff ? handedOn() : Attempt.UNATTENDED.storageFailed(trouble);
    }

    /** A failure that is no fault of the storage counts against the message, and the host delivers it again. */
    @Override
    public Attempt failed(RuntimeException failure) {
        handOff(null, StatusReasons.of(failure), failure);
        log.warning("turn stopped", context.key(), "failure", failure);
        return Attempt.UNATTENDED.failed(failure);
    }

    /** The claim may still arrive, so this settles nothing. */
    @Override
    public Attempt notClaimed() {
        return Attempt.UNATTENDED.notClaimed();
    }

    /** A turn that owns the instance hands it off to a message that looks again; without a claim this message does. */
    @Override
    public Attempt blocked(String reason) {
        if (session.mayBeClaimed()) {
            boolean handedOff = tryHandOff(UNTIL_RECHECK, reason);
            log.warning("turn stopped", context.key(), "failure", reason);
            return handedOff ? handedOn() : Attempt.UNATTENDED.blocked(reason);
        }
        return Attempt.handled(repairs.leaveBlocked(new Versioned<>(session.row(), session.etag()), reason));
    }

    private Attempt handedOn() {
        log.info("handed off", context.key());
        return Attempt.handled(TurnOutcome.HANDED_OFF);
    }

    private boolean tryHandOff(Duration wakeAfter, @Nullable String reason) {
        handOff(wakeAfter, reason, null);
        return settled;
    }

    /**
     * Hands the instance off, unless activities are still running after the grace period.
     *
     * @param wakeAfter the delay of the message for it; null if the host delivers this one again
     * @param reason what the status shows until then; null for what it shows now
     * @param failure what counts against the message; null if nothing does
     */
    private void handOff(@Nullable Duration wakeAfter, @Nullable String reason, @Nullable Throwable failure) {
        try {
            if (turn != null) {
                turn.releaseChildren();
                if (turn.awaitTermination() > 0) {
                    return;
                }
            }
            if (session.row().status().isTerminal()) {
                return;
            }
            if (session.isClaimed()) {
                if (failure != null && context.slot().endsDetached()) {
                    // The host has no message left to deliver again. So put another one first, and only then clear the
                    // owner.
                    Requeues.requeueInPlace(services, context.message(), failure, context.slot());
                }
                session.handOff(
                        wakeAfter,
                        reason != null ? reason : session.row().values().reason());
                settled = true;
            } else if (reason != null && !session.mayBeClaimed()) {
                repairs.showReason(reason, new Versioned<>(session.row(), session.etag()));
            }
        } catch (TurnStopped | StorageException notNow) {
            // The worker goes on trying, and the message stays.
        }
    }

    /** Unlocks when nothing of the turn is on a thread any more. If a claim is left, the worker adopts it. */
    void close() {
        lock.turnIsOver(succeeded);
        if (!settled && session.mayBeClaimed()) {
            context.lease()
                    .adopt(session.abandoned(() ->
                            context.locks().find(context.message().instanceId()).isEmpty()));
        }
        if (turn == null) {
            lock.unlock();
        } else {
            turn.close(lock::unlock);
        }
    }
}
