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
 * What stands between the thread that runs an orchestrator's code and the one that answers for the turn, so that the first
 * can be left alone where its code does not come back.
 *
 * <p>Invariants:
 *
 * <ul>
 *   <li>Of the two, one is in the engine at a time: whoever holds the floor. The code's thread has it from where it asks the
 *       context for something until it has an answer; the other takes it only to look, or for good.
 *   <li>From a run that was abandoned nothing gets into the engine any more: it can commit, start and send nothing, however
 *       long its thread goes on.
 * </ul>
 */
public final class WatchedRun {
    /** How often the code is refused before nobody expects any more that it lets itself be left. */
    static final int MAX_REFUSALS = 10_000;

    private final Supplier<Duration> elapsed;
    private final BlockingQueue<Signal> signals = new LinkedBlockingQueue<>();
    private final ReentrantLock permit = new ReentrantLock();
    private final Thread attendant = Thread.currentThread();
    private volatile Duration movedAt;
    private volatile @Nullable Duration leavingSince;
    private volatile boolean abandoned;
    private @Nullable Thread thread;
    private int refusals;

    /** What the thread that answers for the turn is told. */
    public sealed interface Signal {
        /** The run has come to an end, or was left: one of the three is there. */
        record Over(ReplayContext.@Nullable End end, @Nullable TurnStopped stopped, @Nullable Throwable bug)
                implements Signal {}

        /** The code is to be left, and goes on all the same. */
        record Unresponsive() implements Signal {}

        /** The turn is to leave the rest to another. */
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

    /** Where signals are found. */
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

    /** The code got on: it asked for something, or was told something. */
    void moved() {
        movedAt = elapsed.get();
    }

    /** The code is being left. */
    void leaves() {
        if (leavingSince == null) {
            leavingSince = elapsed.get();
        }
    }

    boolean isAbandoned() {
        return abandoned;
    }

    /** The code asked for something although it is to be left. Where it goes on and on, its thread stands still for good. */
    void refused() {
        if (++refusals < MAX_REFUSALS || !isOnItsOwn()) {
            return;
        }
        signals.add(new Signal.Unresponsive());
        while (true) {
            LockSupport.park(this);
            // What wakes it up is nothing that it waits for.
            Thread.interrupted();
        }
    }

    private boolean isOnItsOwn() {
        return attendant != Thread.currentThread();
    }

    // The thread that answers for the turn

    /** When the code got on for the last time. */
    public Duration movedAt() {
        return movedAt;
    }

    /** Since when the code is being left; null if it is not. */
    public @Nullable Duration leavingSince() {
        return leavingSince;
    }

    /** Takes the floor, if the code is not in the engine. */
    public boolean tryTakePermit() {
        return permit.tryLock();
    }

    public void givePermit() {
        permit.unlock();
    }

    /** Takes the floor for good, once it is free, and interrupts the code. */
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
