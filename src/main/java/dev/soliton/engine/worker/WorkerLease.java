package dev.soliton.engine.worker;

import dev.soliton.engine.runtime.EngineServices;
import dev.soliton.engine.runtime.SleepAwareClock.Moment;
import dev.soliton.engine.runtime.TurnStopped;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * This process as one worker: its name, and the lease that shows that it lives.
 *
 * <p>Invariants:
 *
 * <ul>
 *   <li>The process trusts the lease for less than its time, counted from before the last good renewal was sent. It
 *       counts by a clock that nobody sets and by one that goes on while the machine sleeps: whichever has gone
 *       further.
 *   <li>A lease that is not trusted any more is never trusted again. What was claimed under it is lost, and a renewal
 *       that succeeds all the same does not change that.
 *   <li>The lease is not released while anything works under it, or may have claimed something.
 *   <li>Everything that works under the lease is notified when it ends, even if one listener throws.
 * </ul>
 */
public final class WorkerLease {
    private static final Logger LOGGER = Logger.getLogger(WorkerLease.class.getName());

    private final String worker;
    private final String id;
    private final Duration trust;
    private final EngineServices services;
    private final Set<Runnable> onStop = new LinkedHashSet<>();
    private final Set<Tenant> tenants = new LinkedHashSet<>();
    private final List<AbandonedClaim> abandoned = new ArrayList<>();
    private final ReleaserStart releaser;
    private Moment good;
    private Moment busyUntil;
    private int working;
    private boolean isReleasing;
    private boolean closed;
    private boolean stopped;
    private boolean ranOut;

    /**
     * Work that must end under a lease.
     *
     * @param begun when the work began, by {@link EngineServices#elapsed}
     * @param givenUp runs when the worker stops waiting for the work
     */
    public record Tenant(Duration begun, Runnable givenUp) {}

    /** Starts the release of claims that were made under a lease and have no turn. */
    @FunctionalInterface
    public interface ReleaserStart {
        /** Begins on its own thread, and goes on as long as {@link WorkerLease#hasAbandoned} says. */
        void begin(WorkerLease lease);
    }

    /**
     * Creates a lease that was just taken.
     *
     * @param sent when the lease was requested
     * @param releaser called when there is something to release, unless it is at work already
     */
    public WorkerLease(
            String worker, String id, Duration trust, EngineServices services, Moment sent, ReleaserStart releaser) {
        this.releaser = releaser;
        this.worker = worker;
        this.id = id;
        this.trust = trust;
        this.services = services;
        this.good = sent;
        this.busyUntil = sent;
    }

    /** The worker's name. */
    public String worker() {
        return worker;
    }

    String id() {
        return id;
    }

    /** Whether this worker still owns what it has claimed. */
    public boolean isValid() {
        Moment now = services.moment();
        synchronized (this) {
            if (!stopped && now.isFurtherThan(trust, good)) {
                stopped = true;
                ranOut = true;
            }
            return !stopped;
        }
    }

    /** Whether the lease ended because it was not renewed in time. The worker record has no mark of that yet. */
    synchronized boolean ranOut() {
        return ranOut;
    }

    /** How long the lease is trusted from now on, if it is not renewed. */
    Duration left() {
        return leftOf(trust);
    }

    /**
     * How long until the given time has passed since the last good renewal was sent, by the clock that goes on while
     * the machine sleeps.
     */
    synchronized Duration leftOf(Duration time) {
        return good.time().plus(time).minus(services.moment().time());
    }

    /**
     * Makes sure that this worker still owns what it has claimed.
     *
     * @throws TurnStopped if it does not
     */
    public void require() throws TurnStopped {
        if (!isValid()) {
            throw TurnStopped.workerStopped();
        }
    }

    /** Notes that a renewal succeeded which was sent at that moment. */
    synchronized void renewed(Moment sent) {
        good = sent;
    }

    /** Ends the lease, and notifies everything that works under it. */
    void stop() {
        List<Runnable> listeners;
        synchronized (this) {
            stopped = true;
            listeners = List.copyOf(onStop);
            onStop.clear();
            abandoned.clear();
        }
        listeners.forEach(WorkerLease::runListener);
    }

    private static void runListener(Runnable listener) {
        try {
            listener.run();
        } catch (RuntimeException bug) {
            // The other listeners must be notified too: their lease is over as well.
            LOGGER.log(Level.WARNING, "a turn could not be told that its worker lost its lease: {0}", bug.toString());
        }
    }

    /** Runs an action when the lease ends, or at once if it has ended. */
    public void onStop(Runnable action) {
        synchronized (this) {
            if (!stopped) {
                onStop.add(action);
                return;
            }
        }
        action.run();
    }

    public synchronized void forgetOnStop(Runnable action) {
        onStop.remove(action);
    }

    /** Watches work that must end, until it is forgotten. */
    public synchronized void watch(Tenant tenant) {
        tenants.add(tenant);
    }

    public synchronized void forget(Tenant tenant) {
        tenants.remove(tenant);
    }

    /** The watched work that began before that moment and has not ended. */
    synchronized List<Tenant> begunBefore(Duration moment) {
        return tenants.stream()
                .filter(tenant -> tenant.begun().compareTo(moment) < 0)
                .toList();
    }

    /** Begins work under the lease; no if it is about to be released, or has ended. */
    public synchronized boolean tryEnter() {
        if (closed || stopped) {
            return false;
        }
        working++;
        return true;
    }

    /** Ends work that was begun. */
    public void leave() {
        Moment now = services.moment();
        synchronized (this) {
            working--;
            busyUntil = now;
        }
    }

    /** Closes the lease for good if nothing has worked under it for that time, and nothing is left to release. */
    boolean tryClose(Duration quiet) {
        Moment now = services.moment();
        synchronized (this) {
            closed |= working == 0 && abandoned.isEmpty() && now.isFurtherThan(quiet, busyUntil);
            return closed;
        }
    }

    /** Whether nothing works under the lease, and nothing is left to release. */
    synchronized boolean isIdle() {
        return working == 0 && abandoned.isEmpty();
    }

    /** Takes charge of a claim that has no turn, and starts the releaser if needed. */
    public void adopt(AbandonedClaim claim) {
        synchronized (this) {
            if (stopped) {
                return;
            }
            abandoned.add(claim);
            if (isReleasing) {
                return;
            }
            isReleasing = true;
        }
        releaser.begin(this);
    }

    /** Whether a claim is left to release. Once none is, the next claim that is adopted starts the releaser again. */
    synchronized boolean hasAbandoned() {
        isReleasing = !abandoned.isEmpty();
        return isReleasing;
    }

    synchronized List<AbandonedClaim> abandoned() {
        return List.copyOf(abandoned);
    }

    synchronized void settled(AbandonedClaim claim) {
        abandoned.remove(claim);
    }
}
