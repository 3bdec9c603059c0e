package dev.soliton.engine;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

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
 * </ul>
 */
final class WorkerLease {
    private final String worker;
    private final String id;
    private final Duration trust;
    private final EngineContext context;
    private final Set<Runnable> onStop = new LinkedHashSet<>();
    private final List<Orphan> orphans = new ArrayList<>();
    private Moment good;
    private Moment busyUntil;
    private int working;
    private boolean closed;
    private boolean stopped;

    /** A moment, by both clocks. */
    record Moment(Duration elapsed, Instant time) {
        static Moment of(EngineContext context) {
            return new Moment(context.elapsed(), context.now());
        }

        boolean isFurtherThan(Duration limit, Moment since) {
            return elapsed.minus(since.elapsed).compareTo(limit) > 0
                    || Duration.between(since.time, time).compareTo(limit) > 0;
        }
    }

    /**
     * A lease that was just taken.
     *
     * @param sent when it was asked for
     */
    WorkerLease(String worker, String id, Duration trust, EngineContext context, Moment sent) {
        this.worker = worker;
        this.id = id;
        this.trust = trust;
        this.context = context;
        this.good = sent;
        this.busyUntil = sent;
    }

    /** The worker's name. */
    String worker() {
        return worker;
    }

    String id() {
        return id;
    }

    /** Whether what this worker has claimed is its own still. */
    boolean isValid() {
        Moment now = Moment.of(context);
        synchronized (this) {
            if (!stopped && now.isFurtherThan(trust, good)) {
                stopped = true;
            }
            return !stopped;
        }
    }

    /** How long it is to be trusted from now on, if it is not renewed. */
    synchronized Duration left() {
        Moment now = Moment.of(context);
        Duration byElapsed = good.elapsed.plus(trust).minus(now.elapsed);
        Duration byTime = Duration.between(now.time, good.time.plus(trust));
        return byElapsed.compareTo(byTime) < 0 ? byElapsed : byTime;
    }

    /**
     * Makes sure that what this worker has claimed is its own still.
     *
     * @throws TurnStopped if it is not
     */
    void require() throws TurnStopped {
        if (!isValid()) {
            throw TurnStopped.workerStopped();
        }
    }

    /** Notes that the lease was renewed by what was sent then. */
    synchronized void renewed(Moment sent) {
        good = sent;
    }

    /** Ends it, and tells all that work under it. */
    void stop() {
        List<Runnable> told;
        synchronized (this) {
            stopped = true;
            told = List.copyOf(onStop);
            onStop.clear();
            orphans.clear();
        }
        told.forEach(Runnable::run);
    }

    /** Does something when it ends. */
    void onStop(Runnable action) {
        synchronized (this) {
            if (!stopped) {
                onStop.add(action);
                return;
            }
        }
        action.run();
    }

    synchronized void forgetOnStop(Runnable action) {
        onStop.remove(action);
    }

    /** Begins to work under it; no if it is about to be given back, or has ended. */
    synchronized boolean tryEnter() {
        if (closed || stopped) {
            return false;
        }
        working++;
        return true;
    }

    /** Ends the work that was begun. */
    void leave() {
        Moment now = Moment.of(context);
        synchronized (this) {
            working--;
            busyUntil = now;
        }
    }

    /** Closes it for good if nothing has worked under it for that time, and nothing is left to be done. */
    boolean tryClose(Duration quiet) {
        Moment now = Moment.of(context);
        synchronized (this) {
            closed |= working == 0 && orphans.isEmpty() && now.isFurtherThan(quiet, busyUntil);
            return closed;
        }
    }

    /** Whether nothing works under it, and nothing is left to be done. */
    synchronized boolean isIdle() {
        return working == 0 && orphans.isEmpty();
    }

    /** Takes charge of what may be claimed, and has no turn. */
    synchronized void adopt(Orphan orphan) {
        if (!stopped) {
            orphans.add(orphan);
        }
    }

    synchronized List<Orphan> orphans() {
        return List.copyOf(orphans);
    }

    synchronized void settled(Orphan orphan) {
        orphans.remove(orphan);
    }
}
