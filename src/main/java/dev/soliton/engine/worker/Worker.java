package dev.soliton.engine.worker;

import dev.soliton.engine.runtime.EngineServices;
import dev.soliton.engine.runtime.SleepAwareClock;
import dev.soliton.engine.runtime.TurnStopped;
import dev.soliton.store.StorageException;
import dev.soliton.store.WorkerState;
import dev.soliton.store.WorkerStore;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.BooleanSupplier;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * This process as a worker. It takes a name and a lease when there is something to do, renews the lease as long as there
 * is, and gives it back after a while of quiet, so that an app that does nothing costs nothing.
 *
 * <p>Invariants:
 *
 * <ul>
 *   <li>Nothing is claimed before the lease is had, so that the death of each owner can be seen.
 *   <li>A name is used for one lease. A worker that lost its lease, or cannot know, works on under a new name.
 *   <li>A lease is given back only when nothing can be claimed under it any more.
 *   <li>A process that ends while a message is in flight, or after one that failed, leaves a mark, also where it has no
 *       lease: the host may go with it, and hides the message from all others.
 *   <li>Nothing but renewals is done between two renewals.
 *   <li>A worker that stops because it could not renew its lease in time says so, when it can: what it held goes on at
 *       once, and is not blamed for its end.
 *   <li>A worker has no lease for long that has a turn which never ends, and that no host ends the process for: it goes
 *       on under another name, and others see the turn's instance as that of a worker that died.
 * </ul>
 *
 * <p>Crash points: the sign stays behind without a lease, and is found by the {@link Sweeper}, or by the one who meets an
 * instance of this worker.
 */
public final class Worker {
    private static final Logger LOGGER = Logger.getLogger(Worker.class.getName());

    /** How long a worker stays that has nothing to do. */
    private static final Duration QUIET = Duration.ofMinutes(1);

    /** How soon a renewal is tried again that fails. */
    private static final Duration RETRY = Duration.ofSeconds(2);

    /** How long one message waits for another that takes the lease. */
    private static final Duration ENLISTING = Duration.ofSeconds(30);

    private static final Duration SHORTEST_WATCH = Duration.ofMillis(20);

    private static final Duration STOP_PAUSE = Duration.ofMillis(50);

    private static final long UNMARKED = -1;

    private final EngineServices services;
    private final WorkerStore store;
    private final Executor housekeeping;
    private final BlockingQueue<Boolean> turnstile = new LinkedBlockingQueue<>(List.of(true));
    private volatile @Nullable WorkerLease current;
    private final InFlightMessages inFlight = new InFlightMessages();
    private volatile boolean stopping;

    /** How many messages had come when this process last left a mark at its end, or that of its host, and was no worker since. */
    private volatile long markedAfter = UNMARKED;

    public Worker(EngineServices services, WorkerStore store, Executor housekeeping) {
        this.services = services;
        this.store = store;
        this.housekeeping = housekeeping;
    }

    /** What the host has given to this process. */
    public InFlightMessages inFlight() {
        return inFlight;
    }

    /** Some work, under a lease that is not given back meanwhile. */
    public record LeaseUse(WorkerLease lease) implements AutoCloseable {
        @Override
        public void close() {
            lease.leave();
        }
    }

    /**
     * Begins some work.
     *
     * @throws StorageException if the storage failed, or the process is about to stop
     * @throws TurnStopped if the thread was interrupted
     */
    public LeaseUse begin() throws TurnStopped {
        while (true) {
            if (stopping) {
                throw new StorageException("The worker is about to stop.", null);
            }
            WorkerLease lease = current;
            if (lease != null && !lease.isValid()) {
                stop(lease);
                continue;
            }
            if (lease != null && lease.tryEnter()) {
                return new LeaseUse(lease);
            }
            if (services.take(turnstile, ENLISTING) == null) {
                throw new StorageException("The storage does not answer; no lease could be had.", null);
            }
            try {
                if (lease == current) {
                    register();
                }
            } finally {
                turnstile.add(true);
            }
        }
    }

    private void register() {
        String name = services.newId();
        SleepAwareClock.Moment sent = services.moment();
        String id = store.register(name, services.limits().lease());
        markedAfter = UNMARKED;
        WorkerLease lease = new WorkerLease(name, id, services.limits().trust(), services, sent, this::settleAbandoned);
        current = lease;
        housekeeping.execute(() -> renewUntilStopped(lease));
        housekeeping.execute(() -> watchExpiry(lease));
    }

    /** Ends a lease in time whose renewal hangs: what works under it is not to wait for that. */
    private void watchExpiry(WorkerLease lease) {
        try {
            while (lease.isValid()) {
                services.pause(orShortest(lease.left()));
            }
            stop(lease);
            if (lease.ranOut()) {
                // What was interrupted is to be off its threads before others begin it again.
                services.pause(services.limits().grace());
                inFlight.marking();
                store.markLeft(lease.worker(), lease.id());
            }
        } catch (TurnStopped interrupted) {
            stop(lease);
        } catch (RuntimeException unanswered) {
            // Its lease runs out.
        }
    }

    private void renewUntilStopped(WorkerLease lease) {
        Duration pause = untilRenewal(lease);
        while (true) {
            try {
                services.pause(pause);
            } catch (TurnStopped interrupted) {
                stop(lease);
                return;
            }
            if (!lease.isValid()) {
                stop(lease);
                return;
            }
            if (lease.tryClose(QUIET)) {
                giveBack(lease);
                return;
            }
            if (isGivenUp(lease)) {
                return;
            }
            SleepAwareClock.Moment sent = services.moment();
            try {
                if (!store.renew(lease.worker(), lease.id())) {
                    stop(lease);
                    return;
                }
                lease.renewed(sent);
                pause = untilRenewal(lease);
            } catch (RuntimeException unanswered) {
                pause = RETRY;
            }
        }
    }

    /**
     * Ends a lease under which a turn hangs, without a mark: it counts as killing its worker, so that it does not come again
     * for ever. The turn can write nothing any more, and its instance is not kept from others here.
     */
    private boolean isGivenUp(WorkerLease lease) {
        List<WorkerLease.Tenant> hanging =
                lease.begunBefore(services.elapsed().minus(services.limits().hopeless()));
        if (hanging.isEmpty()) {
            return false;
        }
        LOGGER.log(Level.SEVERE, "turns do not come to an end; their worker gives up its lease: {0}", hanging.size());
        stop(lease);
        hanging.forEach(tenant -> tenant.givenUp().run());
        return true;
    }

    /** Counted from when the last one was sent, as the trust in it is: one that is slow takes no time from the next. */
    private Duration untilRenewal(WorkerLease lease) {
        return orShortest(lease.leftOf(services.limits().renewal()));
    }

    private static Duration orShortest(Duration left) {
        return left.compareTo(SHORTEST_WATCH) < 0 ? SHORTEST_WATCH : left;
    }

    private void settleAbandoned(WorkerLease lease) {
        housekeeping.execute(new ClaimReleaser(services, lease)::run);
    }

    private void stop(WorkerLease lease) {
        if (current == lease) {
            current = null;
        }
        lease.stop();
    }

    private void giveBack(WorkerLease lease) {
        stop(lease);
        end(lease, inFlight.leavesNothing());
    }

    /** Removes the sign of a worker, or marks it as that of one that left something behind. */
    private void end(WorkerLease lease, boolean leavesNothing) {
        try {
            if (leavesNothing) {
                store.deregister(lease.worker(), lease.id());
            } else {
                inFlight.marking();
                store.markLeft(lease.worker(), lease.id());
            }
        } catch (StorageException unanswered) {
            // Its lease runs out, and its sign is found.
        }
    }

    /** Takes on nothing more. */
    public void close() {
        stopping = true;
    }

    /**
     * Gives the lease back, once all that the host has given to this process has come to its end, or after that time: then
     * marked, so that others look at once for what is left. Without a lease, such a mark is left where something is. A second
     * call leaves none for what the first has left one for.
     *
     * @param limit how long to wait at most
     */
    public void leave(Duration limit) {
        WorkerLease before = current;
        boolean inTime = awaitIdle(before, inFlight::isEmpty, limit);
        boolean nothingLeft = inTime && inFlight.isEmpty() && inFlight.leavesNothing();
        // What had not begun may have taken a lease meanwhile; none is taken any more once nothing is in flight.
        WorkerLease last = current;
        WorkerLease lease = last == null && before != null && before.ranOut() ? before : last;
        if (lease != null) {
            // One that is not trusted any more has broken off its turns, and left what they had claimed.
            endLast(lease, nothingLeft && lease.isValid() && lease.isIdle());
        } else if (!nothingLeft && !isMarked()) {
            markDrained();
        }
    }

    /**
     * Ends this life as a worker, once what works under the lease has come to its end, or after that time. It is marked
     * as one that has left work behind, in any case. One that has no lease, since it had nothing to do, leaves such a mark
     * as well: what was on its way to this process would show nowhere else. What comes meanwhile works under another lease.
     */
    public void retire(Duration limit) {
        WorkerLease lease = current;
        if (lease != null) {
            current = null;
            awaitIdle(lease, () -> true, limit);
            endLast(lease, false);
        } else if (!isMarked()) {
            markDrained();
        }
    }

    private void endLast(WorkerLease lease, boolean leavesNothing) {
        stop(lease);
        if (!leavesNothing) {
            markedAfter = inFlight.received();
        }
        end(lease, leavesNothing);
    }

    /** Whether there is a mark already that leads to all that has come. */
    private boolean isMarked() {
        return markedAfter == inFlight.received();
    }

    private void markDrained() {
        String name = services.newId();
        long received = inFlight.received();
        try {
            String id = store.register(name, services.limits().lease());
            // Without the mark it is found as soon as its lease has run out.
            markedAfter = received;
            inFlight.marking();
            store.markLeft(name, id);
        } catch (StorageException unanswered) {
            if (!isMarked() && isThere(name)) {
                markedAfter = received;
            }
        }
    }

    /** Whether there is such a sign, as far as that can be told: the next call makes another where there is none. */
    private boolean isThere(String name) {
        try {
            return store.stateOf(name) != WorkerState.ABSENT;
        } catch (StorageException unanswered) {
            return false;
        }
    }

    /** Waits until nothing works under a lease, and something else is so as well; no if the thread was interrupted. */
    private boolean awaitIdle(@Nullable WorkerLease lease, BooleanSupplier isIdle, Duration limit) {
        try {
            SleepAwareClock.Moment begun = services.moment();
            ClaimReleaser releaser = lease == null ? null : new ClaimReleaser(services, lease);
            while (!(isIdle.getAsBoolean() && (lease == null || lease.isIdle()))
                    && !services.moment().isFurtherThan(limit, begun)) {
                services.pause(STOP_PAUSE);
                if (releaser != null) {
                    releaser.settleSome();
                }
            }
            return true;
        } catch (TurnStopped interrupted) {
            // What is left is for others.
            return false;
        }
    }
}
