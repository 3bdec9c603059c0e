package dev.soliton.sim;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A thread that strands run on, one after another. It stands still but for the one moment between being handed the baton
 * and handing it on, and an interrupt reaches it only then: whether it came early or late would otherwise be a race.
 */
final class SimThread extends Thread {
    private final Pool pool;
    private volatile boolean hasBaton;
    private @Nullable Strand work;
    private boolean interruptPending;

    /** The threads of one simulation after another. Whoever has the baton may use it. */
    static final class Pool {
        private final Deque<SimThread> idle = new ArrayDeque<>();
        private int threads;

        /** A thread for a strand that begins. */
        SimThread threadFor(Strand strand) {
            SimThread thread = idle.poll();
            if (thread == null) {
                thread = new SimThread(this, "sim-" + ++threads);
                thread.setDaemon(true);
                thread.start();
            }
            thread.work = strand;
            return thread;
        }
    }

    private SimThread(Pool pool, String name) {
        super(name);
        this.pool = pool;
    }

    /** Hands this thread the baton. */
    void hand() {
        hasBaton = true;
        LockSupport.unpark(this);
    }

    /** Stands still until this thread, the one that calls, is handed the baton. */
    void awaitBaton() {
        boolean interrupted = Thread.interrupted();
        takeBaton();
        if (interrupted || interruptPending) {
            interruptPending = false;
            super.interrupt();
        }
    }

    /** Nobody interrupts it in here: then park would not stand still. */
    private void takeBaton() {
        while (!hasBaton) {
            LockSupport.park();
        }
        hasBaton = false;
    }

    /** Whether it will find itself interrupted when it goes on. */
    boolean willBeInterrupted() {
        return interruptPending || (Thread.currentThread() == this && isInterrupted());
    }

    @Override
    public void interrupt() {
        if (Thread.currentThread() == this) {
            super.interrupt();
        } else {
            interruptPending = true;
            if (work != null) {
                work.interrupted();
            }
        }
    }

    /** A strand begins on it. */
    void runs(Strand strand) {
        work = strand;
    }

    @Override
    public void run() {
        while (true) {
            takeBaton();
            Strand strand = work;
            while (strand != null) {
                strand = strand.runOn(this);
            }
        }
    }

    /** Gives the thread back; the strand that it ran is over. */
    void rest() {
        work = null;
        Thread.interrupted();
        interruptPending = false;
        pool.idle.push(this);
    }
}
