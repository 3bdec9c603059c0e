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
 * One life of this process as a worker: a name, and the lease that shows that it lives.
 *
 * <p>Invariants:
 *
 * <ul>
 *   <li>It is trusted for less than the lease's time, counted from before the last good renewal was sent, by a clock
 *       that nobody sets and by the one that goes on while the machine sleeps: whichever has gone further.
 *   <li>Once it is not trusted it never is again. What was claimed under it is lost, and a renewal that succeeds all the
 *       same does not change that.
 *   <li>It is not given back while anything works under it, or may have claimed something.
 *   <li>All that work under it are notified when it ends, even if one of them throws.
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
    private final ReleaserStart caretaker;
    private Moment good;
    private Moment busyUntil;
    private int working;
    private boolean isReleasing;
    private boolean closed;
    private boolean stopped;
    private boolean ranOut;

    /**
     * What is to come to its end under a lease.
     *
     * @param begun since when it counts, by {@link EngineServices#elapsed}
     * @param givenUp what is done when nobody waits for it any more
     */
    public record Tenant(Duration begun, Runnable givenUp) {}

    /** Who sees to what may be claimed under a lease, and has no turn. */
    @FunctionalInterface
    public interface ReleaserStart {
        /** Begins, on a thread of its own, and goes on for as long as {@link WorkerLease#hasAbandoned} says. */
        void begin(WorkerLease lease);
    }

    /**
     * A lease that was just taken.
     *
     * @param sent when it was asked for
     * @param caretaker is called when there is something to see to, and it does not do so already
     */
    public WorkerLease(
            String worker, String id, Duration trust, EngineServices services, Moment sent, ReleaserStart caretaker) {
        this.caretaker = caretaker;
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

    /** Whether what this worker has claimed is its own still. */
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

    /** Whether it ended because it was not renewed in time. Its sign has no mark of that yet. */
    synchronized boolean ranOut() {
        return ranOut;
    }

    /** How long it is to be trusted from now on, if it is not renewed. */
    Duration left() {
        return leftOf(trust);
    }

    /** How long until that time has gone by since the last good renewal was sent, by the clock that goes on while the machine sleeps. */
    synchronized Duration leftOf(Duration time) {
        return good.time().plus(time).minus(services.moment().time());
    }

    /**
     * Makes sure that what this worker has claimed is its own still.
     *
     * @throws TurnStopped if it is not
     */
    public void require() throws TurnStopped {
        if (!isValid()) {
            throw TurnStopped.workerStopped();
        }
    }

    /** Notes that the lease was renewed by what was sent then. */
    synchronized void renewed(Moment sent) {
        good = sent;
    }

    /** Ends it, and notifies all that work under it. */
    void stop() {
        List<Runnable> told;
        synchronized (this) {
            stopped = true;
            told = List.copyOf(onStop);
            onStop.clear();
            abandoned.clear();
        }
        told.forEach(WorkerLease::tell);
    }

    private static void tell(Runnable listener) {
        try {
            listener.run();
        } catch (RuntimeException bug) {
            // The others work under a lease that is over as well.
            LOGGER.log(Level.WARNING, "a turn could not be told that its worker lost its lease: {0}", bug.toString());
        }
    }

    /** Does something when it ends. */
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

    /** Has an eye on what has to come to its end, until it is forgotten. */
    public synchronized void watch(Tenant tenant) {
        tenants.add(tenant);
    }

    public synchronized void forget(Tenant tenant) {
        tenants.remove(tenant);
    }

    /** Those that count from before that moment, and have not come to their end. */
    synchronized List<Tenant> begunBefore(Duration moment) {
        return tenants.stream()
                .filter(tenant -> tenant.begun().compareTo(moment) < 0)
                .toList();
    }

    /** Begins to work under it; no if it is about to be given back, or has ended. */
    public synchronized boolean tryEnter() {
        if (closed || stopped) {
            return false;
        }
        working++;
        return true;
    }

    /** Ends the work that was begun. */
    public void leave() {
        Moment now = services.moment();
        synchronized (this) {
            working--;
            busyUntil = now;
        }
    }

    /** Closes it for good if nothing has worked under it for that time, and nothing is left to be done. */
    boolean tryClose(Duration quiet) {
        Moment now = services.moment();
        synchronized (this) {
            closed |= working == 0 && abandoned.isEmpty() && now.isFurtherThan(quiet, busyUntil);
            return closed;
        }
    }

    /** Whether nothing works under it, and nothing is left to be done. */
    synchronized boolean isIdle() {
        return working == 0 && abandoned.isEmpty();
    }

    /** Takes charge of what may be claimed, and has no turn. */
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
        caretaker.begin(this);
    }

    /** Whether something is left to see to. Once nothing is, the next claim that is adopted starts the releaser again. */
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
