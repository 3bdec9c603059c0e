package dev.soliton.engine.turn;

import dev.soliton.engine.commit.ChildEnd;
import dev.soliton.engine.commit.InstanceSession;
import dev.soliton.engine.runtime.EngineServices;
import dev.soliton.engine.runtime.InstanceLog;
import dev.soliton.engine.runtime.StatusReasons;
import dev.soliton.engine.runtime.TurnStopped;
import dev.soliton.store.StorageException;
import dev.soliton.store.Versioned;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The life of one turn within the work on a message: it begins, ends or is stopped, and is closed whatever happened.
 *
 * <p>A claim that is neither released nor handed off when the scope is closed goes to this worker, which goes on trying.
 */
final class TurnScope {
    /** How long an instance is left alone whose turn met with trouble: it may last. */
    private static final Duration AFTER_TROUBLE = Duration.ofSeconds(2);

    private final EngineServices services;
    private final MessageContext context;
    private final InstanceRepairs repairs;
    private final InstanceLocks.Lock lock;
    private final InstanceSession session;
    private final InstanceLog log;
    private @Nullable Turn turn;
    /** Whether the turn came to what it was run for. */
    private boolean succeeded;
    /** Whether nothing of the claim is left to see to. */
    private boolean settled;

    TurnScope(MessageContext context, InstanceRepairs repairs, InstanceLocks.Lock lock, InstanceSession session) {
        this.services = context.services();
        this.context = context;
        this.repairs = repairs;
        this.lock = lock;
        this.session = session;
        this.log = context.log();
    }

    Turn begin() {
        Turn.Trigger trigger =
                new Turn.Trigger(context.lease(), context.message().due(), lock, context.begun(), context.slot());
        turn = new Turn(services, context.executors(), session, trigger, log);
        return turn;
    }

    /** The execution has ended: whoever waits for that is told, and the ID is given back once nothing works on it. */
    Attempt ended() throws TurnStopped {
        succeeded = true;
        if (session.isClaimed()) {
            ChildEnd.notifyParent(services, session);
            if (turn == null || turn.isQuiet()) {
                session.release();
            }
        }
        session.deleteStale();
        settled = !session.isClaimed();
        return Attempt.handled(TurnOutcome.ENDED);
    }

    /**
     * Sees to what a turn leaves that cannot go on.
     *
     * @throws TurnStopped if the message is to be delivered again
     */
    Attempt stopped(TurnStopped stopped) throws TurnStopped {
        return switch (stopped.why()) {
            case IDLE -> idle();
            case OWNERSHIP_LOST -> lost();
            case WORKER_STOPPED -> {
                settled = true;
                throw stopped;
            }
            case HANDED_OFF -> {
                handOff(Duration.ZERO, null);
                yield handedOff(stopped);
            }
            case TROUBLE -> troubled(stopped);
        };
    }

    private Attempt idle() {
        succeeded = true;
        settled = true;
        log.info("idle", context.key());
        return Attempt.handled(TurnOutcome.IDLE);
    }

    private Attempt lost() throws TurnStopped {
        settled = true;
        if (!session.isClaimed()) {
            // Somebody else wrote first. What this message is about may be left to do.
            return Attempt.READ_AGAIN;
        }
        log.info("ownership lost", context.key());
        if (turn != null) {
            turn.releaseChildren();
        }
        return Attempt.handled(TurnOutcome.OWNERSHIP_LOST);
    }

    private Attempt troubled(TurnStopped stopped) throws TurnStopped {
        // What nobody foresaw counts against the message, which the host delivers again.
        boolean counts = !(stopped.trouble() instanceof StorageException);
        handOff(counts ? null : AFTER_TROUBLE, counts ? stopped.trouble() : null);
        log.warning("turn stopped", context.key(), "failure", stopped.trouble());
        if (counts) {
            throw stopped;
        }
        return handedOff(stopped);
    }

    private Attempt handedOff(TurnStopped stopped) throws TurnStopped {
        if (!settled) {
            throw stopped;
        }
        log.info("handed off", context.key());
        return Attempt.handled(TurnOutcome.HANDED_OFF);
    }

    /** Leaves the rest to the next delivery of the message, which a failure that nobody foresaw counts against. */
    void failed(RuntimeException bug) {
        handOff(null, bug);
    }

    /**
     * Hands the instance off, unless activities are still running after the grace period.
     *
     * @param wakeAfter when the message for it is to come; null if the host delivers this one again
     * @param failure what counts against the message, and the status is to tell until then; null if nothing does
     */
    private void handOff(@Nullable Duration wakeAfter, @Nullable Throwable failure) {
        String reason = failure == null ? null : StatusReasons.of(failure);
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
                    // The host has no message to deliver again. Nobody is to own it only once there is another.
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

    /** Gives the lock back when nothing of the turn is on a thread any more; a claim that is left goes to the worker. */
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
