package dev.soliton.engine.replay;

import dev.soliton.engine.runtime.TurnStopped;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The state that the thread of an orchestrator's code shares with the turn's watchdog thread. With it the watchdog can
 * abandon code that does not return.
 *
 * <p>Invariants:
 *
 * <ul>
 *   <li>One of the two threads is in the engine at a time: the one that holds the permit. The code's thread holds it
 *       from its call of the context until that returns. The watchdog takes it only to read the state, or for good.
 *   <li>An abandoned run never gets into the engine again: it can commit, start and send nothing, however long its
 *       thread goes on.
 * </ul>
 */
public final class WatchedRun {
    /** How often the context refuses the code before the code counts as unresponsive. */
    static final int MAX_REFUSALS = 10_000;

    private final Supplier<Duration> elapsed;
    private final BlockingQueue<Signal> signals = new LinkedBlockingQueue<>();
    private final ReentrantLock permit = new ReentrantLock();
    private final Thread watchdog = Thread.currentThread();
    private volatile Duration movedAt;
    private volatile @Nullable Duration leavingSince;
    private volatile boolean abandoned;
    private @Nullable Thread thread;
    private int refusals;

    /** What the watchdog thread receives. */
    public sealed interface Signal {
        /** The run has ended, or was left. One of the three components is present. */
        record Over(ReplayContext.@Nullable End end, @Nullable TurnStopped stopped, @Nullable Throwable bug)
                implements Signal {}

        /** The code is being left, and goes on all the same. */
        record Unresponsive() implements Signal {}

        /** The turn must leave the rest of its work to another. */
        record Stop() implements Signal {}
    }

    /** A run of an orchestrator's code. */
    @FunctionalInterface
    public interface Run {
        ReplayContext.End run() throws TurnStopped;
    }

    public WatchedRun(Supplier<Duration> elapsed) {
        this.elapsed = elapsed;
        this.movedAt = elapsed.get();
    }

    /** The queue of signals to the watchdog. */
    public BlockingQueue<Signal> signals() {
        return signals;
    }

    // The thread of the code

    /** Runs the code on this thread. */
    public void run(Run code) {
        synchronized (this) {
            thread = Thread.currentThread();
        }
        Signal.Over over;
        try {
            over = new Signal.Over(code.run(), null, null);
        } catch (TurnStopped stopped) {
            over = new Signal.Over(null, stopped, null);
        } catch (Throwable bug) {
            over = new Signal.Over(null, null, bug);
        }
        synchronized (this) {
            thread = null;
            // An interruption that came late must not hit what the thread does next.
            Thread.interrupted();
        }
        signals.add(over);
    }

    /** Enters the engine. */
    void enter() {
        permit.lock();
        if (abandoned) {
            permit.unlock();
            throw new Unwind();
        }
    }

    /** Leaves the engine. */
    void leave() {
        permit.unlock();
    }

    /** Notes progress of the code: it made a request, or received an event. */
    void moved() {
        movedAt = elapsed.get();
    }

    /** Notes that the code is being left. */
    void leaves() {
        if (leavingSince == null) {
            leavingSince = elapsed.get();
        }
    }

    boolean isAbandoned() {
        return abandoned;
    }

    /**
     * Notes that the code used the context although it is being left. If it does so without end, its thread is parked
     * for good.
     */
    void refused() {
        if (++refusals < MAX_REFUSALS || !isOnItsOwn()) {
            return;
        }
        signals.add(new Signal.Unresponsive());
        while (true) {
            LockSupport.park(this);
            // It waits for nothing, so it ignores what wakes it up.
            Thread.interrupted();
        }
    }

    private boolean isOnItsOwn() {
        return watchdog != Thread.currentThread();
    }

    // The watchdog thread

    /** When the code last made progress. */
    public Duration movedAt() {
        return movedAt;
    }

    /** Since when the code has been in the process of being left; null if it is not being left. */
    public @Nullable Duration leavingSince() {
        return leavingSince;
    }

    /** Takes the permit, if the code is not in the engine. */
    public boolean tryTakePermit() {
        return permit.tryLock();
    }

    public void givePermit() {
        permit.unlock();
    }

    /** Waits for the permit, shuts the code out of the engine for good, and interrupts it. */
    public void abandon() {
        permit.lock();
        try {
            abandoned = true;
        } finally {
            permit.unlock();
        }
        synchronized (this) {
            if (thread != null) {
                thread.interrupt();
            }
        }
    }
}
