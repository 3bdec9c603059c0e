package dev.soliton.engine.worker;

import dev.soliton.store.ExecutionKey;
import java.util.HashSet;
import java.util.Set;

/**
 * The messages that the host has given to this process. One is in flight from then until its turn is over, whether that has
 * begun or not, has a lease or not, and has its message still or not.
 *
 * <p>While one is in flight the host hides it from all others, for minutes. So a process that ends with one of them, or after
 * one that failed, says that it has left something behind.
 */
public final class InFlightMessages {
    private final Set<ExecutionKey> leftToTheHost = new HashSet<>();
    private int inFlight;
    private long received;

    /** The host gives one. */
    public synchronized void enter() {
        inFlight++;
        received++;
    }

    /** The turn of one is over. What is to be noted of it is noted before. */
    public synchronized void leave() {
        inFlight--;
    }

    /** Notes that a message failed, so that nothing leads to the execution but the host, which delivers it again. */
    public synchronized void leftToTheHost(ExecutionKey key) {
        leftToTheHost.add(key);
    }

    /** Notes that a message was answered that came after those for the execution that had failed. */
    public synchronized void answered(ExecutionKey key) {
        leftToTheHost.remove(key);
    }

    /** Notes that a sign is about to say that something was left behind, which leads to all that had failed. */
    synchronized void marking() {
        leftToTheHost.clear();
    }

    synchronized boolean isEmpty() {
        return inFlight == 0;
    }

    /** Whether no message is left that only the host knows of, but for those in flight. */
    synchronized boolean leavesNothing() {
        return leftToTheHost.isEmpty();
    }

    /** How many there were in all. */
    synchronized long received() {
        return received;
    }
}
