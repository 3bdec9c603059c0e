package dev.soliton.sim;

import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** One thread of control in a simulation. It runs on a thread of its own, but never beside another. */
final class Strand {
    final String name;
    final int number;

    /** Whether the simulation goes on for as long as this one does. */
    final boolean daemon;

    private final Scheduler scheduler;
    private final Runnable body;
    private @Nullable SimProcess process;
    private @Nullable SimThread thread;
    private @Nullable BooleanSupplier awaited;
    private @Nullable Runnable onInterrupt;
    private boolean interruptible;
    private long wakeAt;

    Strand(Scheduler scheduler, String name, int number, @Nullable SimProcess process, boolean daemon, Runnable body) {
        this.scheduler = scheduler;
        this.name = name;
        this.number = number;
        this.process = process;
        this.daemon = daemon;
        this.body = body;
    }

    /** The process that it belongs to, or is in at the moment; null if it stands outside of all. */
    @Nullable
    SimProcess process() {
        return process;
    }

    void enter(@Nullable SimProcess next) {
        process = next;
    }

    /** It goes on at that time, whatever happens. */
    void sleepUntil(long time) {
        awaited = null;
        interruptible = false;
        wakeAt = time;
    }

    /** It goes on when that is so, when it is interrupted, or at that time. */
    void await(BooleanSupplier condition, long deadline) {
        awaited = condition;
        interruptible = true;
        wakeAt = deadline;
    }

    /** Tells somebody of each interrupt of it, until somebody else is to be told. */
    void onInterrupt(Runnable told) {
        onInterrupt = told;
    }

    /** Another interrupts it. */
    void interrupted() {
        if (onInterrupt != null) {
            onInterrupt.run();
        }
    }

    boolean hasBegun() {
        return thread != null;
    }

    /** When it may go on if nothing else happens; not after now if it may at once. */
    long readyAt(long now) {
        SimProcess mine = process;
        if (mine != null && mine.isDead()) {
            return now;
        }
        long itself = wakeAt > now && isCalled() ? now : wakeAt;
        return mine == null ? itself : Math.max(itself, mine.pausedUntil());
    }

    /** Time jumps although it could go on, as if it were slow. */
    void passedOver(long from, long until) {
        if (process != null) {
            process.passedOver(this, from, until);
        }
    }

    private boolean isCalled() {
        return (awaited != null && awaited.getAsBoolean())
                || (interruptible && thread != null && thread.willBeInterrupted());
    }

    /** Lets it run; whoever calls gives the baton away by that. */
    void go() {
        if (thread == null) {
            scheduler.threads().threadFor(this).hand();
        } else {
            thread.hand();
        }
    }

    /** Gives the baton to another strand and waits to get it back. */
    void yieldTo(Strand other) {
        SimThread mine = (SimThread) Thread.currentThread();
        other.go();
        mine.awaitBaton();
    }

    /**
     * Runs it to its end.
     *
     * @return the strand that goes on, on this thread, where that saves a change of threads
     */
    @Nullable
    Strand runOn(SimThread on) {
        thread = on;
        on.runs(this);
        try {
            if (scheduler.mayGoOn(this)) {
                body.run();
            }
        } catch (Scheduler.Gone gone) {
            // Its process has crashed, or the simulation is over.
        } catch (Throwable bug) {
            scheduler.fail("The strand '" + name + "' died: " + bug, bug);
        }
        Thread.interrupted();
        Strand next = scheduler.over(this);
        if (next != null && !next.hasBegun()) {
            return next;
        }
        on.rest();
        if (next == null) {
            scheduler.finish();
        } else {
            next.go();
        }
        return null;
    }
}
