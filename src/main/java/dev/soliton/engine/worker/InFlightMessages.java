package dev.soliton.engine.worker;

import dev.soliton.store.ExecutionKey;
import java.util.HashSet;
import java.util.Set;

/**
 * The messages that the host has given to this process. A message is in flight from then until its turn is over: also
 * before the turn begins, while it has no lease, and after its message was answered.
 *
 * <p>The host hides a message in flight from all other processes, for minutes. So a process that ends with a message in
 * flight, or after a message that failed, marks that it has left something behind.
 */
public final class InFlightMessages {
    private final Set<ExecutionKey> leftToTheHost = new HashSet<>();
    private int inFlight;
    private long received;

    /** Notes that the host has given a message. */
    public synchronized void enter() {
        inFlight++;
        received++;
    }

    /** Notes that the turn of a message is over. The caller notes its outcome before. */
    public synchronized void leave() {
        inFlight--;
    }

    /** Notes that a message failed. Only the host, which delivers it again, leads to the execution now. */
    public synchronized void leftToTheHost(ExecutionKey key) {
        leftToTheHost.add(key);
    }

    /** Notes that a message for the execution was answered which arrived after the failed ones. */
    public synchronized void answered(ExecutionKey key) {
        leftToTheHost.remove(key);
    }

    /** Notes that a worker record is about to get a mark, which leads to all executions whose messages failed. */
    synchronized void marking() {
        leftToTheHost.clear();
    }

    synchronized boolean isEmpty() {
        return inFlight == 0;
    }

    /** Whether, apart from those in flight, there is no message that only the host knows of. */
    synchronized boolean leavesNothing() {
        return leftToTheHost.isEmpty();
    }

    /** How many messages this process has received in all. */
    synchronized long received() {
        return received;
    }
}
