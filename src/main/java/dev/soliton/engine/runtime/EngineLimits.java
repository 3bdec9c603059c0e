package dev.soliton.engine.runtime;

import dev.soliton.engine.journal.WriteLimits;
import dev.soliton.store.WorkerStore;
import java.time.Duration;

/**
 * What the engine keeps to.
 *
 * @param maxEvents how long the journal of one generation may get, in events, before the execution is ended as failed
 * @param lease how long a worker counts as living that does not renew its lease: {@link WorkerStore#SHORTEST_LEASE} to
 *     {@link WorkerStore#LONGEST_LEASE} where leases are those of blobs
 * @param functionTimeout when the host ends the process for an invocation that has not come to its end
 * @param sharing what one instance may cost the others of its process
 * @param writes how much goes into one write
 */
public record EngineLimits(
        int maxEvents, Duration lease, Duration functionTimeout, SharingLimits sharing, WriteLimits writes) {
    /** How long a worker's death may go unnoticed: long enough for a pause of the machine, short enough for a minute. */
    public static final Duration DEFAULT_LEASE = Duration.ofSeconds(20);

    private static final Duration LONGEST_RESERVE = Duration.ofSeconds(30);

    private static final Duration LONGEST_TURN = Duration.ofMinutes(4);

    /** With the sharing that is in use everywhere. */
    public EngineLimits(int maxEvents, Duration lease, Duration functionTimeout) {
        this(maxEvents, lease, functionTimeout, SharingLimits.DEFAULT);
    }

    /** With writes as large as the storage takes them. */
    public EngineLimits(int maxEvents, Duration lease, Duration functionTimeout, SharingLimits sharing) {
        this(maxEvents, lease, functionTimeout, sharing, WriteLimits.OF_THE_STORAGE);
    }

    /** How long a turn begins something new: what is under way then is to end before the timeout. */
    public Duration turn() {
        Duration most = functionTimeout.multipliedBy(2).dividedBy(5);
        return most.compareTo(LONGEST_TURN) < 0 ? most : LONGEST_TURN;
    }

    /** How long what is under way may go on: what is left of the timeout has to do for writing down how it ended. */
    public Duration deadline() {
        return functionTimeout.minus(reserve());
    }

    /** After how long nobody believes any more that a turn comes to its end: each has its end before the timeout. */
    public Duration hopeless() {
        return functionTimeout.plus(functionTimeout.dividedBy(2));
    }

    /** How long activities that are interrupted for the timeout have to return. */
    public Duration gracePeriod() {
        return reserve().dividedBy(3);
    }

    /** How long activities that were interrupted have until the next of them returns. */
    public Duration activityGracePeriod() {
        return reserve().dividedBy(6);
    }

    /** How long sub-orchestrations in this process have to notice that they are to hand off. */
    public Duration childGracePeriod() {
        return reserve().dividedBy(2);
    }

    /** How often an orchestrator's code is looked after. */
    public Duration watch() {
        return part(120, Duration.ofSeconds(5));
    }

    /** How long an orchestrator's code may make no progress before somebody checks whether it is to. */
    public Duration silence() {
        return part(10, Duration.ofMinutes(1));
    }

    /** How long an orchestrator's code may take to return from where it is left. */
    public Duration patience() {
        return part(20, Duration.ofSeconds(30));
    }

    private Duration reserve() {
        return part(10, LONGEST_RESERVE);
    }

    private Duration part(int parts, Duration longest) {
        Duration most = functionTimeout.dividedBy(parts);
        return most.compareTo(longest) < 0 ? most : longest;
    }

    /** How often a lease is renewed. */
    public Duration renewal() {
        return lease.dividedBy(2);
    }

    /** How long after a renewal was sent a worker trusts in it: what it sends then is to arrive before the lease ends. */
    public Duration trust() {
        return lease.minus(lease.dividedBy(6));
    }

    /**
     * How long a worker that could not renew its lease in time waits before it says that it has left: nearly as long as
     * the lease may last by then, since what was interrupted for it has to return.
     */
    public Duration grace() {
        return lease.minus(trust()).dividedBy(4).multipliedBy(3);
    }

    /** How long a sweep searches at a time. */
    public Duration sweep() {
        return functionTimeout.dividedBy(5);
    }
}
