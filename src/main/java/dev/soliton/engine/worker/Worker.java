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
 * This process as a worker. It takes a name and a lease when there is work, renews the lease as long as there is, and
 * releases it after a quiet while, so that an idle app costs nothing.
 *
 * <p>Invariants:
 *
 * <ul>
 *   <li>A worker claims nothing before it has the lease, so that the death of each owner can be detected.
 *   <li>A name is used for one lease. A worker that lost its lease, or may have lost it, works on under a new name.
 *   <li>A lease is released only when nothing can be claimed under it any more.
 *   <li>A process that ends while a message is in flight, or after a message that failed, leaves a mark, also if it has
 *       no lease: the host may end with it, and the message stays hidden from all others.
 *   <li>The renewal thread does nothing else between two renewals.
 *   <li>A worker that stops because it could not renew its lease in time marks its record, if it can. Its instances
 *       then go on at once, and get no strike.
 *   <li>A worker gives up its lease if one of its turns never ends and the host does not end the process for it. The
 *       process goes on under another name, and others see the turn's instance as that of a dead worker.
 * </ul>
 *
 * <p>Crash points: the worker record stays behind without a lease. The {@link Sweeper} finds it, or a worker that reads
 * an instance of this worker.
 *
 * <p>The class is longer than 300 lines: renewal, expiry, release and mark share the one current lease, and only together show that
 * none of them undoes another.
 */
public final class Worker {
    private static final Logger LOGGER = Logger.getLogger(Worker.class.getName());

    /** How long an idle worker keeps its lease. */
    private static final Duration QUIET = Duration.ofMinutes(1);

    /** How soon a failed renewal is tried again. */
    private static final Duration RETRY = Duration.ofSeconds(2);

    /** How long one message waits while another takes the lease. */
    private static final Duration REGISTERING = Duration.ofSeconds(30);

    private static final Duration SHORTEST_WATCH = Duration.ofMillis(20);

    private static final Duration STOP_PAUSE = Duration.ofMillis(50);

    private static final long UNMARKED = -1;

    private final EngineServices services;
    private final WorkerStore store;
    private final Executor housekeeping;
    private final BlockingQueue<Boolean> registrationPermit = new LinkedBlockingQueue<>(List.of(true));
    private volatile @Nullable WorkerLease current;
    private final InFlightMessages inFlight = new InFlightMessages();
    private volatile boolean stopping;

    /**
     * How many messages this process had received when it last left a mark, at its own end or its host's; unmarked
     * again once it has registered as a worker since.
     */
    private volatile long markedAfter = UNMARKED;

    public Worker(EngineServices services, WorkerStore store, Executor housekeeping) {
        this.services = services;
        this.store = store;
        this.housekeeping = housekeeping;
    }

    /** The messages that the host has given to this process. */
    public InFlightMessages inFlight() {
        return inFlight;
    }

    /** Some work under a lease, which is not released meanwhile. */
    public record LeaseUse(WorkerLease lease) implements AutoCloseable {
        @Override
        public void close() {
            lease.leave();
        }
    }

    /**
     * Begins some work, under the current lease or a new one.
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
            if (services.take(registrationPermit, REGISTERING) == null) {
                throw new StorageException("The storage does not answer; no lease could be had.", null);
            }
            try {
                if (lease == current) {
                    register();
                }
            } finally {
                registrationPermit.add(true);
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

    /** Ends a lease in time even if its renewal hangs: turns under the lease must not wait for the renewal. */
    private void watchExpiry(WorkerLease lease) {
        try {
            while (lease.isValid()) {
                services.pause(orShortest(lease.left()));
            }
            stop(lease);
            if (lease.ranOut()) {
                // Interrupted work must have left its threads before another worker begins it again.
                services.pause(services.limits().grace());
                mark(lease.worker(), lease.id());
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
     * Ends a lease under which a turn hangs, without a mark: the instance gets a strike as if it had ended its worker,
     * so that it does not come back for ever. The turn can write nothing any more, and this process does not keep the
     * instance from others.
     */
    private boolean isGivenUp(WorkerLease lease) {
        List<WorkerLease.Tenant> hanging =
                lease.begunBefore(services.elapsed().minus(services.limits().hangingAfter()));
        if (hanging.isEmpty()) {
            return false;
        }
        LOGGER.log(Level.SEVERE, "turns do not come to an end; their worker gives up its lease: {0}", hanging.size());
        stop(lease);
        hanging.forEach(tenant -> tenant.givenUp().run());
        return true;
    }

    /**
     * Counted, as the trust in the lease is, from when the last renewal was sent: a slow one does not delay the next.
     */
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

    /** Removes the record of a worker, or marks that the worker left something behind. */
    private void end(WorkerLease lease, boolean leavesNothing) {
        try {
            if (leavesNothing) {
                store.deregister(lease.worker(), lease.id());
            } else {
                mark(lease.worker(), lease.id());
            }
        } catch (StorageException unanswered) {
            // Its lease runs out, and its record is found.
        }
    }

    /** Marks a record: it leads to all that only the host knew of until now. */
    private void mark(String name, String leaseId) {
        inFlight.marking();
        store.markDrained(name, leaseId);
    }

    /** Begins no more work. */
    public void close() {
        stopping = true;
    }

    /**
     * Releases the lease once all messages that the host gave to this process are done, or when the limit is over. If
     * something is left, the record is marked instead, so that others search for it at once. A process without a lease
     * leaves such a mark as well, if something is left. A second call leaves no second mark for the same messages.
     *
     * @param limit how long to wait at most
     */
    public void leave(Duration limit) {
        WorkerLease before = current;
        boolean inTime = awaitIdle(before, inFlight::isEmpty, limit);
        boolean nothingLeft = inTime && inFlight.isEmpty() && inFlight.leavesNothing();
        // A message that had not begun may have taken a lease meanwhile; once nothing is in flight, none is taken any
        // more.
        WorkerLease last = current;
        WorkerLease lease = last == null && before != null && before.ranOut() ? before : last;
        if (lease != null) {
            // A lease that is not trusted any more has stopped its turns, and they left their claims behind.
            endLast(lease, nothingLeft && lease.isValid() && lease.isIdle());
        } else if (!nothingLeft && !isMarked()) {
            markDrained();
        }
    }

    /**
     * Retires this worker once the work under its lease is done, or when the limit is over. Its record is marked in any
     * case, as that of a worker that left work behind. An idle process, without a lease, leaves such a mark as well: a
     * message on its way to it would show nowhere else. Messages that arrive meanwhile run under another lease.
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

    /** Whether a mark already leads to all messages that were received. */
    private boolean isMarked() {
        return markedAfter == inFlight.received();
    }

    private void markDrained() {
        String name = services.newId();
        long received = inFlight.received();
        try {
            String id = store.register(name, services.limits().lease());
            // Without the mark the record is found as soon as its lease has run out.
            markedAfter = received;
            mark(name, id);
        } catch (StorageException unanswered) {
            if (!isMarked() && isThere(name)) {
                markedAfter = received;
            }
        }
    }

    /** Whether the record is there, as far as the storage answers: if it is not, the next call creates another. */
    private boolean isThere(String name) {
        try {
            return store.stateOf(name) != WorkerState.ABSENT;
        } catch (StorageException unanswered) {
            return false;
        }
    }

    /** Waits until nothing works under the lease and the given condition holds; no if the thread was interrupted. */
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
            // Other workers take over what is left.
            return false;
        }
    }
}
